import { MetricStore } from './aws/cloudwatch/metric-store.js';
import { publishBatch } from './aws/cloudwatch/metrics.js';
import { SimAws } from './aws/sim-aws.js';
import { LivingWorld, type Origin } from './living-world.js';
import type { MetricSink } from './ports.js';
import { rowsOf, type KeptMoment, type WorldMemory } from './world-store.js';

/** How far back the metrics of a world go that was killed. */
const METRICS_MS = 20 * 60_000;
const NOWHERE: MetricSink = { publish: () => undefined };

/**
 * What a killed world remembered at the last moment that was kept of it. The seconds since its memory was last
 * written are lived once more, with the changes that were made in them.
 *
 * @returns undefined where nothing was remembered at all
 */
export function lastMemory(moments: readonly KeptMoment[], origin: Origin): WorldMemory | undefined {
  const from = moments.findLastIndex(({ memory }) => memory !== undefined);
  return from < 0 ? undefined : liveAgain(moments.slice(0, from), moments.slice(from), { origin, metrics: NOWHERE });
}

/**
 * The metrics that a killed world had at its last moment: they are not kept, but follow from what was, so at least
 * the last twenty minutes are lived once more.
 */
export function lastMetrics(moments: readonly KeptMoment[], origin: Origin): MetricStore {
  const store = new MetricStore();
  const metrics: MetricSink = { publish: (batch) => publishBatch(store, batch, origin.world.metrics) };
  const sinceMs = (moments.at(-1)?.nowMs ?? 0) - METRICS_MS;
  const old = moments.findLastIndex(({ memory, nowMs }) => memory !== undefined && nowMs <= sinceMs);
  const from = old >= 0 ? old : moments.findIndex(({ memory }) => memory !== undefined);
  if (from < 0) return store;
  if (old < 0) liveBefore(moments.slice(0, from + 1), { origin, metrics });
  liveAgain(moments.slice(0, from), moments.slice(from), { origin, metrics });
  return store;
}

interface Again {
  readonly origin: Origin;
  readonly metrics: MetricSink;
}

/** The time before a world was first kept: nothing had been done to it then. */
function liveBefore(moments: readonly KeptMoment[], { origin, metrics }: Again): void {
  const { world, seed, randomOf } = origin;
  const endMs = moments.at(-1)?.memory?.tickedMs ?? 0;
  const startMs = Math.max(world.startsAtMs - world.historyMs, endMs - METRICS_MS);
  const aws = SimAws.restore({ world, seed, random: randomOf(seed) }, rowsOf(moments));
  new LivingWorld(aws, origin, startMs, metrics).advanceTo(endMs);
}

/** From the first of the moments, which has a memory, to the last: what it remembers then. */
function liveAgain(
  before: readonly KeptMoment[],
  moments: readonly KeptMoment[],
  { origin, metrics }: Again,
): WorldMemory | undefined {
  const { world, seed, randomOf } = origin;
  const [first, ...later] = moments;
  if (!first?.memory) return undefined;
  const aws = SimAws.restore({ world, seed, random: randomOf(seed) }, rowsOf([...before, first]));
  const again = new LivingWorld(aws, origin, first.memory.tickedMs, metrics);
  again.recall(first.memory);
  for (const { nowMs, rows } of later) {
    again.advanceTo(nowMs);
    aws.advanceTo(nowMs);
    aws.load(rows);
  }
  return again.memory();
}
