import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'vitest';
import { refusal } from '../assertions.js';
import { casesOf, type Statement } from '../cloud.js';
import { EAST, WEST } from '../contract-world.js';
import { MINUTE, minuteAgo, NAMESPACE, put, read, times, values, type Asked, type Written } from './metric-calls.js';

const statements: readonly Statement[] = [
  {
    id: 'metrics/empty-window',
    title: 'a window that ends before it begins is refused',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      expect(await refusal(read(cloud, [{ name: 'A' }], { fromMs: atMs, toMs: atMs - MINUTE }))).toMatch(/Validation/);
    },
  },
  {
    id: 'metrics/same-ids',
    title: 'two queries with one id are refused',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const query = {
        Id: 'q',
        MetricStat: { Metric: { Namespace: NAMESPACE, MetricName: 'A' }, Period: 60, Stat: 'Sum' },
      };
      const twice = read(cloud, [], { fromMs: atMs - MINUTE, toMs: atMs, MetricDataQueries: [query, query] });
      expect(await refusal(twice)).toMatch(/Validation/);
    },
  },
  {
    id: 'metrics/odd-period',
    title: 'a period that is neither short nor whole minutes is refused',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const odd = read(cloud, [{ name: 'A', period: 45 }], { fromMs: atMs - MINUTE, toMs: atMs });
      expect(await refusal(odd)).toMatch(/Validation|InvalidParameter/);
    },
  },
  {
    id: 'metrics/unknown-statistic',
    title: 'a statistic that does not exist is refused',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const odd = read(cloud, [{ name: 'A', stat: 'Mode' }], { fromMs: atMs - MINUTE, toMs: atMs });
      expect(await refusal(odd)).toMatch(/Validation|InvalidParameter/);
    },
  },
  {
    id: 'metrics/unknown',
    title: 'an unknown metric has no values, which is no error',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const answer = await read(cloud, [{ name: 'Nobody' }], { fromMs: atMs - MINUTE, toMs: atMs });
      expect(answer.MetricDataResults).toHaveLength(1);
      expect(answer.MetricDataResults?.[0]?.Id).toBe('q0');
      expect(answer.MetricDataResults?.[0]?.Values ?? []).toEqual([]);
    },
  },
  {
    id: 'metrics/statistics',
    title: 'the statistics of a period are those of its samples',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      await put(cloud, 'A', ...[4, 1, 7].map((Value) => ({ atMs, Value })));
      const asked = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].map((stat) => ({ name: 'A', stat }));
      expect(await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE })).toEqual([[12], [4], [1], [7], [3]]);
    },
  },
  {
    id: 'metrics/counts',
    title: 'values with counts are as many samples',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      await put(cloud, 'A', { atMs, Values: [2, 10], Counts: [3, 1] });
      const asked = ['Sum', 'SampleCount', 'Maximum'].map((stat) => ({ name: 'A', stat }));
      expect(await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE })).toEqual([[16], [4], [10]]);
    },
  },
  {
    id: 'metrics/window',
    title: 'a window includes its start and excludes its end',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 8);
      await put(cloud, 'A', ...[0, 1, 2, 3].map((n) => ({ atMs: atMs + n * MINUTE, Value: n + 1 })));
      const window = { fromMs: atMs + MINUTE, toMs: atMs + 3 * MINUTE, count: 2 };
      expect(await values(cloud, [{ name: 'A' }], window)).toEqual([[2, 3]]);
    },
  },
  {
    id: 'metrics/timestamps',
    title: 'a value carries the start of its period',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 8);
      await put(cloud, 'A', { atMs: atMs + 2 * MINUTE, Value: 3 }, { atMs: atMs + 20_000, Value: 1 });
      const window = { fromMs: atMs, toMs: atMs + 3 * MINUTE };
      expect(await values(cloud, [{ name: 'A' }], { ...window, count: 2 })).toEqual([[1, 3]]);
      expect(await times(cloud, window)).toEqual([atMs, atMs + 2 * MINUTE]);
    },
  },
  {
    id: 'metrics/descending',
    title: 'values come newest first where that is asked for',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 8);
      await put(cloud, 'A', { atMs, Value: 1 }, { atMs: atMs + 2 * MINUTE, Value: 3 });
      const window = { fromMs: atMs, toMs: atMs + 3 * MINUTE };
      await values(cloud, [{ name: 'A' }], { ...window, count: 2 });
      expect(await times(cloud, { ...window, ScanBy: 'TimestampDescending' })).toEqual([atMs + 2 * MINUTE, atMs]);
    },
  },
  {
    id: 'metrics/gaps',
    title: 'a period without samples has no value, not a zero',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 8);
      await put(cloud, 'A', { atMs, Value: 1 }, { atMs: atMs + 3 * MINUTE, Value: 1 });
      const window = { fromMs: atMs, toMs: atMs + 4 * MINUTE, count: 2 };
      expect(await values(cloud, [{ name: 'A' }], window)).toEqual([[1, 1]]);
    },
  },
  {
    id: 'metrics/ten-seconds',
    title: 'a metric of high resolution is read in periods of ten seconds',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const datum = { StorageResolution: 1 } as const;
      const at = (second: number, Value: number): Written => ({ ...datum, atMs: atMs + second * 1_000, Value });
      await put(cloud, 'A', at(1, 1), at(9, 2), at(12, 4), at(25, 8));
      const window = { fromMs: atMs, toMs: atMs + 30_000, count: 3 };
      expect(await values(cloud, [{ name: 'A', period: 10 }], window)).toEqual([[3, 4, 8]]);
    },
  },
  {
    id: 'metrics/together',
    title: 'metrics that are asked for together are answered by their ids',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      await put(cloud, 'A', { atMs, Value: 1 });
      await put(cloud, 'B', { atMs, Value: 2 });
      const asked = [{ name: 'B' }, { name: 'A' }, { name: 'Nobody' }];
      expect(await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE })).toEqual([[2], [1], []]);
    },
  },
  {
    id: 'metrics/dimensions',
    title: 'a metric with dimensions is not a part of the one without',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const Dimensions = [{ Name: 'Tier', Value: 'edge' }];
      await put(cloud, 'A', { atMs, Value: 5, Dimensions });
      const tier = (value: string): Asked => ({ name: 'A', dimensions: { Tier: value } });
      const asked = [tier('edge'), tier('core'), { name: 'A' }];
      expect(await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE })).toEqual([[5], [], []]);
    },
  },
  {
    id: 'metrics/namespaces',
    title: 'a metric of the same name in another namespace is another one',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      const Dimensions = [{ Name: 'Tier', Value: 'edge' }];
      await put(cloud, 'A', { atMs, Value: 1, Dimensions }, { atMs, Value: 10, Dimensions, namespace: 'Other' });
      const dimensions = { Tier: 'edge' };
      const asked = [{ name: 'A', dimensions }, { name: 'A', dimensions, namespace: 'Other' }];
      expect(await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE })).toEqual([[1], [10]]);
    },
  },
  {
    id: 'metrics/regions',
    title: 'a metric of the same name in another region is another one',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      await put(cloud, 'A', { atMs, Value: 1 }, { atMs, Value: 10, region: WEST });
      const window = { fromMs: atMs, toMs: atMs + MINUTE };
      expect(await values(cloud, [{ name: 'A' }], window)).toEqual([[1]]);
      expect(await values(cloud, [{ name: 'A' }], { ...window, region: WEST })).toEqual([[10]]);
    },
  },
  {
    id: 'metrics/pages',
    title: 'MaxDatapoints cuts the answer into pages that hold every value once',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 8);
      await put(cloud, 'A', ...[0, 1, 2, 3, 4].map((n) => ({ atMs: atMs + n * MINUTE, Value: n })));
      const window = { fromMs: atMs, toMs: atMs + 5 * MINUTE };
      await values(cloud, [{ name: 'A' }], { ...window, count: 5 });
      const seen: number[] = [];
      let token: string | undefined;
      let pages = 0;
      do {
        const more = token === undefined ? {} : { NextToken: token };
        const page = await read(cloud, [{ name: 'A' }], { ...window, MaxDatapoints: 2, ...more });
        seen.push(...(page.MetricDataResults ?? []).flatMap((result) => result.Values ?? []));
        token = page.NextToken;
        pages++;
      } while (token !== undefined && token !== '' && pages < 10);
      expect(seen).toEqual([0, 1, 2, 3, 4]);
      expect(pages).toBe(3);
    },
  },
  {
    id: 'metrics/listed',
    title: 'a metric that has data is listed with its dimensions',
    async run(cloud) {
      const Dimensions = [{ Name: 'Tier', Value: 'edge' }];
      await put(cloud, 'A', { atMs: minuteAgo(cloud, 5), Value: 1, Dimensions });
      const answer = await cloud.aws.cloudWatch(EAST).send(new ListMetricsCommand({ Namespace: NAMESPACE }));
      expect(answer.Metrics).toEqual([{ Namespace: NAMESPACE, MetricName: 'A', Dimensions }]);
    },
  },
];

/** What SLIs are read from. */
export const metricCases = casesOf('metrics', statements);

/** Percentiles are a matter of their own: few emulators have them. */
export const percentileCases = casesOf('percentiles', [
  {
    id: 'percentiles/of-values',
    title: 'a percentile is a value that so many per cent of the samples do not exceed',
    async run(cloud) {
      const atMs = minuteAgo(cloud, 5);
      await put(cloud, 'A', { atMs, Values: [10, 20, 1_000], Counts: [90, 9, 1] });
      const asked = ['p50', 'p95', 'p100'].map((stat) => ({ name: 'A', stat }));
      const found = await values(cloud, asked, { fromMs: atMs, toMs: atMs + MINUTE });
      expect(found).toEqual([[10], [20], [1_000]]);
    },
  },
]);
