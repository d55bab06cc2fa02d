import { CloudWatchClient, type GetMetricDataInput, type GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeClients } from '../../src/aws/clients.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { Cancelled, KongError } from '../../src/model/errors.js';
import type { Expression, Sli } from '../../src/model/experiment.js';
import { readSlis } from '../../src/sli/cloudwatch-source.js';
import type { Reading } from '../../src/sli/points.js';
import { after, metric, PERIOD, sli, T0 } from './fixtures.js';

type Answer = (input: GetMetricDataInput, region: string) => GetMetricDataOutput;

const NOTHING = { StartTime: undefined, EndTime: undefined, MetricDataQueries: [] };

/** Real clients whose calls are answered before they leave the process. */
const cloudOf = (answer: Answer): { readonly cloud: Cloud; readonly calls: GetMetricDataInput[] } => {
  const calls: GetMetricDataInput[] = [];
  const cloudWatch = (region: string): CloudWatchClient => {
    const client = new CloudWatchClient({ region });
    client.middlewareStack.add(
      () => async (args) => {
        const input: GetMetricDataInput = { ...NOTHING, ...args.input };
        calls.push(input);
        return { response: {}, output: { $metadata: {}, ...answer(input, region) } };
      },
      { step: 'initialize', name: 'answers' },
    );
    return client;
  };
  const cloud: Cloud = {
    ...makeClients({ endpoint: undefined, profile: undefined, credentials: undefined, install: () => undefined }),
    cloudWatch,
  };
  return { cloud, calls };
};

/** Values by metric name, then by period counted from T0. */
type Table = Readonly<Record<string, Readonly<Record<number, number>>>>;

const fromTable =
  (table: Table): Answer =>
  (input) => ({
    MetricDataResults: (input.MetricDataQueries ?? []).map((query) => {
      const points = Object.entries(table[query.MetricStat?.Metric?.MetricName ?? ''] ?? {});
      return {
        Id: query.Id ?? '',
        StatusCode: 'Complete',
        Timestamps: points.map(([i]) => new Date(after(Number(i)))),
        Values: points.map(([, value]) => value),
      };
    }),
  });

interface More {
  readonly endMs?: number;
  readonly signal?: AbortSignal;
}

const read = (cloud: Cloud, slis: readonly Sli[], more: More = {}): Promise<Reading> =>
  readSlis({ slis, regionsOf: () => ['us-west-2'], startMs: T0, endMs: after(3), cloud, ...more });

const values = (reading: Reading): readonly (readonly [number, number | undefined])[] =>
  reading.series.flatMap(({ points }) => points.map(({ startMs, value }) => [(startMs - T0) / PERIOD, value] as const));

const OK = metric('ok');
const ALL = metric('all');
const ratio: Expression = {
  kind: 'binary',
  op: '/',
  left: { kind: 'metric', id: 'ok' },
  right: { kind: 'metric', id: 'all' },
};
const RATIO = sli('starts', { metrics: [OK, ALL], expression: ratio });

