import type { Cloud } from '../../aws/cloud.js';
import { messageOf } from '../../model/errors.js';
import type { Clock, Random } from '../../model/ports.js';
import type { InfraView, LoadSink } from '../ports.js';
import { Traffic } from '../traffic/traffic.js';
import type { World } from '../world.js';
import { Carrier } from './carrier.js';
import { Lane } from './lane.js';
import { WirePublisher } from './publish.js';
import { readInfra } from './read-infra.js';

/** What the traffic over an emulator needs. */
export interface LiveOptions {
  readonly world: World;
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly random: Random;
  /** Told once a period: what to print. */
  readonly onPeriod: (message: string) => void;
  readonly signal: AbortSignal;
}

const TICK_MS = 1_000;
const READ_EVERY_MS = 2_000;
/** Periods that may wait while others are on their way; older ones are left out. */
const MOST_WAITING = 3;
/** Groups in an emulator scale by nobody's hand. */
const NO_SCALING: LoadSink = { observe: () => undefined };

/**
 * The traffic of a world through an emulator: the same model as in the simulator, on the machine's own clock. Time
 * does not wait for the emulator: the infrastructure is read and metrics are sent beside it, each by one round of
 * calls at a time.
 */
export class LiveTraffic {
  private readonly options: LiveOptions;
  private readonly publisher: WirePublisher;
  private readonly traffic: Traffic;
  private readonly shiftMs: number;
  private readonly reading: Lane;
  private readonly sending: Lane;
  private readonly carrying: Lane;
  private readonly carrier: Carrier;
  private infra: InfraView;
  private tickedMs: number;

  private constructor(options: LiveOptions, infra: InfraView) {
    const { world, clock, random, cloud, signal } = options;
    this.options = options;
    this.infra = infra;
    this.shiftMs = alignedShift(clock.now(), world);
    this.publisher = new WirePublisher({ cloud, signal, shiftMs: this.shiftMs });
    const onError = (error: unknown): void => {
      if (!signal.aborted) options.onPeriod(`the emulator did not answer: ${messageOf(error)}`);
    };
    this.reading = new Lane(onError);
    this.sending = new Lane(onError);
    this.carrying = new Lane(onError);
    this.carrier = new Carrier(world, cloud);
    this.tickedMs = world.startsAtMs - world.historyMs;
    this.traffic = new Traffic(world, { random, metrics: this.publisher, load: NO_SCALING, startMs: this.tickedMs });
  }

  /** Reads the infrastructure, and leaves the metrics of the time before now. */
  static async open(options: LiveOptions): Promise<LiveTraffic> {
    const live = new LiveTraffic(options, await readInfra(options.world, 1, options.cloud));
    await live.carrier.begin();
    live.tickUpTo(options.clock.now());
    await live.publisher.send();
    live.publisher.limit(MOST_WAITING);
    return live;
  }

  /**
   * Second by second until the signal fires; says so when the emulator can't keep up.
   * @throws Cancelled when it does
   */
  async run(): Promise<void> {
    const { clock, signal, onPeriod, world } = this.options;
    let readAtMs = clock.now();
    let saidMs = clock.now();
    for (;;) {
      await clock.sleep(TICK_MS - (clock.now() % TICK_MS), signal);
      const nowMs = clock.now();
      if (nowMs - readAtMs >= READ_EVERY_MS && this.reading.busyMs(nowMs) === 0) {
        readAtMs = nowMs;
        this.reading.begin(nowMs, () => this.read());
        this.carrying.begin(nowMs, () => this.carrier.carry(nowMs, this.infra.links));
      }
      this.tickUpTo(nowMs);
      if (this.publisher.waitingPeriods > 0) this.sending.begin(nowMs, () => this.publisher.send());
      if (nowMs - saidMs < world.metrics.periodMs) continue;
      saidMs = nowMs;
      const behind = this.behind(nowMs);
      if (behind !== undefined) onPeriod(behind);
      onPeriod(this.summary());
    }
  }

  /** Where members are served now, region by region. */
  summary(): string {
    return this.infra.regions
      .map(({ region, groups }) => {
        const zones = groups.flatMap((group) => group.zones);
        const serving = zones.reduce((sum, zone) => sum + zone.serving, 0);
        return `${region} ${serving}/${zones.reduce((sum, zone) => sum + zone.total, 0)} serving`;
      })
      .join(' · ');
  }

  private async read(): Promise<void> {
    const { world, cloud } = this.options;
    this.infra = await readInfra(world, this.infra.version + 1, cloud);
  }

  /** In what the emulator does not keep up with the period; undefined: it does. */
  private behind(nowMs: number): string | undefined {
    const { periodMs } = this.options.world.metrics;
    const dropped = this.publisher.takeDropped();
    const late = [
      { what: 'sending metrics', ms: this.sending.busyMs(nowMs) },
      { what: 'reading the infrastructure', ms: this.reading.busyMs(nowMs) },
    ].filter(({ ms }) => ms > periodMs);
    if (dropped === 0 && late.length === 0) return undefined;
    const parts = [
      ...late.map(({ what, ms }) => `${what} has taken ${seconds(ms)} so far`),
      ...(dropped > 0 ? [`${dropped} whole ${dropped === 1 ? 'period was' : 'periods were'} left out`] : []),
    ];
    return `behind: the emulator can't keep a period of ${seconds(periodMs)}: ${parts.join(', ')}`;
  }

  private tickUpTo(nowMs: number): void {
    while (this.tickedMs + TICK_MS <= nowMs - this.shiftMs) {
      this.tickedMs += TICK_MS;
      this.traffic.tick(this.tickedMs, this.infra);
    }
  }
}

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(1))}s`;
}

/**
 * From the world's time, in which its drills begin at prime time, to now; whole periods, so that points fall where
 * CloudWatch's do.
 */
function alignedShift(nowMs: number, world: World): number {
  const minute = 60_000;
  const now = Math.floor(nowMs / minute) * minute;
  const start = Math.floor(world.startsAtMs / minute) * minute;
  return now - start;
}
