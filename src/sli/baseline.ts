import { formatDuration } from '../model/duration.js';
import type { JudgedPoint, JudgedSeries } from './points.js';

/** A series' mean before anything was injected. */
export interface Baseline {
  readonly sli: string;
  readonly series: string;
  /** In the SLI's unit. */
  readonly mean: number;
  /** How many values it is the mean of. */
  readonly points: number;
}

/** A series that can't be judged, and why. */
export interface BaselineRefusal {
  readonly sli: string;
  readonly series: string;
  /** Lower case, no full stop. */
  readonly reason: string;
}

/** The baselines, and what speaks against beginning or should be known first. Any refusal: do not inject. */
export interface BaselineVerdict {
  readonly baselines: readonly Baseline[];
  readonly refusals: readonly BaselineRefusal[];
  readonly warnings: readonly string[];
}

/** The time at which a baseline is taken, and how old the newest datapoint may be beyond three periods. */
export interface BaselineAt {
  readonly nowMs: number;
  readonly missingDataMs: number;
  /** SLIs that something is expected of; undefined: all. */
  readonly judged?: ReadonlySet<string>;
}

/** Periods without a datapoint that are put down to slow publishing. */
const RECENT_PERIODS = 3;

/** The oldest that the newest datapoint of a series may be, in milliseconds, before it counts as gone. */
export function recentMs(periodMs: number, missingDataMs: number): number {
  return RECENT_PERIODS * periodMs + missingDataMs;
}

/**
 * The mean of every series over the baseline window, or why there is none: no datapoint at all, no recent one, or an
 * answer that could not be read. `ignore` and `hold` need no recent datapoint, and `zero` none at all: there it is a
 * warning, as a misspelt dimension looks the same. So it is where a gap means nothing and nothing is expected either:
 * a world of one region has no replication to watch.
 */
export function baselineOf(series: readonly JudgedSeries[], at: BaselineAt): BaselineVerdict {
  const baselines: Baseline[] = [];
  const refusals: BaselineRefusal[] = [];
  const warnings: string[] = [];
  for (const one of series) {
    const key = { sli: one.sli.id, series: one.series };
    const why = refusalOf(one, at);
    const reason = isNeeded(one, at) ? why : undefined;
    const counted = one.points.filter((point) => point.from === 'measured' || point.from === 'zero');
    if (reason !== undefined) refusals.push({ ...key, reason });
    else if (why === undefined) baselines.push({ ...key, mean: meanOf(counted) ?? 0, points: counted.length });
    if (reason === undefined && !counted.some(isMeasured)) {
      const meaning = one.sli.missing === 'zero' ? 'it counts as 0' : 'it is not watched';
      warnings.push(`${key.sli} has no datapoint in ${key.series}: ${meaning}, so check its name and dimensions`);
    }
  }
  return { baselines, refusals, warnings };
}

/** Whether a drill can't do without this SLI: something is expected of it, or a gap in it means something. */
function isNeeded({ sli }: JudgedSeries, { judged }: BaselineAt): boolean {
  return sli.missing === 'breach' || sli.missing === 'zero' || (judged?.has(sli.id) ?? true);
}

function refusalOf({ sli, points }: JudgedSeries, { nowMs, missingDataMs }: BaselineAt): string | undefined {
  const newest = points.findLast(isMeasured);
  const lastPoint = points.at(-1);
  if (lastPoint?.unreadable !== undefined) return lastPoint.unreadable;
  if (sli.missing === 'zero') return zeroRefusal(points, newest);
  if (!newest) return 'no datapoint in the baseline window';
  const ageMs = nowMs - newest.endMs;
  const stale = ageMs > recentMs(sli.periodMs, missingDataMs);
  if (sli.missing === 'breach' && stale) return `the newest datapoint is ${formatDuration(ageMs)} old`;
  return undefined;
}

function zeroRefusal(points: readonly JudgedPoint[], newest: JudgedPoint | undefined): string | undefined {
  const known = newest ?? points.find((point) => point.value !== undefined);
  return known ? undefined : 'no value in the baseline window';
}

function isMeasured(point: JudgedPoint): boolean {
  return point.from === 'measured';
}

/** Mean of the points that have a value; undefined where none has. */
export function meanOf(points: readonly JudgedPoint[]): number | undefined {
  const values = points.flatMap((point) => (point.value === undefined ? [] : [point.value]));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