describe('reading SLIs', () => {
  it('keeps the reason where CloudWatch did not answer in full, and no value', async () => {
    const statuses = ['PartialData', 'InternalError', 'Forbidden'] as const;
    for (const StatusCode of statuses) {
      const { cloud } = cloudOf((input) => ({
        MetricDataResults: (input.MetricDataQueries ?? []).map(({ Id }, i) => ({
          Id: Id ?? '',
          StatusCode: i === 0 ? 'Complete' : StatusCode,
          Messages: i === 0 ? [] : [{ Code: 'Why', Value: 'because' }],
          Timestamps: [new Date(T0)],
          Values: [5],
        })),
      }));
      expect((await read(cloud, [RATIO])).series).toEqual([
        {
          sli: 'starts',
          series: 'us-west-2',
          points: [{ startMs: T0, value: undefined, raw: { ok: 5, all: 5 } }],
          unreadable: `Streaming/all in us-west-2: CloudWatch answered ${StatusCode}: Why because`,
        },
      ]);
    }
  });

  it('does not take a metric that is left out of the answer for one without datapoints', async () => {
    const { cloud } = cloudOf(() => ({ MetricDataResults: [] }));
    expect((await read(cloud, [RATIO])).series[0]?.unreadable).toContain('left it out');
  });

  it('lets errors of the client through', async () => {
    const denied = new KongError('ACCESS_DENIED', 'GetMetricData in us-west-2: AccessDenied: no');
    const { cloud } = cloudOf(() => {
      throw denied;
    });
    await expect(read(cloud, [RATIO])).rejects.toBe(denied);
  });

  it('is cancelled by its signal without a call', async () => {
    const { cloud, calls } = cloudOf(fromTable({}));
    await expect(read(cloud, [RATIO], { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(Cancelled);
    expect(calls).toEqual([]);
  });

  it('gives up on an answer whose pages repeat', async () => {
    const { cloud } = cloudOf(() => ({ MetricDataResults: [], NextToken: 'again' }));
    await expect(read(cloud, [RATIO])).rejects.toMatchObject({ code: 'AWS_SERVICE' });
  });

  it('has no value for a ratio whose denominator is absent or 0', async () => {
    const { cloud } = cloudOf(fromTable({ ok: { 0: 1, 1: 5, 2: 9 }, all: { 0: 2, 1: 0 } }));
    expect(values(await read(cloud, [RATIO]))).toEqual([
      [0, 0.5],
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('counts an absent sum as 0 only where its SLI says that missing is zero', async () => {
    const { cloud } = cloudOf(fromTable({ all: { 0: 8 } }));
    expect(values(await read(cloud, [RATIO]))).toEqual([[0, undefined]]);
    expect(values(await read(cloud, [{ ...RATIO, missing: 'zero' }]))).toEqual([[0, 0]]);
  });

  it('never counts an absent average as 0', async () => {
    const average = { ...RATIO, missing: 'zero', metrics: [{ ...OK, stat: 'Average' }, ALL] } as const;
    const { cloud } = cloudOf(fromTable({ all: { 0: 8 } }));
    expect(values(await read(cloud, [average]))).toEqual([[0, undefined]]);
  });

  it('leaves out periods that are open, that began before the window, or that have no datapoint', async () => {
    const { cloud } = cloudOf(fromTable({ starts: { [-1]: 1, 0: 2, 2: 3, 3: 4 } }));
    expect(values(await read(cloud, [sli('starts')], { endMs: after(3, 9_999) }))).toEqual([
      [0, 2],
      [2, 3],
    ]);
  });

  it('puts points in order, and onto the start of their period', async () => {
    const { cloud } = cloudOf(() => ({
      MetricDataResults: [
        { Id: 'm0', Timestamps: [new Date(after(2)), new Date(after(0, 400)), new Date(after(1))], Values: [3, 1, 2] },
      ],
    }));
    expect(values(await read(cloud, [sli('starts')]))).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  it('follows pages, of which only the last speaks for a metric', async () => {
    const { cloud, calls } = cloudOf((input) => {
      const page = Number(input.NextToken ?? 0);
      const results = [{ Id: 'm0', StatusCode: page < 2 ? 'PartialData' : 'Complete' } as const];
      const one = { ...results[0], Timestamps: [new Date(after(page))], Values: [page] };
      return { MetricDataResults: [one], ...(page < 2 ? { NextToken: String(page + 1) } : {}) };
    });
    const reading = await read(cloud, [sli('starts')]);
    expect(values(reading)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(reading.series[0]?.unreadable).toBeUndefined();
    expect(calls.map(({ NextToken }) => NextToken)).toEqual([undefined, '1', '2']);
  });

  it('asks once per region for all metrics, and once for a metric that two SLIs share', async () => {
    const { cloud, calls } = cloudOf(fromTable({ ok: { 0: 4 }, all: { 0: 8 } }));
    const traffic = sli('traffic', { metrics: [{ ...ALL, id: 'x' }] });
    const slis = [RATIO, traffic, sli('world', { per: 'global', periodMs: 60_000 })];
    const both = ['us-west-2', 'eu-west-1'];
    const regionsOf = ({ per }: Sli): readonly string[] => (per === 'global' ? both.slice(0, 1) : both);
    const reading = await readSlis({ slis, regionsOf, startMs: T0, endMs: after(3), cloud });
    expect(calls.map(({ MetricDataQueries }) => MetricDataQueries?.map(({ Id }) => Id))).toEqual([
      ['m0', 'm1', 'm2'],
      ['m0', 'm1'],
    ]);
    expect(reading.series.map((one) => `${one.sli} ${one.series} ${one.points[0]?.value}`)).toEqual([
      'starts us-west-2 0.5',
      'traffic us-west-2 8',
      'world global undefined',
      'starts eu-west-1 0.5',
      'traffic eu-west-1 8',
    ]);
  });

  it('asks for 500 metrics a call', async () => {
    const { cloud, calls } = cloudOf(fromTable({}));
    const slis = Array.from({ length: 501 }, (_, i) => sli(`sli-${i}`));
    expect((await read(cloud, slis)).series).toHaveLength(501);
    expect(calls.map(({ MetricDataQueries }) => MetricDataQueries?.length)).toEqual([500, 1]);
  });

  it('begins on a boundary of every period', async () => {
    const { cloud, calls } = cloudOf(fromTable({}));
    const slis = [sli('fast'), sli('slow', { periodMs: 120_000 }), sli('slower', { periodMs: 180_000 })];
    await readSlis({ slis, regionsOf: () => ['us-west-2'], startMs: T0 + 701_234, endMs: T0 + 901_234, cloud });
    expect(calls[0]).toMatchObject({ StartTime: new Date(T0 + 360_000), EndTime: new Date(T0 + 901_000) });
  });

  it('names namespace, metric, dimensions, period and statistic', async () => {
    const { cloud, calls } = cloudOf(fromTable({}));
    const p99 = metric('x', { name: 'Latency', stat: 'p99', dimensions: { Tier: 'edge' } });
    await read(cloud, [sli('latency', { metrics: [p99] })]);
    expect(calls[0]?.MetricDataQueries).toEqual([
      {
        Id: 'm0',
        ReturnData: true,
        MetricStat: {
          Metric: { Namespace: 'Streaming', MetricName: 'Latency', Dimensions: [{ Name: 'Tier', Value: 'edge' }] },
          Period: 10,
          Stat: 'p99',
        },
      },
    ]);
  });

  it('reads the same from any split into pages and any order', async () => {
    const table = fc.uniqueArray(fc.tuple(fc.nat({ max: 19 }), fc.integer()), { selector: ([i]) => i, minLength: 1 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 5 }), async (points, size) => {
        const { cloud } = cloudOf(({ NextToken }) => {
          const from = Number(NextToken ?? 0);
          const page = points.slice(from, from + size);
          const more = from + size < points.length;
          return {
            MetricDataResults: [
              {
                Id: 'm0',
                StatusCode: more ? 'PartialData' : 'Complete',
                Timestamps: page.map(([i]) => new Date(after(i))),
                Values: page.map(([, value]) => value),
              },
            ],
            ...(more ? { NextToken: String(from + size) } : {}),
          };
        });
        const sorted = [...points].sort(([a], [b]) => a - b);
        expect(values(await read(cloud, [sli('starts')], { endMs: after(20) }))).toEqual(sorted);
      }),
      { numRuns: 30 },
    );
  });
});
