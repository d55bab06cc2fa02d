import type { Files } from '../model/ports.js';
import { SimAws } from './aws/sim-aws.js';
import type { SimCall } from './aws/sim-call.js';
import { LivingWorld, type Origin, type SimSight } from './living-world.js';
import { lastMemory, lastMetrics } from './sim-resume.js';
import { rowsOf, WorldStore, type KeptMoment, type WorldMemory, type WorldSource } from './world-store.js';

export type { SimSight };

/** How a simulated world is opened. */
export interface SimWorldOptions extends Origin {
  readonly files: Files;
  /** Where the world's own state is kept. */
  readonly folder: string;
  /** Go on where an earlier process left the world, instead of beginning anew. */
  readonly resume: boolean;
}

/** How often the world's memory is kept: what came after it is lived once more by the process that goes on. */
const REMEMBER_EVERY_MS = 120_000;
/** How often the time is kept while nothing changes. */
const NOTE_EVERY_MS = 10_000;

/**
 * The simulated AWS and the traffic through it, on one clock. It moves only when it is asked: each call first lets
 * the world live up to the moment of the call, second by second. Every change of its infrastructure is on disk before
 * the call's answer, so that it outlives its process.
 */
export class SimWorld {
  private readonly living: LivingWorld;
  private readonly store: WorldStore;
  /** Puts back the metrics of the time before a kill; undefined: they are there. */
  private recallMetrics: (() => void) | undefined;
  private isKept = false;
  private notedMs: number;
  private rememberedMs: number;

  private constructor(living: LivingWorld, store: WorldStore) {
    this.living = living;
    this.store = store;
    this.notedMs = living.nowMs;
    this.rememberedMs = living.nowMs;
  }

  static open(options: SimWorldOptions): SimWorld {
    const { world, seed, randomOf, files, folder, resume } = options;
    const store = new WorldStore(folder, files);
    const moments = resume ? store.moments() : [];
    if (moments.length > 0) return SimWorld.resumed(moments, options, store);
    const aws = new SimAws({ world, seed, random: randomOf(seed) });
    const living = new LivingWorld(aws, options, world.startsAtMs - world.historyMs);
    // the traffic of the last quarter of an hour has left its metrics before anyone looks
    living.advanceTo(world.startsAtMs);
    return new SimWorld(living, store);
  }

  private static resumed(moments: readonly KeptMoment[], origin: Origin, store: WorldStore): SimWorld {
    const { world, seed, randomOf } = origin;
    const nowMs = moments.at(-1)?.nowMs ?? world.startsAtMs;
    const aws = SimAws.restore({ world, seed, random: randomOf(seed) }, rowsOf(moments));
    // alarms must not take the metrics that are yet to be recalled for missing
    const { watchesMetrics } = aws;
    if (watchesMetrics) aws.prependMetrics(lastMetrics(moments, origin));
    aws.advanceTo(nowMs);
    const living = new LivingWorld(aws, origin, nowMs);
    const memory = lastMemory(moments, origin);
    if (memory) living.recall(memory);
    const sim = new SimWorld(living, store);
    sim.isKept = true;
    // most who go on with a killed world roll it back, and never look at a metric
    if (!watchesMetrics) sim.recallMetrics = () => aws.prependMetrics(lastMetrics(moments, origin));
    return sim;
  }

  /** The world's time, milliseconds since the epoch. */
  get nowMs(): number {
    return this.living.nowMs;
  }

  /** How it stands at this moment; changes nothing. */
  look(): SimSight {
    return this.living.look();
  }

  /** All that it remembers beside its infrastructure and its metrics. */
  memory(): WorldMemory {
    return this.living.memory();
  }

  /**
   * Keeps the world on disk from now on, in the place of the one before. Not earlier than a drill has its lock:
   * another one may be going on with the world that is kept.
   */
  keep(source: WorldSource): void {
    const { aws, nowMs } = this.living;
    this.store.begin({ nowMs, rows: aws.takeChanges(), memory: this.memory(), source });
    this.isKept = true;
    this.notedMs = this.rememberedMs = nowMs;
  }

  /** Answers one SDK command, and keeps what it changed. */
  handle(call: SimCall): unknown {
    this.living.advanceTo(call.nowMs);
    if (call.service === 'CloudWatch') this.withMetrics();
    try {
      return this.living.aws.handle(call);
    } finally {
      if (this.isKept) this.note(call.nowMs);
    }
  }

  private withMetrics(): void {
    this.recallMetrics?.();
    this.recallMetrics = undefined;
  }

  private note(nowMs: number): void {
    const rows = this.living.aws.takeChanges();
    const isDue = nowMs - this.rememberedMs >= REMEMBER_EVERY_MS;
    if (rows.length === 0 && !isDue && nowMs - this.notedMs < NOTE_EVERY_MS) return;
    this.notedMs = nowMs;
    if (isDue) this.rememberedMs = nowMs;
    this.store.append({ nowMs, rows, memory: isDue ? this.memory() : undefined });
  }
}
