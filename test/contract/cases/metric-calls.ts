import {
  GetMetricDataCommand,
  PutMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { eventually, there } from '../assertions.js';
import type { CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

/** Milliseconds. */
export const MINUTE = 60_000;
/** Where the cases' metrics are. */
export const NAMESPACE = 'Contract';

/** The start of a minute that is over, a while ago. */
export const minuteAgo = (cloud: CloudUnderTest, minutes: number): number =>
  Math.floor(cloud.clock.now() / MINUTE) * MINUTE - minutes * MINUTE;

/** A datum, and where it goes. */
export interface Written extends Partial<MetricDatum> {
  readonly atMs: number;
  readonly namespace?: string;
  readonly region?: string;
}

/** Publishes data of one metric, one call each. */
export async function put(cloud: CloudUnderTest, name: string, ...written: readonly Written[]): Promise<void> {
  for (const { atMs, namespace = NAMESPACE, region = EAST, ...datum } of written) {
    await cloud.aws.cloudWatch(region).send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName: name, Timestamp: new Date(atMs), Unit: 'Count', ...datum }],
      }),
    );
  }
}

/** One query; without dimensions, the sum of a minute. */
export interface Asked {
  readonly name: string;
  readonly stat?: string;
  readonly period?: number;
  readonly namespace?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** From `fromMs`, inclusive, to `toMs`, exclusive. */
export interface Window extends Partial<GetMetricDataCommandInput> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly region?: string;
}

function toQuery(asked: Asked, Id: string): MetricDataQuery {
  const { name, stat = 'Sum', period = 60, namespace = NAMESPACE, dimensions = {} } = asked;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: name, Dimensions };
  return { Id, MetricStat: { Metric, Period: period, Stat: stat } };
}

/** One GetMetricData call, whose queries are `q0`, `q1`, … */
export function read(
  cloud: CloudUnderTest,
  asked: readonly Asked[],
  window: Window,
): Promise<GetMetricDataCommandOutput> {
  const { fromMs, toMs, region = EAST, ...more } = window;
  return cloud.aws.cloudWatch(region).send(
    new GetMetricDataCommand({
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: asked.map((one, i) => toQuery(one, `q${i}`)),
      ...more,
    }),
  );
}

/** The values of each query, once the first has as many as it is expected to have. */
export async function values(
  cloud: CloudUnderTest,
  asked: readonly Asked[],
  window: Window & { readonly count?: number },
): Promise<readonly (readonly number[])[]> {
  const { count = 1, ...rest } = window;
  const answer = await eventually(
    cloud,
    () => read(cloud, asked, rest),
    (one) => (one.MetricDataResults?.[0]?.Values?.length ?? 0) >= count,
  );
  return asked.map((_, i) => there(answer.MetricDataResults?.find((result) => result.Id === `q${i}`)).Values ?? []);
}

/** When the values of `A` are. */
export async function times(cloud: CloudUnderTest, window: Window): Promise<readonly number[]> {
  const { MetricDataResults = [] } = await read(cloud, [{ name: 'A' }], window);
  return (MetricDataResults[0]?.Timestamps ?? []).map((time) => time.getTime());
}

