import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
  MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import type { Answer } from '../operation.js';
import { pageOf } from '../page.js';
import type { CloudWatchContext } from './metrics.js';
import { readMetric, type Datapoint } from './read-metric.js';
import { statisticNamed } from './statistics.js';

const ID = /^[a-z][a-zA-Z0-9_]*$/;
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;
/** Seconds; every multiple of a minute is one as well. */
const SHORT_PERIODS = [1, 5, 10, 20, 30];

/** One point of one query. */
interface Found extends Datapoint {
  readonly query: number;
}

/**
 * Reads up to 500 metrics at once. Metric math is not simulated. A metric that is not known has no values, which is
 * no error.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function getMetricData(
  input: GetMetricDataCommandInput,
  context: CloudWatchContext,
): Answer<GetMetricDataCommandOutput> {
  const queries = required(input.MetricDataQueries, 'MetricDataQueries');
  check(queries, input);
  const found = queries.flatMap((query, i) => pointsOf(query, input, context).map((point) => ({ ...point, query: i })));
  const { items, next } = pageOf<Found>(found, {
    token: input.NextToken,
    max: input.MaxDatapoints,
    pageSize: Math.min(MOST_DATAPOINTS, context.sim.behaviour.maxDatapoints),
    badToken: 'InvalidNextToken',
  });
  const lastShown = items.at(-1)?.query ?? queries.length;
  const results = queries.map((query, i) => ({ query, i })).filter(({ query }) => query.ReturnData !== false);
  return {
    MetricDataResults: results.map(({ query, i }) =>
      toResult(
        query,
        items.filter((point) => point.query === i),
        next !== undefined && i >= lastShown,
      ),
    ),
    ...(next === undefined ? {} : { NextToken: next }),
    Messages: [],
  };
}

function pointsOf(
  query: MetricDataQuery,
  input: GetMetricDataCommandInput,
  context: CloudWatchContext,
): readonly Datapoint[] {
  const { sim, region, metrics } = context;
  const stat = statOf(query);
  const { Metric: metric } = stat;
  const dimensions = Object.fromEntries((metric?.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']));
  const series = metrics.get({
    region,
    namespace: metric?.Namespace ?? '',
    name: metric?.MetricName ?? '',
    dimensions,
  });
  if (!series) return [];
  const points = readMetric(series, {
    startMs: timeOf(input.StartTime),
    endMs: timeOf(input.EndTime),
    periodMs: (stat.Period ?? 0) * 1_000,
    nowMs: sim.nowMs,
    delayMs: sim.world.metrics.delayMs,
    unit: stat.Unit,
    statistic: statisticNamed(stat.Stat ?? ''),
  });
  return input.ScanBy === 'TimestampAscending' ? points : points.toReversed();
}

function toResult(query: MetricDataQuery, points: readonly Datapoint[], partial: boolean): MetricDataResult {
  return {
    Id: query.Id,
    Label: query.Label ?? statOf(query).Metric?.MetricName,
    Timestamps: points.map(({ atMs }) => new Date(atMs)),
    Values: points.map(({ value }) => value),
    StatusCode: partial ? 'PartialData' : 'Complete',
  };
}

function check(queries: readonly MetricDataQuery[], input: GetMetricDataCommandInput): void {
  if (queries.length > MOST_QUERIES)
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  if (timeOf(input.StartTime) >= timeOf(input.EndTime))
    throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const ids = queries.map((query) => query.Id);
  if (new Set(ids).size < ids.length) throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  for (const query of queries) {
    const { Period: period = 0, Stat: stat = '' } = statOf(query);
    if (!ID.test(query.Id ?? ''))
      throw invalid(
        `The value '${query.Id ?? ''}' for parameter Id is not matching the expected pattern ${ID.source}.`,
      );
    if (!isPeriod(period))
      throw invalid(`Value ${period} for parameter Period: period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
    statisticNamed(stat);
  }
}

function isPeriod(seconds: number): boolean {
  return SHORT_PERIODS.includes(seconds) || (seconds > 0 && seconds % 60 === 0);
}

function statOf(query: MetricDataQuery): MetricStat {
  if (query.Expression !== undefined) throw notSimulated('metric math (MetricDataQuery.Expression)');
  return required(query.MetricStat, 'MetricStat');
}

function timeOf(time: Date | undefined): number {
  return required(time, 'StartTime and EndTime').getTime();
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}
