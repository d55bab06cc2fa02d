import { formatDuration } from '../model/duration.js';
import type { Abort, AbortRule } from '../model/experiment.js';
import { judge, limitOf } from './expectation.js';
import type { JudgedPoint, JudgedSeries } from './points.js';

/** An abort rule that fired. */
export interface Breach {
  /** A value beyond its threshold; no datapoint for too long; or an SLI that could not be read or judged. */
  readonly kind: 'value' | 'missing' | 'unreadable';
  readonly sli: string;
  readonly series: string;
  /** The newest value when it fired, in the SLI's unit; null without one. */
  readonly value: number | null;
  /** `< 97%`, `no datapoint for 60s`, or why it could not be read. */
  readonly text: string;
  /** End of the period that made it fire, milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * The first abort rule that fired since the injection, by time; at the same time, the first by order in the file.
 *
 * A rule `N of M` fires where, among M datapoints of one series in a row, N are beyond its threshold; only periods
 * that began at or after `sinceMs` are counted. Any such M counts, not only the newest: what was missed by a slow
 * poll, or came late, still fires. A gap neither adds nor clears. Gaps in a row that last `missingDataMs` fire by
 * themselves, whether or not a rule names the SLI. Fires no less when a point gets worse.
 */
export function breachOf(abort: Abort, series: readonly JudgedSeries[], sinceMs: number): Breach | undefined {
  const byRule = abort.when.flatMap((rule) => {
    const own = series.filter((one) => one.sli.id === rule.sli);
    return own.flatMap((one) => ruleBreach(rule, one, sinceMs) ?? []);
  });
  const byGap = series.flatMap((one) => gapBreach(one, abort.missingDataMs, sinceMs) ?? []);
  return [...byRule, ...byGap].reduce<Breach | undefined>(
    (first, breach) => (first && first.atMs <= breach.atMs ? first : breach),
    undefined,
  );
}

/** Whether a value alone is beyond one of the SLI's abort thresholds, whatever the count that the rule asks for. */
export function isBeyond(abort: Abort, one: JudgedSeries, value: number): boolean {
  return abort.when.some((rule) => rule.sli === one.sli.id && judge(rule.breach, value, one.baseline) === 'met');
}

function ruleBreach(rule: AbortRule, one: JudgedSeries, sinceMs: number): Breach | undefined {
  const points = one.points.filter((point) => point.startMs >= sinceMs && point.value !== undefined);
  const key = { sli: one.sli.id, series: one.series };
  const first = points.at(0);
  if (first && limitOf(rule.breach, one.baseline) === undefined) {
    return { ...key, kind: 'unreadable', value: null, text: `no baseline for ${rule.breach.text}`, atMs: first.endMs };
  }
  const beyond = points.map((point) => judge(rule.breach, point.value, one.baseline) === 'met');
  const countAt = (i: number): number => beyond.slice(Math.max(0, i + 1 - rule.of), i + 1).filter(Boolean).length;
  const fired = points.find((_, i) => countAt(i) >= rule.count);
  if (!fired) return undefined;
  return { ...key, kind: 'value', value: fired.value ?? null, text: rule.breach.text, atMs: fired.endMs };
}

function gapBreach(one: JudgedSeries, missingDataMs: number, sinceMs: number): Breach | undefined {
  let gap: JudgedPoint | undefined;
  for (const point of one.points) {
    gap = point.value === undefined ? gap ?? point : undefined;
    const tooLong = gap && point.endMs - gap.startMs >= missingDataMs;
    if (tooLong && point.endMs > sinceMs) return gapAt(one, point, missingDataMs);
  }
  return undefined;
}

function gapAt(one: JudgedSeries, point: JudgedPoint, missingDataMs: number): Breach {
  const unread = point.unreadable;
  return {
    kind: unread === undefined ? 'missing' : 'unreadable',
    sli: one.sli.id,
    series: one.series,
    value: null,
    text: unread ?? `no datapoint for ${formatDuration(missingDataMs)}`,
    atMs: point.endMs,
  };
}
