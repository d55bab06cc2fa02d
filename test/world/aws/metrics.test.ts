import {
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { EAST, MINUTE, openSmall, present, SECOND, START_MS, WEST, type Small } from './small-world.js';

interface Published {
  readonly at?: number;
  readonly values: readonly number[];
  readonly counts?: readonly number[];
  readonly region?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** One period's points of the metric `Latency`, `at` milliseconds after the start. */
function publish({ sim }: Small, { at = 0, values, counts, region = EAST, dimensions = {} }: Published): void {
  const point = {
    name: 'Latency',
    dimensions,
    unit: 'Milliseconds' as const,
    values,
    counts: counts ?? values.map(() => 1),
  };
  sim.publish({ region, namespace: 'Small', atMs: START_MS + at, points: [point] });
}

interface Asked {
  readonly stat?: string;
  readonly period?: number;
  readonly from?: number;
  readonly to?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
}

function query({
  stat = 'Sum',
  period = 10,
  from = 0,
  to = MINUTE,
  dimensions = {},
}: Asked): GetMetricDataCommandInput {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    StartTime: new Date(START_MS + from),
    EndTime: new Date(START_MS + to),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      {
        Id: 'm0',
        MetricStat: { Metric: { Namespace: 'Small', MetricName: 'Latency', Dimensions }, Period: period, Stat: stat },
      },
    ],
  };
}

function read({ cloudWatch }: Small, input: GetMetricDataCommandInput): Promise<GetMetricDataCommandOutput> {
  return cloudWatch.send(new GetMetricDataCommand(input));
}

/** The only query's points: milliseconds after the start, and value. */
async function values(small: Small, asked: Asked = {}): Promise<readonly (readonly [number, number])[]> {
  const { MetricDataResults } = await read(small, query(asked));
  const result = present(MetricDataResults?.[0]);
  return present(result.Timestamps).map((at, i) => [at.getTime() - START_MS, present(result.Values?.[i])]);
}

function put({ cloudWatch }: Small, ...MetricData: MetricDatum[]) {
  return cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Small', MetricData }));
}

