import type { Cloud } from '../aws/cloud.js';
import { evaluate } from '../experiment/expression.js';
import type { Sli } from '../model/experiment.js';
import { KongError } from '../model/errors.js';
import type { BudgetSeries } from './budget.js';
import { readSlis } from './cloudwatch-source.js';
import type { ReadPoint, Reading } from './points.js';

/** Which SLI's budget is read, where, and over which window. */
export interface BudgetRequest {
  readonly sli: Sli;
  readonly regionsOf: (sli: Sli) => readonly string[];
  readonly windowMs: number;
  /** Milliseconds since the epoch, in the drill's time. */
  readonly nowMs: number;
  readonly cloud: Cloud;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Reads an SLI over the window of its budget: in coarse periods, and the last hour or two by the minute. Two
 * GetMetricData calls a region, some thousand datapoints for a month.
 *
 * @throws KongError AWS_SERVICE where CloudWatch did not answer in full; as the client throws it
 */
export async function readBudget(request: BudgetRequest): Promise<readonly BudgetSeries[]> {
  const { sli, windowMs, nowMs } = request;
  const fineMs = Math.max(MINUTE_MS, sli.periodMs);
  const coarseMs = coarsePeriod(windowMs, fineMs);
  const cutMs = Math.max(nowMs - windowMs, Math.floor((nowMs - HOUR_MS) / coarseMs) * coarseMs);
  const [old, late] = await Promise.all([
    read(request, coarseMs, { startMs: nowMs - windowMs, endMs: cutMs }),
    read(request, fineMs, { startMs: cutMs, endMs: nowMs }),
  ]);
  return late.series.map(({ series, points }) => {
    const before = old.series.find((one) => one.series === series)?.points ?? [];
    const recent = points.filter(({ startMs }) => startMs >= nowMs - HOUR_MS);
    return { series, value: wholeOf([...before, ...points], sli), recent: wholeOf(recent, sli) };
  });
}

/** CloudWatch keeps minutes for 15 days, five minutes for 63. */
function coarsePeriod(windowMs: number, fineMs: number): number {
  if (windowMs <= 2 * DAY_MS) return Math.max(5 * MINUTE_MS, fineMs);
  return Math.max(HOUR_MS, fineMs);
}

async function read(
  { sli, regionsOf, cloud }: BudgetRequest,
  periodMs: number,
  window: { readonly startMs: number; readonly endMs: number },
): Promise<Reading> {
  const empty = window.endMs - window.startMs < periodMs;
  if (empty) return { ...window, series: [] };
  const reading = await readSlis({ slis: [{ ...sli, periodMs }], regionsOf, ...window, cloud });
  const bad = reading.series.find(({ unreadable }) => unreadable !== undefined);
  if (bad?.unreadable !== undefined) throw new KongError('AWS_SERVICE', bad.unreadable);
  return reading;
}

/**
 * The SLI over many periods as if they were one. Where all its metrics are sums, they are added up first, so that a
 * busy hour counts for more than a quiet one; otherwise the mean of its values.
 */
function wholeOf(points: readonly ReadPoint[], sli: Sli): number | undefined {
  const counts = sli.metrics.every(({ stat }) => stat === 'Sum' || stat === 'SampleCount');
  if (!counts) return meanOf(points.flatMap(({ value }) => (value === undefined ? [] : [value])));
  if (points.length === 0) return undefined;
  const totals = new Map<string, number>();
  for (const { raw } of points)
    for (const [id, value] of Object.entries(raw)) totals.set(id, (totals.get(id) ?? 0) + value);
  const fill = sli.missing === 'zero' ? 0 : undefined;
  const value = evaluate(sli.expression, (id) => totals.get(id) ?? fill);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
