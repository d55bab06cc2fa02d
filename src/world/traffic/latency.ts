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
  /** Share that is slowed down on its way, and by how much; share of packets that are lost and sent again. */
  readonly slow?: { readonly ratio: number; readonly ms: number; readonly resentRatio: number } | undefined;
}

/** What the latencies of one period are drawn from. */
export interface LatencyInput {
  readonly hops: readonly Hop[];
  readonly connectMs: number;
  /**
   * Share of requests that wait for the store behind the cache, the mean of its read (exponential), and when it is
   * given up.
   */
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
 * Two samples in three stand for the tenth of requests most likely to be slow, so that a high percentile rests on many
 * of them: each of the others counts for eighteen.
 */
const TAIL_SAMPLES = 240;
const BODY_SAMPLES = 120;
const TAIL = 0.1;
const BODY_COUNT = 18;

/**
 * Draws the latencies of one period. The same seed draws the same chances, whatever the load: latencies of two loads
 * can be compared one by one.
 *
 * @param seed - differs for each region and period
 */
export function sampleLatency(input: LatencyInput, seed: number): LatencySample {
  const chance = new ChanceStream(seed);
  const tail = new Float64Array(TAIL_SAMPLES);
  const body = new Float64Array(BODY_SAMPLES);
  addOrigin(tail, input, { from: 0, to: TAIL, chance });
  addOrigin(body, input, { from: TAIL, to: 1, chance });
  for (const hop of input.hops) {
    addHop(tail, hop, input.connectMs, chance);
    addHop(body, hop, input.connectMs, chance);
  }
  return merged(tail.sort(), body.sort());
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly chance: ChanceStream;
}

/**
 * Reads of the store, for requests by their luck from `from` to `to`: evenly spread, so that percentiles do not jump
 * about.
 */
function addOrigin(
  to: Float64Array,
  { missRatio, originMs, originTimeoutMs }: LatencyInput,
  { from, to: end, chance }: Stretch,
): void {
  for (let i = 0; i < to.length; i++) {
    const luck = from + ((end - from) * (i + chance.next())) / to.length;
    if (luck < missRatio) to[i] = Math.min(originTimeoutMs, -originMs * Math.log(luck / missRatio));
  }
}

/**
 * One service: both draws are made for each request, whether or not they matter, so that the next service draws the
 * same as ever.
 */
function addHop(
  to: Float64Array,
  { passing, serviceMs, variation, timeoutMs, waitRatio, waitMs, deadRatio, slow }: Hop,
  connectMs: number,
  chance: ChanceStream,
): void {
  const quantiles = quantilesOf(variation);
  for (let i = 0; i < to.length; i++) {
    const work = chance.next();
    const fortune = chance.next();
    if (work >= passing) continue;
    let ms = serviceMs * (quantiles[Math.floor((work / passing) * QUANTILES)] ?? 1);
    if (fortune < waitRatio) ms -= waitMs * Math.log(fortune / waitRatio);
    if (1 - fortune < deadRatio) ms += connectMs;
    if (slow) ms += delayOf(slow, work);
    to[i] = (to[i] ?? 0) + Math.min(timeoutMs, ms);
  }
}

/** Linux sends a lost packet again after so long, then after twice that: RFC 6298 with its lower bound of 200 ms. */
const RESEND_MS = 200;
const MOST_RESENDS = 5;

/** What commands on the instances add: from further digits of a draw that is made anyway, so that no draw is added. */
function delayOf({ ratio, ms, resentRatio }: NonNullable<Hop['slow']>, draw: number): number {
  const first = (draw * 7_919) % 1;
  const second = (draw * 104_729) % 1;
  let sent = 0;
  while (sent < MOST_RESENDS && second < resentRatio ** (sent + 1)) sent++;
  return (first < ratio ? ms : 0) + RESEND_MS * (2 ** sent - 1);
}

/** Two sorted samples as one. */
function merged(tail: Float64Array, body: Float64Array): LatencySample {
  const values: number[] = [];
  const counts: number[] = [];
  let t = 0;
  let b = 0;
  while (t < tail.length || b < body.length) {
    const next = tail[t] ?? Number.POSITIVE_INFINITY;
    const other = body[b] ?? Number.POSITIVE_INFINITY;
    const isTail = t < tail.length && (b >= body.length || next <= other);
    values.push(isTail ? next : other);
    counts.push(isTail ? 1 : BODY_COUNT);
    if (isTail) t++;
    else b++;
  }
  return { values, counts };
}

const QUANTILES = 1_024;
const tables = new Map<number, Float64Array>();

/** Quantiles of a lognormal with mean 1, so that a draw is a look-up. */
function quantilesOf(variation: number): Float64Array {
  const known = tables.get(variation);
  if (known) return known;
  const sigma = Math.sqrt(Math.log(1 + variation ** 2));
  const table = Float64Array.from({ length: QUANTILES }, (_, i) =>
    Math.exp(sigma * normalQuantile((i + 0.5) / QUANTILES) - sigma ** 2 / 2),
  );
  tables.set(variation, table);
  return table;
}

/** The normal quantile to about 0.01, after Tukey's lambda distribution with λ = 0.14. */
function normalQuantile(p: number): number {
  return 4.91 * (p ** 0.14 - (1 - p) ** 0.14);
}

/**
 * The values that some shares of all requests do not exceed.
 *
 * @param ratios - ascending; 0.99 for p99
 */
export function percentilesOf({ values, counts }: LatencySample, ratios: readonly number[]): readonly number[] {
  let total = 0;
  for (const count of counts) total += count;
  const found: number[] = [];
  let seen = 0;
  for (let i = 0; i < values.length && found.length < ratios.length; i++) {
    seen += counts[i] ?? 0;
    while (found.length < ratios.length && seen >= (ratios[found.length] ?? 1) * total) found.push(values[i] ?? 0);
  }
  return found;
}

/** Share of requests slower than a limit, 0..1. */
export function slowerThan({ values, counts }: LatencySample, limitMs: number): number {
  let slow = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const count = counts[i] ?? 0;
    total += count;
    if ((values[i] ?? 0) > limitMs) slow += count;
  }
  return total > 0 ? slow / total : 0;
}

/**
 * The same latencies with at most `most` different values, as one PutMetricData call may carry: neighbours become
 * their mean.
 */
export function thinned({ values, counts }: LatencySample, most: number): LatencySample {
  const each = Math.ceil(values.length / most);
  const means: number[] = [];
  const sums: number[] = [];
  for (let at = 0; at < values.length; at += each) {
    let count = 0;
    let sum = 0;
    for (let i = at; i < Math.min(values.length, at + each); i++) {
      count += counts[i] ?? 0;
      sum += (counts[i] ?? 0) * (values[i] ?? 0);
    }
    means.push(sum / count);
    sums.push(count);
  }
  return { values: means, counts: sums };
}
