import type { Expectation } from '../model/experiment.js';
import type { JudgedSeries } from './points.js';
import { steadinessOf } from './steady.js';

/** How the steady state came through a stretch of the drill. */
export interface Recovery {
  readonly expectations: readonly ExpectationRecord[];
  /**
   * End of the last period in which any expectation was off or unknown: from then on all were steady until the end of
   * the stretch. The start of the stretch where none ever was; undefined where one still is, or was never measured.
   */
  readonly recoveredAtMs: number | undefined;
  /** End of the first period in which any expectation was off or unknown; undefined: none was. */
  readonly firstOffMs: number | undefined;
}

/** How one expectation came through, over all its series. */
export interface ExpectationRecord {
  readonly sli: string;
  /** As written: `>= 99%`. */
  readonly expect: string;
  /** Every series was measured, and none was off for longer than `settleMs` at a time. */
  readonly held: boolean;
  /** Every series has a period in the stretch. */
  readonly measured: boolean;
  /** The longest that a series was off or unknown without a break. */
  readonly offMs: number;
  readonly settleMs: number;
}

/**
 * A stretch of a drill: from the injection, to its end or to where the failure was taken back. Milliseconds since the
 * epoch.
 */
export interface Stretch {
  readonly sinceMs: number;
  /** Periods that begin at or after it are left out; undefined: all there are. */
  readonly untilMs?: number | undefined;
}

/**
 * Tracks every expectation from the injection on. A gap counts as off. A period in which the injection fell counts
 * from the injection.
 */
export function recoveryOf(
  expectations: readonly Expectation[],
  series: readonly JudgedSeries[],
  stretch: Stretch,
): Recovery {
  const tracked = expectations.map((expectation) => {
    const own = series.filter((one) => one.sli.id === expectation.sli);
    return { expectation, passages: own.map((one) => passageOf(expectation, one, stretch)) };
  });
  return {
    expectations: tracked.map(({ expectation, passages }) => recordOf(expectation, passages)),
    recoveredAtMs: recoveredAt(tracked.map(({ passages }) => passages), stretch.sinceMs),
    firstOffMs: earliest(tracked.flatMap(({ passages }) => passages.flatMap(({ firstOffMs }) => firstOffMs ?? []))),
  };
}

/** One expectation on one series, over a stretch. */
interface Passage {
  readonly judged: number;
  readonly longestOffMs: number;
  readonly firstOffMs: number | undefined;
  readonly lastOffEndMs: number | undefined;
  readonly offAtEnd: boolean;
}

function passageOf(expectation: Expectation, one: JudgedSeries, { sinceMs, untilMs }: Stretch): Passage {
  const points = one.points.filter((point) => point.endMs > sinceMs && point.startMs < (untilMs ?? Infinity));
  let offSinceMs: number | undefined;
  let longestOffMs = 0;
  let firstOffMs: number | undefined;
  let lastOffEndMs: number | undefined;
  for (const point of points) {
    if (steadinessOf(expectation, one, point) === 'steady') {
      offSinceMs = undefined;
      continue;
    }
    offSinceMs ??= Math.max(point.startMs, sinceMs);
    firstOffMs ??= point.endMs;
    lastOffEndMs = point.endMs;
    longestOffMs = Math.max(longestOffMs, point.endMs - offSinceMs);
  }
  return { judged: points.length, longestOffMs, firstOffMs, lastOffEndMs, offAtEnd: offSinceMs !== undefined };
}

function recordOf({ sli, expect, settleMs }: Expectation, passages: readonly Passage[]): ExpectationRecord {
  const offMs = Math.max(0, ...passages.map(({ longestOffMs }) => longestOffMs));
  const measured = passages.length > 0 && passages.every(({ judged }) => judged > 0);
  return { sli, expect: expect.text, held: measured && offMs <= settleMs, measured, offMs, settleMs };
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}

function recoveredAt(tracked: readonly (readonly Passage[])[], sinceMs: number): number | undefined {
  const passages = tracked.flat();
  const unmeasured = tracked.some((own) => own.length === 0) || passages.some(({ judged }) => judged === 0);
  const open = passages.some(({ offAtEnd }) => offAtEnd);
  if (unmeasured || open) return undefined;
  return Math.max(sinceMs, ...passages.map(({ lastOffEndMs }) => lastOffEndMs ?? sinceMs));
}
