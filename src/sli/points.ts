import type { Sli } from '../model/experiment.js';

/** What one reading of every SLI over one window brought back. */
export interface Reading {
  /** Start of the window that was asked for, milliseconds since the epoch, inclusive. */
  readonly startMs: number;
  /** End of the window, exclusive: a period that ends after it was still open, and is not in the reading. */
  readonly endMs: number;
  readonly series: readonly SeriesReading[];
}

/** What was read of one SLI in one region. */
export interface SeriesReading {
  readonly sli: string;
  /** The region's name, or `global`. */
  readonly series: string;
  /** In order of time; periods without a datapoint are left out. */
  readonly points: readonly ReadPoint[];
  /**
   * Why CloudWatch could not say, where it could not: then no value in this reading counts, and no gap in it is "no
   * datapoint". Undefined: it answered in full.
   */
  readonly unreadable: string | undefined;
}

/** One period in which at least one of the SLI's metrics had a datapoint. */
export interface ReadPoint {
  readonly startMs: number;
  /** Undefined: the expression has no value here, as `5 / 0`, or one of its metrics was absent. */
  readonly value: number | undefined;
  /** The metrics that were there, by their name in the expression. */
  readonly raw: Readonly<Record<string, number>>;
}

/** One period that has ended, once it is certain what is known about it. */
export type ClosedPoint = { readonly startMs: number; readonly endMs: number } & (
  | { readonly kind: 'value'; readonly value: number }
  /** No metric had a datapoint, and none is expected any more. */
  | { readonly kind: 'absent' }
  /** There were datapoints, but the expression has no value. */
  | { readonly kind: 'undefined' }
  /** CloudWatch did not say. */
  | { readonly kind: 'unreadable'; readonly reason: string }
);

/** A closed point after the SLI's own policy for gaps has been applied: a value to judge, or none. */
export interface JudgedPoint {
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined: unknown. It is never a pass. */
  readonly value: number | undefined;
  /** `measured`, or what stands in for a datapoint: the value 0, the last value, nothing. */
  readonly from: 'measured' | 'zero' | 'held' | 'gap';
  /** For a gap: why CloudWatch could not say; undefined where there simply was no datapoint. */
  readonly unreadable: string | undefined;
}

/** One SLI in one region with all that is known of it: what every verdict is made from. */
export interface JudgedSeries {
  readonly sli: Sli;
  readonly series: string;
  /** In order of time. */
  readonly points: readonly JudgedPoint[];
  /** Mean before injection; undefined: not known. */
  readonly baseline: number | undefined;
}

/** The name of the series that an SLI has in a region. */
export function seriesName(sli: Sli, region: string): string {
  return sli.per === 'global' ? 'global' : region;
}
