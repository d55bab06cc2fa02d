import type {
  Abort,
  AbortRule,
  Comparison,
  Expectation,
  Experiment,
  Metric,
  Sli,
  Threshold,
} from '../../src/model/experiment.js';
import type { JudgedPoint, JudgedSeries, ReadPoint, Reading } from '../../src/sli/points.js';

/** Midnight of 1 January 2026 UTC: a boundary of every period in these tests. */
export const T0 = 1_767_225_600_000;
export const PERIOD = 10_000;

export const metric = (id: string, more: Partial<Metric> = {}): Metric => ({
  id,
  namespace: 'Streaming',
  name: id,
  stat: 'Sum',
  dimensions: {},
  ...more,
});

export const sli = (id: string, more: Partial<Sli> = {}): Sli => ({
  id,
  title: `Title of ${id}`,
  unit: 'percent',
  metrics: [metric('x', { name: id })],
  expression: { kind: 'metric', id: 'x' },
  periodMs: PERIOD,
  per: 'region',
  region: undefined,
  missing: 'breach',
  ...more,
});

const absolute = (op: Comparison, value: number): Threshold => ({
  text: `${op} ${value}`,
  op,
  limit: { kind: 'absolute', value },
});
export const below = (value: number): Threshold => absolute('<', value);
export const above = (value: number): Threshold => absolute('>', value);
export const atLeast = (value: number): Threshold => absolute('>=', value);
export const aboveBaseline = (factor: number, offset: number): Threshold => ({
  text: `> baseline * ${factor} + ${offset}`,
  op: '>',
  limit: { kind: 'baseline', factor, offset },
});

export const rule = (of: string, breach: Threshold, [count, among]: readonly [number, number] = [3, 5]): AbortRule => ({
  sli: of,
  breach,
  count,
  of: among,
});

export const abortWhen = (...when: readonly AbortRule[]): Abort => ({ missingDataMs: 60_000, when });

export const expectation = (of: string, expect: Threshold, settleMs = 30_000): Expectation => ({
  sli: of,
  expect,
  settleMs,
});

/** A series whose points follow each other from T0; undefined: a gap. */
export const judged = (values: readonly (number | undefined)[], more: Partial<JudgedSeries> = {}): JudgedSeries => ({
  sli: sli('starts'),
  series: 'us-west-2',
  baseline: undefined,
  points: values.map((value, i) => judgedPoint(i, value)),
  ...more,
});

const judgedPoint = (i: number, value: number | undefined): JudgedPoint => ({
  startMs: T0 + i * PERIOD,
  endMs: T0 + (i + 1) * PERIOD,
  value,
  from: value === undefined ? 'gap' : 'measured',
  unreadable: undefined,
});

export const readPoint = (i: number, value: number | undefined): ReadPoint => ({
  startMs: T0 + i * PERIOD,
  value,
  raw: value === undefined ? {} : { x: value },
});

/** A reading of one series over periods `from` (inclusive) to `to` (exclusive), counted from T0. */
export const reading = (
  [from, to]: readonly [number, number],
  points: readonly ReadPoint[],
  more: { readonly sli?: string; readonly series?: string; readonly unreadable?: string } = {},
): Reading => ({
  startMs: T0 + from * PERIOD,
  endMs: T0 + to * PERIOD,
  series: [
    {
      sli: more.sli ?? 'starts',
      series: more.series ?? 'us-west-2',
      points: points.filter(({ startMs }) => startMs >= T0 + from * PERIOD && startMs < T0 + to * PERIOD),
      unreadable: more.unreadable,
    },
  ],
});

export const experiment = (more: Partial<Experiment> = {}): Experiment => ({
  name: 'chaos-kong',
  hypothesis: 'Members keep streaming.',
  owner: undefined,
  blastRadius: {
    scope: { kind: 'region', region: 'us-east-1' },
    survivors: ['us-west-2'],
    select: { tags: {}, groups: [], domains: [] },
    limits: { instances: undefined, groups: undefined, share: undefined, minHealthy: undefined },
    allowIrreversible: [],
    allowEmpty: false,
  },
  slis: [sli('starts')],
  steadyState: [expectation('starts', atLeast(99))],
  abort: abortWhen(rule('starts', below(97))),
  pollMs: PERIOD,
  baselineMs: 60_000,
  objectives: { rtoMs: undefined, rpoMs: undefined },
  rollbackWithinMs: undefined,
  method: [],
  ...more,
});

/** The moment at the end of `periods` periods after T0, and `ms` later. */
export const after = (periods: number, ms = 0): number => T0 + periods * PERIOD + ms;
