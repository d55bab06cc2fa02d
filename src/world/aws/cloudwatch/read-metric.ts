import { pointsBetween, type Point, type Series } from './metric-store.js';
import type { Statistic } from './statistics.js';

/** What to read of one metric. */
export interface MetricWindow {
  /** Inclusive; rounded down to the period, or to the minute for longer ones. */
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  readonly periodMs: number;
  readonly nowMs: number;
  /** From the end of a period to when it can be read. */
  readonly delayMs: number;
  readonly unit: string | undefined;
  readonly statistic: Statistic;
}

/** The value of one period. */
export interface Datapoint {
  readonly atMs: number;
  readonly value: number;
}

const MINUTE_MS = 60_000;

/**
 * A metric's values, the oldest first: of periods that ended `delayMs` ago or earlier. A period that the metric's
 * own resolution does not divide has none, as on CloudWatch.
 */
export function readMetric(series: Series, window: MetricWindow): readonly Datapoint[] {
  const { periodMs, nowMs, delayMs } = window;
  if (periodMs % series.periodMs !== 0) return [];
  const step = Math.min(periodMs, MINUTE_MS);
  const originMs = Math.floor(window.startMs / step) * step;
  const readable = pointsBetween(series, originMs, window.endMs).filter(
    (point) => point.readableMs <= nowMs && (window.unit === undefined || point.unit === window.unit),
  );
  return [...byPeriod(readable, originMs, periodMs)]
    .filter(([atMs]) => atMs + periodMs + delayMs <= nowMs)
    .flatMap(([atMs, points]) => valueOf(points, atMs, window));
}

function byPeriod(points: readonly Point[], originMs: number, periodMs: number): ReadonlyMap<number, readonly Point[]> {
  const periods = new Map<number, Point[]>();
  for (const point of points) {
    const startMs = originMs + Math.floor((point.atMs - originMs) / periodMs) * periodMs;
    const own = periods.get(startMs);
    if (own) own.push(point);
    else periods.set(startMs, [point]);
  }
  return periods;
}

function valueOf(points: readonly Point[], atMs: number, { statistic }: MetricWindow): readonly Datapoint[] {
  const value = statistic(points.map((point) => point.sample));
  return value === undefined ? [] : [{ atMs, value }];
}
