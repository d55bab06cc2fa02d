import type { ErrorBudget } from '../model/conditions.js';

/** How much of an error budget is left, and how fast it goes, as the mission's table names it. */
export type BurnLevel = 'normal' | 'elevated' | 'high' | 'critical' | 'exceeded';

/** One series of an SLI over the window of its budget, and over its last hour. */
export interface BudgetSeries {
  readonly series: string;
  /** The SLI over the whole window, in percent; undefined: no data. */
  readonly value: number | undefined;
  /** The same over the last hour. */
  readonly recent: number | undefined;
}

/** One series against its objective. */
export interface Burn {
  readonly series: string;
  /** Of the budget of the window, 1: all of it. Traffic that has no datapoint is taken to have gone like the rest. */
  readonly spent: number;
  /** How fast the last hour spends it; 1: exactly as fast as the window allows. */
  readonly rate: number;
}

/** At this rate a month's budget lasts two days: the threshold at which the SRE Workbook calls someone. */
export const HIGH_RATE = 14.4;

/**
 * Which part of all events may fail.
 *
 * @returns 0..1, never 0
 */
export function allowedRatio({ objective }: Pick<ErrorBudget, 'objective'>): number {
  const value = objective.limit.kind === 'absolute' ? objective.limit.value : 0;
  return (isForGood(objective.op) ? 100 - value : value) / 100;
}

/** Which part of all events failed, from an SLI in percent: of the good, or of the bad, as the objective says. */
export function errorRatio(percent: number, { objective }: Pick<ErrorBudget, 'objective'>): number {
  return Math.max(0, isForGood(objective.op) ? 100 - percent : percent) / 100;
}

function isForGood(op: ErrorBudget['objective']['op']): boolean {
  return op === '>' || op === '>=';
}

/**
 * How far one series has spent its budget.
 *
 * @returns undefined where there is no data, over the window or in its last hour: a gap is never a pass
 * @see Google SRE Workbook, ch. 5 "Alerting on SLOs"
 */
export function burnOf({ series, value, recent }: BudgetSeries, budget: ErrorBudget): Burn | undefined {
  if (value === undefined || recent === undefined) return undefined;
  const allowed = allowedRatio(budget);
  return { series, spent: errorRatio(value, budget) / allowed, rate: errorRatio(recent, budget) / allowed };
}

/**
 * The level of the worst series. `exceeded`: some budget is spent. `critical`: two series, so two regions, burn at the
 * high rate. `high`: one does. `elevated`: some budget goes faster than its window allows.
 */
export function burnLevel(burns: readonly Burn[]): BurnLevel {
  if (burns.some(({ spent }) => spent >= 1)) return 'exceeded';
  const fast = burns.filter(({ rate }) => rate >= HIGH_RATE).length;
  if (fast > 1) return 'critical';
  if (fast === 1) return 'high';
  return burns.some(({ rate }) => rate > 1) ? 'elevated' : 'normal';
}

/** Whether a drill may begin at a level: a budget that is only going fast is a warning. */
export function mayBegin(level: BurnLevel): boolean {
  switch (level) {
    case 'normal':
    case 'elevated':
      return true;
    case 'high':
    case 'critical':
    case 'exceeded':
      return false;
  }
}