describe('metrics that are refused', () => {
  it.each([
    ['a period that CloudWatch does not have', query({ period: 15 })],
    ['a statistic that CloudWatch does not have', query({ stat: 'Mean' })],
    ['an empty window', query({ from: MINUTE, to: MINUTE })],
    [
      'more than 500 queries',
      {
        ...query({}),
        MetricDataQueries: Array.from({ length: 501 }, (_, i) => ({
          ...query({}).MetricDataQueries?.[0],
          Id: `m${i}`,
        })),
      },
    ],
    [
      'two queries with one id',
      {
        ...query({}),
        MetricDataQueries: [...present(query({}).MetricDataQueries), ...present(query({}).MetricDataQueries)],
      },
    ],
  ])('refuses %s', async (_what, input) => {
    await expect(read(openSmall(), input)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses metric math by name, instead of leaving it out', async () => {
    const input = { ...query({}), MetricDataQueries: [{ Id: 'e1', Expression: 'm0 * 2' }] };
    await expect(read(openSmall(), input)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('refuses values without their counts', async () => {
    await expect(put(openSmall(), { MetricName: 'Latency', Values: [1, 2], Counts: [1] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

describe('reading metrics', () => {
  it('has no value of a period until the delay after its end is over', async () => {
    const small = openSmall();
    publish(small, { values: [7] });
    small.pass(14_999);
    expect(await values(small)).toEqual([]);
    small.pass(1);
    expect(await values(small)).toEqual([[0, 7]]);
  });

  it('takes the start of the window in and leaves its end out', async () => {
    const small = openSmall();
    for (const at of [0, 10_000, 20_000]) publish(small, { at, values: [at] });
    small.pass(MINUTE);
    expect(await values(small, { from: 10_000, to: 20_000 })).toEqual([[10_000, 10_000]]);
  });

  it.each([
    ['SampleCount', 100],
    ['Sum', 1_990],
    ['Average', 19.9],
    ['Minimum', 10],
    ['Maximum', 1_000],
    ['p50', 10],
    ['p99', 10],
    ['p99.5', 1_000],
    ['p100', 1_000],
  ])('works out %s from values and counts', async (stat, expected) => {
    const small = openSmall();
    publish(small, { values: [1_000, 10], counts: [1, 99] });
    small.pass(MINUTE);
    expect(await values(small, { stat })).toEqual([[0, expected]]);
  });

  it('joins the periods that a longer one covers, once the longer one is over', async () => {
    const small = openSmall();
    for (let at = 0; at < MINUTE; at += 10_000) publish(small, { at, values: [1, 2] });
    small.pass(MINUTE);
    expect(await values(small, { period: 30 })).toEqual([[0, 9]]);
    small.pass(5 * SECOND);
    expect(await values(small, { period: 30 })).toEqual([
      [0, 9],
      [30_000, 9],
    ]);
    expect(await values(small, { period: 60, stat: 'p50' })).toEqual([[0, 1]]);
  });

  it('has nothing in a finer period than the metric was kept in', async () => {
    const small = openSmall();
    publish(small, { values: [1] });
    small.pass(MINUTE);
    expect(await values(small, { period: 5 })).toEqual([]);
  });

  it('keeps metrics apart by region and by every dimension', async () => {
    const small = openSmall();
    publish(small, { values: [1], dimensions: { Service: 'playback', Zone: 'a' } });
    publish(small, { values: [2], region: WEST });
    small.pass(MINUTE);
    expect(await values(small)).toEqual([]);
    expect(await values(small, { dimensions: { Service: 'playback' } })).toEqual([]);
    expect(await values(small, { dimensions: { Zone: 'a', Service: 'playback' } })).toEqual([[0, 1]]);
  });

  it('answers an unknown metric with no values, completely', async () => {
    const { MetricDataResults } = await read(openSmall(), query({}));
    expect(MetricDataResults).toMatchObject([{ Id: 'm0', Values: [], Timestamps: [], StatusCode: 'Complete' }]);
  });

  it('gives the newest first unless asked otherwise', async () => {
    const small = openSmall();
    for (const at of [0, 10_000]) publish(small, { at, values: [at] });
    small.pass(MINUTE);
    const { MetricDataResults } = await read(small, { ...query({}), ScanBy: undefined });
    expect(MetricDataResults?.[0]?.Values).toEqual([10_000, 0]);
  });

  it('cuts its answer at MaxDatapoints and calls it partial until the last page', async () => {
    const small = openSmall();
    for (const at of [0, 10_000, 20_000]) publish(small, { at, values: [at] });
    small.pass(MINUTE);
    const first = await read(small, { ...query({}), MaxDatapoints: 2 });
    expect(first.MetricDataResults).toMatchObject([{ Values: [0, 10_000], StatusCode: 'PartialData' }]);
    const second = await read(small, { ...query({}), MaxDatapoints: 2, NextToken: first.NextToken });
    expect(second.MetricDataResults).toMatchObject([{ Values: [20_000], StatusCode: 'Complete' }]);
    expect(second.NextToken).toBeUndefined();
  });

  it('forgets what is older than its ring', async () => {
    const small = openSmall();
    for (let at = 0; at <= 8 * 60 * MINUTE; at += 10_000) publish(small, { at, values: [1] });
    small.pass(9 * 60 * MINUTE);
    expect(await values(small)).toEqual([]);
    expect(await values(small, { from: 7 * 60 * MINUTE, to: 7 * 60 * MINUTE + 10_000 })).toHaveLength(1);
  });
});

describe('putting metrics', () => {
  it('keeps high resolution to the second, standard resolution to the minute', async () => {
    const small = openSmall();
    await put(small, { MetricName: 'Latency', Value: 4, StorageResolution: 1, Timestamp: new Date(START_MS + 12_345) });
    await put(small, { MetricName: 'Latency', Value: 5, Dimensions: [{ Name: 'S', Value: 'x' }] });
    small.pass(2 * MINUTE);
    expect(await values(small, { period: 1 })).toEqual([[12_000, 4]]);
    expect(await values(small, { period: 10, dimensions: { S: 'x' } })).toEqual([]);
    expect(await values(small, { period: 60, dimensions: { S: 'x' } })).toEqual([[0, 5]]);
  });

  it('knows sums but no percentiles of statistics', async () => {
    const small = openSmall();
    await put(small, { MetricName: 'Latency', StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 } });
    small.pass(2 * MINUTE);
    expect(await values(small, { period: 60, stat: 'Average' })).toEqual([[0, 2.5]]);
    expect(await values(small, { period: 60, stat: 'Maximum' })).toEqual([[0, 4]]);
    expect(await values(small, { period: 60, stat: 'p99' })).toEqual([]);
  });

  it('lists what was published, by name and dimension', async () => {
    const small = openSmall({ pageSize: 1 });
    publish(small, { values: [1], dimensions: { Service: 'playback' } });
    publish(small, { values: [1], dimensions: { Service: 'billing' } });
    const first = await small.cloudWatch.send(new ListMetricsCommand({ Namespace: 'Small' }));
    expect(first.Metrics).toMatchObject([
      { MetricName: 'Latency', Dimensions: [{ Name: 'Service', Value: 'playback' }] },
    ]);
    const second = await small.cloudWatch.send(
      new ListMetricsCommand({ Namespace: 'Small', NextToken: first.NextToken }),
    );
    expect(second.Metrics).toHaveLength(1);
    const none = await small.cloudWatch.send(
      new ListMetricsCommand({ Dimensions: [{ Name: 'Service', Value: 'edge' }] }),
    );
    expect(none.Metrics).toEqual([]);
  });
});
