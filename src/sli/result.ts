import type { Experiment, Expectation, Sli } from '../model/experiment.js';
import type { SliResult } from '../model/run.js';
import { meanOf, type Baseline } from './baseline.js';
import { metBy } from './expectation.js';
import type { JudgedPoint, JudgedSeries } from './points.js';
import { steadinessOf } from './steady.js';

/**
 * What a result needs beside the SLI: its series, its baselines, and when the injection began (undefined: nothing was
 * injected).
 */
export interface ResultOf {
  readonly experiment: Experiment;
  readonly series: readonly JudgedSeries[];
  readonly baselines: readonly Baseline[];
  readonly sinceMs: number | undefined;
}

/** "The last settled minute" of the contract. */
const LAST_MINUTE_MS = 60_000;

/**
 * An SLI's line in result.json, over all its series.
 *
 * `before`: mean of all baseline points. `peak`: the worst value since the injection, in the direction of the
 * expectation, else of the abort rule, else the highest. `after`: the mean of the last minute, as far as every series
 * was steady in it without a break; null where one was not. Numbers are rounded to four decimals, below one to four
 * significant ones.
 */
export function resultOf(sli: Sli, { experiment, series, baselines, sinceMs }: ResultOf): SliResult {
  const own = series.filter((one) => one.sli.id === sli.id);
  const during = sinceMs === undefined ? [] : own.map((one) => ({ ...one, points: since(one.points, sinceMs) }));
  const expectations = experiment.steadyState.filter((one) => one.sli === sli.id);
  return {
    title: sli.title,
    unit: sli.unit,
    before: rounded(beforeOf(baselines.filter((one) => one.sli === sli.id))),
    peak: rounded(worstOf(during, worstIs(sli, experiment))),
    after: rounded(afterOf(during, expectations)),
    series: own.map(({ series: name, points }) => ({ name, points: points.map(pointOf) })),
  };
}

/** Which way an SLI gets worse, by its first expectation, else its first abort rule, else upwards. */
export function worstIs(sli: Sli, experiment: Experiment): 'low' | 'high' {
  const expectation = experiment.steadyState.find((one) => one.sli === sli.id);
  if (expectation) return metBy(expectation.expect.op) === 'low' ? 'high' : 'low';
  const rule = experiment.abort.when.find((one) => one.sli === sli.id);
  return rule ? metBy(rule.breach.op) : 'high';
}

function since(points: readonly JudgedPoint[], sinceMs: number): readonly JudgedPoint[] {
  return points.filter((point) => point.endMs > sinceMs);
}

function beforeOf(baselines: readonly Baseline[]): number | undefined {
  const known = baselines.filter(({ points }) => points > 0);
  const count = known.reduce((sum, { points }) => sum + points, 0);
  return count === 0 ? undefined : known.reduce((sum, { mean, points }) => sum + mean * points, 0) / count;
}

function worstOf(series: readonly JudgedSeries[], worst: 'low' | 'high'): number | undefined {
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => (value === undefined ? [] : [value])));
  if (values.length === 0) return undefined;
  return values.reduce((a, b) => (worst === 'low' ? Math.min(a, b) : Math.max(a, b)));
}

function afterOf(series: readonly JudgedSeries[], expectations: readonly Expectation[]): number | undefined {
  const endMs = Math.max(...series.map(({ points }) => points.at(-1)?.endMs ?? -Infinity));
  const tails = series.map((one) => settledTail(one, expectations, endMs));
  return tails.some((tail) => tail.length === 0) ? undefined : meanOf(tails.flat());
}

/**
 * The points at the end of a series that are known and steady without a break, no further back than the last minute.
 */
function settledTail(
  one: JudgedSeries,
  expectations: readonly Expectation[],
  endMs: number,
): readonly JudgedPoint[] {
  const fromMs = endMs - Math.max(LAST_MINUTE_MS, one.sli.periodMs);
  const last = one.points.filter((point) => point.startMs >= fromMs);
  const unsettled = last.findLastIndex((point) => !isSettled(one, expectations, point));
  return last.slice(unsettled + 1);
}

function isSettled(one: JudgedSeries, expectations: readonly Expectation[], point: JudgedPoint): boolean {
  const known = point.value !== undefined;
  return known && expectations.every((expectation) => steadinessOf(expectation, one, point) === 'steady');
}

function pointOf(point: JudgedPoint): { readonly at: string; readonly value: number | null } {
  return { at: new Date(point.startMs).toISOString(), value: rounded(point.value) };
}

/** Four decimals; below one, four significant digits, so that a small error ratio keeps its meaning. */
export function rounded(value: number | undefined): number | null {
  if (value === undefined) return null;
  return Math.abs(value) >= 1 ? Math.round(value * 10_000) / 10_000 : Number(value.toPrecision(4));
}
