import { ChanceStream } from './chance.js';

/** One service on the way of a request. */
export interface Hop {
  /** Share of requests that come by, 0..1. */
  readonly passing: number;
  readonly serviceMs: number;
  /** Standard deviation over mean; lognormal. */
  readonly variation: number;
  /** The longest that the caller waits. */
  readonly timeoutMs: number;
  /** Share that waits for a worker, and the mean wait of those; exponential. */
  readonly waitRatio: number;
  readonly waitMs: number;
  /** Share that meets a dead target first. */
  readonly deadRatio: number;
}

/** What the latencies of one period are drawn from. */
export interface LatencyInput {
  readonly hops: readonly Hop[];
  readonly connectMs: number;
  /** Share of requests that wait for the store behind the cache, the mean of its read (exponential), and when it is given up. */
  readonly missRatio: number;
  readonly originMs: number;
  readonly originTimeoutMs: number;
}

/** Sampled latencies in milliseconds, in ascending order, each with the number of requests that it stands for. */
export interface LatencySample {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Half of the samples stand for the tenth of requests most likely to be slow, so that a high percentile rests on many samples: each of the
 * others counts for nine.
 */
const HALF = 200;
const TAIL = 0.1;
const BODY_COUNT = 9;

interface Drawn {
  readonly value: number;
  readonly count: number;
}

/**
 * Draws the latencies of one period. The same seed draws the same chances, whatever the load: latencies of two loads can be compared one by one.
 *
 * @param seed - differs for each region and period
 */
export function sampleLatency(input: LatencyInput, seed: number): LatencySample {
  const chance = new ChanceStream(seed);
  const hops = input.hops.map((hop) => ({ ...hop, quantiles: quantilesOf(hop.variation) }));
  const drawn: Drawn[] = [];
  for (let i = 0; i < 2 * HALF; i++) {
    const tail = i < HALF;
    // one stratum each: evenly spread chances keep the percentiles from jumping about
    const within = ((i % HALF) + chance.next()) / HALF;
    const luck = tail ? TAIL * within : TAIL + (1 - TAIL) * within;
    let value = luck < input.missRatio ? Math.min(input.originTimeoutMs, -input.originMs * Math.log(luck / input.missRatio)) : 0;
    for (const hop of hops) value += hopMs(hop, input.connectMs, chance);
    drawn.push({ value, count: tail ? 1 : BODY_COUNT });
  }
  drawn.sort((a, b) => a.value - b.value);
  return { values: drawn.map(({ value }) => value), counts: drawn.map(({ count }) => count) };
}

function hopMs(hop: Hop & { readonly quantiles: readonly number[] }, connectMs: number, chance: ChanceStream): number {
  const work = chance.next();
  const fortune = chance.next();
  if (work >= hop.passing) return 0;
  const spread = hop.quantiles[Math.floor((work / hop.passing) * QUANTILES)] ?? 1;
  const wait = fortune < hop.waitRatio ? -hop.waitMs * Math.log(fortune / hop.waitRatio) : 0;
  const detour = 1 - fortune < hop.deadRatio ? connectMs : 0;
  return Math.min(hop.timeoutMs, hop.serviceMs * spread + wait + detour);
}

const QUANTILES = 1_024;
const tables = new Map<number, readonly number[]>();

/** Quantiles of a lognormal with mean 1, so that a draw is a look-up. */
function quantilesOf(variation: number): readonly number[] {
  const known = tables.get(variation);
  if (known) return known;
  const sigma = Math.sqrt(Math.log(1 + variation ** 2));
  const table = Array.from({ length: QUANTILES }, (_, i) => Math.exp(sigma * normalQuantile((i + 0.5) / QUANTILES) - sigma ** 2 / 2));
  tables.set(variation, table);
  return table;
}

/** The normal quantile to about 0.01, after Tukey's lambda distribution with λ = 0.14. */
function normalQuantile(p: number): number {
  return 4.91 * (p ** 0.14 - (1 - p) ** 0.14);
}

/**
 * The value that a share of all requests does not exceed.
 *
 * @param ratio - 0.99 for p99
 */
export function percentileOf({ values, counts }: LatencySample, ratio: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [index, value] of values.entries()) {
    seen += counts[index] ?? 0;
    if (seen >= ratio * total) return value;
  }
  return values.at(-1) ?? 0;
}

/** Share of requests slower than a limit, 0..1. */
export function slowerThan({ values, counts }: LatencySample, limitMs: number): number {
  let slow = 0;
  let total = 0;
  for (const [index, value] of values.entries()) {
    const count = counts[index] ?? 0;
    total += count;
    if (value > limitMs) slow += count;
  }
  return total > 0 ? slow / total : 0;
}

/** The same latencies with at most `most` different values, as one PutMetricData call may carry: neighbours become their mean. */
export function thinned({ values, counts }: LatencySample, most: number): LatencySample {
  const each = Math.ceil(values.length / most);
  const thin: Drawn[] = [];
  for (let at = 0; at < values.length; at += each) {
    const some = counts.slice(at, at + each);
    const count = some.reduce((sum, one) => sum + one, 0);
    const sum = some.reduce((total, one, i) => total + one * (values[at + i] ?? 0), 0);
    thin.push({ value: sum / count, count });
  }
  return { values: thin.map(({ value }) => value), counts: thin.map(({ count }) => count) };
}
