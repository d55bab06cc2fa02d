import type { Random } from '../model/ports.js';
import type { SimAws } from './aws/sim-aws.js';
import type { InfraView, MetricSink } from './ports.js';
import type { TrafficSnapshot } from './traffic/snapshot.js';
import { Traffic } from './traffic/traffic.js';
import type { World } from './world.js';
import type { WorldMemory } from './world-store.js';

/** What a world is made from; the same three make the same world. */
export interface Origin {
  readonly world: World;
  readonly seed: number;
  readonly randomOf: (seed: number) => Random;
}

/** A world at one moment: what traffic sees of the infrastructure, and how it fares there. */
export interface SimSight {
  readonly infra: InfraView;
  readonly traffic: TrafficSnapshot;
}

const TICK_MS = 1_000;

/** A simulated AWS and the traffic through it, which live on second by second, together. */
export class LivingWorld {
  readonly aws: SimAws;
  private readonly traffic: Traffic;
  private tickedMs: number;

  /**
   * @param metrics - where the traffic leaves its metrics; the simulated CloudWatch when not given
   * @param startMs - when the traffic begins
   */
  constructor(aws: SimAws, { world, seed, randomOf }: Origin, startMs: number, metrics: MetricSink = aws) {
    this.aws = aws;
    this.tickedMs = startMs;
    this.traffic = new Traffic(world, { random: randomOf(seed + 2), metrics, load: aws, startMs });
  }

  /** The world's time, milliseconds since the epoch. */
  get nowMs(): number {
    return Math.max(this.tickedMs, this.aws.nowMs);
  }

  /** Whole seconds up to a moment; going back does nothing. */
  advanceTo(nowMs: number): void {
    while (this.tickedMs + TICK_MS <= nowMs) {
      this.tickedMs += TICK_MS;
      this.aws.advanceTo(this.tickedMs);
      this.traffic.tick(this.tickedMs, this.aws.infra());
    }
  }

  /** How it stands at this moment; changes nothing. */
  look(): SimSight {
    return { infra: this.aws.infra(), traffic: this.traffic.snapshot() };
  }

  /** All that it remembers beside its rows and its metrics. */
  memory(): WorldMemory {
    return { tickedMs: this.tickedMs, traffic: this.traffic.state(), loads: this.aws.loads() };
  }

  /**
   * Goes on from what another one remembered.
   * @throws KongError STATE_NOT_READABLE when it is no memory
   */
  recall({ tickedMs, traffic, loads }: WorldMemory): void {
    this.tickedMs = tickedMs;
    this.traffic.restore(traffic);
    this.aws.recallLoads(loads);
  }
}
