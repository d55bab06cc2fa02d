import type { Cloud } from '../aws/cloud.js';
import { evaluate } from '../experiment/expression.js';
import type { Metric, Sli } from '../model/experiment.js';
import { readMetrics, type MetricAnswer } from './metric-data.js';
import { seriesName, type ReadPoint, type Reading, type SeriesReading } from './points.js';
import { queriesOf, queryKey } from './queries.js';

/** What to read, and where. */
export interface ReadRequest {
  readonly slis: readonly Sli[];
  /** The regions in which an SLI is read; a global one has one. */
  readonly regionsOf: (sli: Sli) => readonly string[];
  /** Inclusive, milliseconds since the epoch. */
  readonly startMs: number;
  /** Exclusive, and not later than now: only periods that have ended by then are read. */
  readonly endMs: number;
  readonly cloud: Cloud;
  readonly signal?: AbortSignal;
}

/**
 * Reads every SLI from CloudWatch: one GetMetricData per region for all of them (and one more for each further 500
 * metrics), side by side, and works out each SLI's expression period by period.
 *
 * Where some of an SLI's metrics have a datapoint in a period and others have none: under `missing: zero` an absent
 * Sum or SampleCount is 0 (CloudWatch publishes many error counts only when they are not 0); everything else that is
 * absent leaves the SLI without a value there. A ratio whose denominator is absent or 0 has no value either. A metric
 * whose StatusCode is not Complete makes its whole series unreadable, with the reason kept.
 *
 * @throws KongError as the client throws it; Cancelled when the signal fires
 */
export async function readSlis(request: ReadRequest): Promise<Reading> {
  const { startMs, endMs } = request;
  const regions = [...new Set(request.slis.flatMap((sli) => request.regionsOf(sli)))];
  const series = await Promise.all(regions.map((region) => readRegion(region, request)));
  return { startMs, endMs, series: series.flat() };
}

async function readRegion(region: string, request: ReadRequest): Promise<readonly SeriesReading[]> {
  const slis = request.slis.filter((sli) => request.regionsOf(sli).includes(region));
  const answers = await readMetrics(queriesOf(slis), { ...request, region });
  return slis.map((sli) => seriesOf(sli, region, answers));
}

function seriesOf(sli: Sli, region: string, answers: ReadonlyMap<string, MetricAnswer>): SeriesReading {
  const parts = sli.metrics.map((metric) => ({ metric, answer: answers.get(queryKey(metric, sli.periodMs)) }));
  const starts = [...new Set(parts.flatMap(({ answer }) => [...(answer?.values.keys() ?? [])]))].sort((a, b) => a - b);
  const bad = parts.find(({ answer }) => answer?.unreadable !== undefined);
  const unreadable = bad && `${bad.metric.namespace}/${bad.metric.name} in ${region}: ${bad.answer?.unreadable ?? ''}`;
  const points = starts.map((startMs) => {
    const raw = new Map(parts.flatMap(({ metric, answer }) => entryOf(metric.id, answer?.values.get(startMs))));
    return pointOf(sli, startMs, { raw, known: unreadable === undefined });
  });
  return { sli: sli.id, series: seriesName(sli, region), points, unreadable };
}

function entryOf(id: string, value: number | undefined): readonly (readonly [string, number])[] {
  return value === undefined ? [] : [[id, value]];
}

function pointOf(
  sli: Sli,
  startMs: number,
  found: { readonly raw: ReadonlyMap<string, number>; readonly known: boolean },
): ReadPoint {
  const raw = Object.fromEntries(found.raw);
  if (!found.known) return { startMs, value: undefined, raw };
  const filled = sli.metrics.flatMap((metric) => entryOf(metric.id, found.raw.get(metric.id) ?? fill(metric, sli)));
  const known = new Map(filled);
  const value = evaluate(sli.expression, (id) => known.get(id));
  return { startMs, value: value !== undefined && Number.isFinite(value) ? value : undefined, raw };
}

function fill(metric: Metric, sli: Sli): number | undefined {
  const counts = metric.stat === 'Sum' || metric.stat === 'SampleCount';
  return sli.missing === 'zero' && counts ? 0 : undefined;
}
