import type { Expectation } from '../model/experiment.js';
import { recentMs } from './baseline.js';
import { judge } from './expectation.js';
import type { JudgedPoint, JudgedSeries } from './points.js';

/** Whether the system is as it should be. `unknown`: it can't be told, which is never a pass. */
export type Steadiness = 'steady' | 'off' | 'unknown';

/** What every expectation says of every series now. */
export interface SteadyVerdict {
  /** `off` where any is off, else `unknown` where any is unknown. */
  readonly overall: Steadiness;
  readonly items: readonly SteadyItem[];
}

/** What one expectation says of one series now. */
export interface SteadyItem {
  readonly sli: string;
  /** Empty where the SLI has no region to be read in. */
  readonly series: string;
  /** The expectation as written: `>= 99%`. */
  readonly expect: string;
  readonly verdict: Steadiness;
  /** The newest value, in the SLI's unit; undefined where the newest period has none. */
  readonly value: number | undefined;
}

/** When a steady state is asked for. */
export interface SteadyAt {
  readonly nowMs: number;
  readonly missingDataMs: number;
}

/** Judges every series by its newest closed point. A gap, and a point too old to speak of now, are unknown. */
export function steadyNow(
  expectations: readonly Expectation[],
  series: readonly JudgedSeries[],
  at: SteadyAt,
): SteadyVerdict {
  const items = expectations.flatMap((expectation) => {
    const own = series.filter((one) => one.sli.id === expectation.sli);
    return own.length > 0 ? own.map((one) => itemOf(expectation, one, at)) : [unmeasured(expectation)];
  });
  return { overall: overallOf(items), items };
}

function itemOf(expectation: Expectation, one: JudgedSeries, { nowMs, missingDataMs }: SteadyAt): SteadyItem {
  const newest = one.points.at(-1);
  const recent = newest && nowMs - newest.endMs <= recentMs(one.sli.periodMs, missingDataMs) ? newest : undefined;
  const verdict = recent ? steadinessOf(expectation, one, recent) : 'unknown';
  return { sli: one.sli.id, series: one.series, expect: expectation.expect.text, verdict, value: recent?.value };
}

function unmeasured({ sli, expect }: Expectation): SteadyItem {
  return { sli, series: '', expect: expect.text, verdict: 'unknown', value: undefined };
}

function overallOf(items: readonly SteadyItem[]): Steadiness {
  if (items.some(({ verdict }) => verdict === 'off')) return 'off';
  return items.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'steady';
}

/** What an expectation says of one point of a series. */
export function steadinessOf(expectation: Expectation, one: JudgedSeries, point: JudgedPoint): Steadiness {
  switch (judge(expectation.expect, point.value, one.baseline)) {
    case 'met':
      return 'steady';
    case 'not-met':
      return 'off';
    case 'unknown':
      return 'unknown';
  }
}
