import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { canonical } from '../model/json.js';
import type { Metric, Sli } from '../model/experiment.js';

/** One metric to read in one region, whoever asks for it. */
export interface MetricQuery {
  readonly key: string;
  readonly metric: Metric;
  readonly periodMs: number;
}

/** What identifies a metric's datapoints: two SLIs that use the same one share its query, which is what is billed. */
export function queryKey(metric: Metric, periodMs: number): string {
  return canonical([metric.namespace, metric.name, metric.stat, metric.dimensions, periodMs]);
}

/** Every metric of these SLIs once. */
export function queriesOf(slis: readonly Sli[]): readonly MetricQuery[] {
  const queries = new Map<string, MetricQuery>();
  for (const { metrics, periodMs } of slis) {
    for (const metric of metrics) {
      const key = queryKey(metric, periodMs);
      queries.set(key, { key, metric, periodMs });
    }
  }
  return [...queries.values()];
}

/** A query as GetMetricData takes it. */
export function toMetricDataQuery({ metric, periodMs }: MetricQuery, id: string): MetricDataQuery {
  const dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    ReturnData: true,
    MetricStat: {
      Metric: { Namespace: metric.namespace, MetricName: metric.name, Dimensions: dimensions },
      Period: Math.round(periodMs / 1_000),
      Stat: metric.stat,
    },
  };
}

/** The longest step to which a window is widened; beyond it, periods that share no multiple are left as they fall. */
const LONGEST_STEP_MS = 3_600_000;

/**
 * Start of the window, moved back to a boundary of every period: CloudWatch counts periods from StartTime where it is
 * not on one.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function alignedStart(startMs: number, periodsMs: readonly number[]): number {
  const step = periodsMs.reduce(leastCommonMultiple, 1);
  const used = step <= LONGEST_STEP_MS ? step : Math.max(...periodsMs);
  return Math.floor(startMs / used) * used;
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
