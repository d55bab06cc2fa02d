import { permitFor } from '../aws/guard.js';
import { markerKeys, markerOf } from '../changes/marker-name.js';
import { messageOf } from '../model/errors.js';
import type { Change } from '../model/change.js';
import type { Plan } from '../model/plan.js';
import type { LagPoint, LagSeries } from '../sli/replication.js';
import { touchedAttributes } from './attributes.js';
import type { RunContext } from './context.js';

/** A key's last part, by which keys sort in the order of their writing: milliseconds since the epoch. */
const STAMP = /\/(\d{15})$/;

/**
 * Writes a marker at each look, and sees which was the last to arrive on the other side. How far behind is how old that
 * one is, so that it is known to within the time between two looks, and never too small.
 */
export class MarkerWatch {
  private readonly points: LagPoint[] = [];
  private lastLookMs: number | undefined;
  private newestMs: number | undefined;
  private isLooking = false;
  private isTroubled = false;

  constructor(
    private readonly change: Change,
    private readonly context: RunContext,
  ) {}

  /** Undefined where a plan has no markers. */
  static of({ steps }: Plan, context: RunContext): MarkerWatch | undefined {
    const changes = steps.flatMap(({ batches }) => batches.flat());
    const change = changes.find((one) => one.kind === 'reversible' && one.attribute === 'marker.written');
    return change?.kind === 'reversible' ? new MarkerWatch(change, context) : undefined;
  }

  /**
   * Writes one and looks, from when the first was written to when they begin to be taken away. A failure is a gap.
   * Nobody waits for it: a bucket that does not answer must not keep a drill from seeing a breach.
   */
  look(): void {
    if (this.isLooking || !this.isBegun()) return;
    this.isLooking = true;
    const { inFlight } = this.context;
    const looking = this.lookNow().finally(() => {
      this.isLooking = false;
      inFlight.delete(looking);
    });
    inFlight.add(looking);
  }

  /** What was seen so far. */
  series(): readonly LagSeries[] {
    return [{ name: this.change.resource.name ?? '', points: this.points }];
  }

  private async lookNow(): Promise<void> {
    const nowMs = this.context.clock.now();
    const startMs = this.lastLookMs ?? nowMs;
    this.lastLookMs = nowMs;
    try {
      await this.write(nowMs);
      this.newestMs = (await this.newest()) ?? this.newestMs;
      const lagSeconds = this.newestMs === undefined ? undefined : (nowMs - this.newestMs) / 1_000;
      this.points.push({ startMs, endMs: nowMs, lagSeconds });
    } catch (error) {
      // it is being taken away meanwhile
      if (!this.isBegun()) return;
      this.points.push({ startMs, endMs: nowMs, lagSeconds: undefined });
      if (this.isTroubled) return;
      this.isTroubled = true;
      this.context.emit({ type: 'warning', message: `a marker could not be written or read: ${messageOf(error)}` });
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
