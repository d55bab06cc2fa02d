import { permitFor } from '../aws/guard.js';
import { markerKeys, markerOf } from '../changes/marker-name.js';
import { messageOf } from '../model/errors.js';
import type { Change } from '../model/change.js';
import type { Plan, PlannedStep } from '../model/plan.js';
import type { LagPoint, LagSeries } from '../sli/replication.js';
import { touchedAttributes } from './attributes.js';
import type { RunContext } from './context.js';

/** A key's last part, by which keys sort in the order of their writing: milliseconds since the epoch. */
const STAMP = /\/(\d{15})$/;

/** How often it is asked whether the first marker is there. */
const BEGUN_MS = 1_000;
/** How long a step that breaks something may be kept waiting for a look. */
const BEFORE_MS = 2_000;

/**
 * Writes markers, and sees which was the last to arrive on the other side. How far behind is how old that one is, so
 * that it is known to within the time between two markers, and never too small.
 */
export class MarkerWatch {
  private readonly points: LagPoint[] = [];
  private lookedAtMs: number | undefined;
  private newestMs: number | undefined;
  private isTroubled = false;

  constructor(
    private readonly change: Change,
    private readonly everyMs: number,
    private readonly context: RunContext,
  ) {}

  /** Undefined where a plan has no markers. */
  static of({ steps, experiment }: Plan, context: RunContext): MarkerWatch | undefined {
    const changes = steps.flatMap(({ batches }) => batches.flat());
    const change = changes.find((one) => one.kind === 'reversible' && one.attribute === 'marker.written');
    if (change?.kind !== 'reversible' || !experiment.marker) return undefined;
    return new MarkerWatch(change, experiment.marker.everyMs, context);
  }

  /**
   * Writes them and looks, from when the first was written to when they begin to be taken away. Nobody waits for it: a
   * bucket that does not answer must not keep a drill from seeing a breach.
   *
   * @throws Cancelled when the signal fires
   */
  async goOn(signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    for (let dueMs = clock.now(); ; ) {
      dueMs = Math.max(clock.now(), dueMs + (this.isBegun() ? this.everyMs : BEGUN_MS));
      await clock.sleep(dueMs - clock.now(), signal);
      if (this.isBegun()) await this.look();
    }
  }

  /**
   * Looks once more before something breaks: what has arrived by then is what would not be lost. It is not waited for
   * much longer than an answer takes.
   */
  async before({ step }: PlannedStep): Promise<void> {
    if ((step.kind !== 'fault' && step.kind !== 'switch') || !this.isBegun()) return;
    const answered = new AbortController();
    const patience = this.context.clock.sleep(BEFORE_MS, answered.signal).catch(() => undefined);
    await Promise.race([this.look(), patience]);
    answered.abort();
  }

  /** What was seen so far. */
  series(): readonly LagSeries[] {
    return [{ name: this.change.resource.name ?? '', points: this.points, isAge: true }];
  }

  private look(): Promise<void> {
    const { inFlight } = this.context;
    const looking = this.lookNow().finally(() => inFlight.delete(looking));
    inFlight.add(looking);
    return looking;
  }

  /** A failure is a gap. */
  private async lookNow(): Promise<void> {
    const { clock, emit } = this.context;
    const startMs = this.lookedAtMs ?? clock.now();
    try {
      await this.write(clock.now());
      const arrivedMs = await this.newest();
      if (arrivedMs !== undefined) this.newestMs = Math.max(this.newestMs ?? 0, arrivedMs);
      // as of now, and not of when it was asked: what has not arrived can only have grown
      const lagSeconds = this.newestMs === undefined ? undefined : (clock.now() - this.newestMs) / 1_000;
      this.points.push({ startMs, endMs: clock.now(), lagSeconds });
    } catch (error) {
      // they are being taken away meanwhile
      if (!this.isBegun()) return;
      this.points.push({ startMs, endMs: clock.now(), lagSeconds: undefined });
      const message = `a marker could not be written or read: ${messageOf(error)}`;
      if (!this.isTroubled) emit({ type: 'warning', message });
      this.isTroubled = true;
    } finally {
      this.lookedAtMs = clock.now();
    }
  }

  private isBegun(): boolean {
    const { id } = this.change;
    const touched = touchedAttributes(this.context.journal.entries);
    return touched.some(({ change, confirmed, triedAtMs }) => change === id && confirmed && triedAtMs === undefined);
  }

  private async write(nowMs: number): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const { from, prefix } = markerOf(this.change.resource.id);
    const { cloud, run, journal } = this.context;
    const Key = `${markerKeys(prefix, run)}${String(nowMs).padStart(15, '0')}`;
    const permit = permitFor(journal.goOn(this.change.id), new AbortController().signal);
    const client = await cloud.s3(this.change.resource.region);
    await client.send(permit.for(new PutObjectCommand({ Bucket: from, Key, Body: run })));
  }

  /** When the newest that has arrived since the last look was written; undefined: none has. */
  private async newest(): Promise<number | undefined> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const { prefix, to } = markerOf(this.change.resource.id);
    const { cloud, run } = this.context;
    const Prefix = markerKeys(prefix, run);
    const client = await cloud.s3(to.region);
    const last = this.newestMs === undefined ? undefined : String(this.newestMs).padStart(15, '0');
    const after = last === undefined ? {} : { StartAfter: `${Prefix}${last}` };
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: to.bucket, Prefix, ...after }));
    const stamps = Contents.flatMap(({ Key = '' }) => {
      const [, stamp] = STAMP.exec(Key) ?? [];
      return stamp === undefined ? [] : [Number(stamp)];
    });
    return stamps.length === 0 ? undefined : Math.max(...stamps);
  }
}
