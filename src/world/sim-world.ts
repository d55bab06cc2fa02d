import type { Files, Random } from '../model/ports.js';
import { SimAws } from './aws/sim-aws.js';
import type { SimCall } from './aws/sim-call.js';
import type { InfraView } from './ports.js';
import type { TrafficSnapshot } from './traffic/snapshot.js';
import { Traffic } from './traffic/traffic.js';
import type { World } from './world.js';
import { WorldStore, type WorldSource } from './world-store.js';

/** How a simulated world is opened. */
export interface SimWorldOptions {
  readonly world: World;
  readonly seed: number;
  readonly randomOf: (seed: number) => Random;
  readonly files: Files;
  /** Where the world's own state is kept. */
  readonly folder: string;
  /** Go on where an earlier process left the world, instead of beginning anew. */
  readonly resume: boolean;
}

/** A world at one moment: what traffic sees of the infrastructure, and how it fares there. */
export interface SimSight {
  readonly infra: InfraView;
  readonly traffic: TrafficSnapshot;
}

const TICK_MS = 1_000;

/**
 * The simulated AWS and the traffic through it, on one clock. It moves only when it is asked: each call first lets
 * the world live up to the moment of the call, second by second. Every change of its infrastructure is on disk before
 * the call's answer, so that it outlives its process.
 */
export class SimWorld {
  private readonly aws: SimAws;
  private readonly traffic: Traffic;
  private readonly store: WorldStore;
  private tickedMs: number;
  private isKept = false;

  private constructor(aws: SimAws, traffic: Traffic, store: WorldStore, startMs: number) {
    this.aws = aws;
    this.traffic = traffic;
    this.store = store;
    this.tickedMs = startMs;
  }

  static open(options: SimWorldOptions): SimWorld {
    const { world, seed, randomOf, files, folder, resume } = options;
    const store = new WorldStore(folder, files);
    const kept = resume ? store.read() : undefined;
    const aws = kept
      ? SimAws.restore({ world, seed, random: randomOf(seed) }, kept.rows)
      : new SimAws({ world, seed, random: randomOf(seed) });
    const startMs = kept?.nowMs ?? world.startsAtMs - world.historyMs;
    const traffic = new Traffic(world, { random: randomOf(seed + 2), metrics: aws, load: aws, startMs });
    const sim = new SimWorld(aws, traffic, store, startMs);
    sim.isKept = kept !== undefined;
    if (kept) return sim;
    // the traffic of the last quarter of an hour has left its metrics before anyone looks
    sim.advanceTo(world.startsAtMs);
    return sim;
  }

  /** The world's time, milliseconds since the epoch. */
  get nowMs(): number {
    return this.tickedMs;
  }

  /** How it stands at this moment; changes nothing. */
  look(): SimSight {
    return { infra: this.aws.infra(), traffic: this.traffic.snapshot() };
  }

  /**
   * Keeps the world on disk from now on, in the place of the one before. Not earlier than a drill has its lock:
   * another one may be going on with the world that is kept.
   */
  keep(source: WorldSource): void {
    this.store.begin({ nowMs: this.tickedMs, rows: this.aws.takeChanges(), source });
    this.isKept = true;
  }

  /** Answers one SDK command, and keeps what it changed. */
  handle(call: SimCall): unknown {
    this.advanceTo(call.nowMs);
    try {
      return this.aws.handle(call);
    } finally {
      if (this.isKept) this.store.append(call.nowMs, this.aws.takeChanges());
    }
  }

  private advanceTo(nowMs: number): void {
    while (this.tickedMs + TICK_MS <= nowMs) {
      this.tickedMs += TICK_MS;
      this.aws.advanceTo(this.tickedMs);
      this.traffic.tick(this.tickedMs, this.aws.infra());
    }
  }
}
