import type { MetricBatch } from '../../../src/world/ports.js';

/** One value a period. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

interface Wanted {
  readonly region: string;
  readonly name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** The values of one metric in one region, summed over each datum. */
export function series(batches: readonly MetricBatch[], { region, name, dimensions = {} }: Wanted): readonly Point[] {
  const wanted = JSON.stringify(dimensions);
  return batches
    .filter((batch) => batch.region === region)
    .flatMap(({ atMs, points }) =>
      points
        .filter((point) => point.name === name && JSON.stringify(point.dimensions) === wanted)
        .map(({ values, counts }) => ({
          atMs,
          value: values.reduce((sum, value, i) => sum + value * (counts[i] ?? 0), 0),
        })),
    );
}

/** 100 · a / b of two metrics, period by period. */
export function percentOf(
  batches: readonly MetricBatch[],
  where: Omit<Wanted, 'name'>,
  names: readonly [string, string],
): readonly Point[] {
  const [top, bottom] = names.map((name) => series(batches, { ...where, name }));
  return (top ?? []).flatMap(({ atMs, value }, i) => {
    const of = bottom?.[i]?.value ?? 0;
    return of > 0 ? [{ atMs, value: (100 * value) / of }] : [];
  });
}

/** The points of a stretch of time. */
export function between(points: readonly Point[], fromMs: number, toMs: number): readonly number[] {
  return points.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ value }) => value);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const GLOBAL = { region: 'us-west-2', dimensions: { Scope: 'global' } } as const;

/**
 * The four SLIs of the mission's table: three as members see them everywhere, and the latency of the region that
 * survives.
 */
export function tableSeries(
  batches: readonly MetricBatch[],
): Readonly<Record<'starts' | 'rebuffering' | 'errors' | 'p99', readonly Point[]>> {
  return {
    starts: percentOf(batches, GLOBAL, ['StreamStartSuccess', 'StreamStarts']),
    rebuffering: percentOf(batches, GLOBAL, ['RebufferSeconds', 'PlaybackSeconds']),
    errors: percentOf(batches, GLOBAL, ['RequestsFailed', 'Requests']),
    p99: series(batches, { region: 'us-west-2', name: 'LatencyP99' }),
  };
}
