import type { Cloud } from '../../aws/cloud.js';
import { messageOf } from '../../model/errors.js';
import type { Clock, Random } from '../../model/ports.js';
import type { InfraView, LoadSink } from '../ports.js';
import { Traffic } from '../traffic/traffic.js';
import type { World } from '../world.js';
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
/** Groups in an emulator scale by nobody's hand. */
const NO_SCALING: LoadSink = { observe: () => undefined };

/** The traffic of a world through an emulator: the same model as in the simulator, on the machine's own clock. */
export class LiveTraffic {
  private readonly options: LiveOptions;
  private readonly publisher: WirePublisher;
  private readonly traffic: Traffic;
  private readonly shiftMs: number;
  private infra: InfraView;
  private tickedMs: number;

  private constructor(options: LiveOptions, infra: InfraView) {
    const { world, clock, random, cloud } = options;
    this.options = options;
    this.infra = infra;
    this.shiftMs = alignedShift(clock.now(), world);
    this.publisher = new WirePublisher(cloud, this.shiftMs);
    this.tickedMs = world.startsAtMs - world.historyMs;
    this.traffic = new Traffic(world, { random, metrics: this.publisher, load: NO_SCALING, startMs: this.tickedMs });
  }

  /** Reads the infrastructure, and leaves the metrics of the time before now. */
  static async open(options: LiveOptions): Promise<LiveTraffic> {
    const live = new LiveTraffic(options, await readInfra(options.world, 1, options.cloud));
    live.tickUpTo(options.clock.now());
    await live.publisher.send();
    return live;
  }

  /** Second by second until the signal fires; says so when the emulator can't keep up. */
  async run(): Promise<void> {
    const { clock, signal, onPeriod, world } = this.options;
    let readAtMs = clock.now();
    let saidMs = clock.now();
    for (;;) {
      await clock.sleep(TICK_MS - (clock.now() % TICK_MS), signal);
      const startedMs = clock.now();
      try {
        if (startedMs - readAtMs >= READ_EVERY_MS) {
          readAtMs = startedMs;
          this.infra = await readInfra(world, this.infra.version + 1, this.options.cloud);
        }
        this.tickUpTo(startedMs);
        await this.publisher.send();
      } catch (error) {
        onPeriod(`the emulator did not answer: ${messageOf(error)}`);
      }
      const tookMs = clock.now() - startedMs;
      if (tookMs > world.metrics.periodMs)
        onPeriod(
          `behind: one round took ${(tookMs / 1_000).toFixed(1)}s of a ${world.metrics.periodMs / 1_000}s period`,
        );
      if (startedMs - saidMs >= world.metrics.periodMs) {
        saidMs = startedMs;
        onPeriod(this.summary());
      }
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

  private tickUpTo(nowMs: number): void {
    while (this.tickedMs + TICK_MS <= nowMs - this.shiftMs) {
      this.tickedMs += TICK_MS;
      this.traffic.tick(this.tickedMs, this.infra);
    }
  }
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
