import type { Stress } from '../../ports.js';

/** What a command does to the instance that it runs on, as long as it runs. */
export interface Effect {
  /** Share of all cores that something else keeps busy, 0..1. */
  readonly cpu: number;
  /** Share of memory that something else holds, 0..1. */
  readonly memory: number;
  /** How much later every packet leaves. */
  readonly delayMs: number;
  /** For which share of what it talks to, 0..1. */
  readonly slowShare: number;
  /** Share of the packets that do not leave, 0..1. */
  readonly loss: number;
  /** Share of the requests that it can't serve, 0..1. */
  readonly failing: number;
  /** Whether requests do not get in at all. */
  readonly cutOff: boolean;
}

/** Nothing. */
export const NO_EFFECT: Effect = {
  cpu: 0,
  memory: 0,
  delayMs: 0,
  slowShare: 0,
  loss: 0,
  failing: 0,
  cutOff: false,
};

/** The scheduler shares a core fairly: a service that wants all of it is left half beside one other. */
const MOST_TAKEN = 0.5;
/** Health checks of load balancers give an answer five seconds, and want two in a row. */
const CHECK_TIMEOUT_MS = 5_000;
const MOST_LOSS = 0.9;
/** So many times a lost packet is sent before whoever waits for it has given up. */
const TRIES = 5;

/** Two commands on one instance at once. */
export function bothEffects(a: Effect, b: Effect): Effect {
  return {
    cpu: Math.min(1, a.cpu + b.cpu),
    memory: Math.min(1, a.memory + b.memory),
    delayMs: a.delayMs + b.delayMs,
    slowShare: Math.max(a.slowShare, b.slowShare),
    loss: 1 - (1 - a.loss) * (1 - b.loss),
    failing: 1 - (1 - a.failing) * (1 - b.failing),
    cutOff: a.cutOff || b.cutOff,
  };
}

/** Whether an instance answers too little, or too late, for a health check. */
export function isCutOff({ cutOff, loss, delayMs, slowShare }: Effect): boolean {
  return cutOff || loss >= MOST_LOSS || (delayMs >= CHECK_TIMEOUT_MS && slowShare >= MOST_LOSS);
}

/** What the commands on some of `serving` instances take from all of them; undefined: nothing. */
export function stressOf(effects: readonly Effect[], serving: number): Stress | undefined {
  if (effects.length === 0 || serving === 0) return undefined;
  const mean = (of: (effect: Effect) => number): number => effects.reduce((sum, one) => sum + of(one), 0) / serving;
  const slow = mean(({ slowShare }) => slowShare);
  return {
    stressed: effects.length,
    capacityRatio: mean(({ cpu }) => Math.min(MOST_TAKEN, cpu)),
    cpuRatio: mean(({ cpu }) => cpu),
    memoryRatio: mean(({ memory }) => memory),
    slowRatio: slow,
    addedMs: slow > 0 ? mean(({ delayMs, slowShare }) => delayMs * slowShare) / slow : 0,
    resentRatio: mean(({ loss }) => loss),
    lostRatio: mean(({ loss, failing }) => 1 - (1 - loss ** TRIES) * (1 - failing)),
  };
}

/** Virtual cores of an instance type, by its size. */
export function coresOf(type: string): number {
  const [, times, size] = /\.(\d*)(\w+)$/.exec(type) ?? [];
  return size === 'xlarge' ? 4 * Math.max(1, Number(times)) : 2;
}
