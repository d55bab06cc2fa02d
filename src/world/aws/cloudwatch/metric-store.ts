import type { Sample } from './statistics.js';

/** What identifies a metric: two with different dimensions are two metrics, and none is the sum of the other. */
export interface MetricId {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One report of a metric. */
export interface Point {
  /** Start of its period, milliseconds since the epoch. */
  readonly atMs: number;
  readonly readableMs: number;
  readonly unit: string;
  readonly sample: Sample;
}

/** A metric's points, in the order of their time. */
export interface Series {
  readonly id: MetricId;
  /** The resolution in which it is kept. */
  readonly periodMs: number;
  readonly points: readonly Point[];
}

interface OpenSeries extends Series {
  points: Point[];
}

/** Metrics of less than a minute's resolution are kept for three hours: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const KEPT_MS = 3 * 3_600_000;
const FEWEST_KEPT = 180;

/** Every metric of the simulated CloudWatch, in memory: metrics do not outlive the process. */
export class MetricStore {
  private readonly series = new Map<string, OpenSeries>();

  /** @param periodMs - the metric's resolution, if it is new */
  add(id: MetricId, periodMs: number, point: Point): void {
    const key = keyOf(id);
    const series = this.series.get(key) ?? { id, periodMs, points: [] };
    if (series.points.length === 0) this.series.set(key, series);
    insert(series.points, point);
    const kept = Math.max(FEWEST_KEPT, Math.ceil(KEPT_MS / series.periodMs));
    // cut in one go from time to time: that is cheaper than a shift at each point
    if (series.points.length > 2 * kept) series.points = series.points.slice(-kept);
  }

  /** Takes over the points of another, all of which are older. */
  prepend(older: MetricStore): void {
    for (const [key, { id, periodMs, points }] of older.series) {
      this.series.set(key, { id, periodMs, points: [...points, ...(this.series.get(key)?.points ?? [])] });
    }
  }

  get(id: MetricId): Series | undefined {
    return this.series.get(keyOf(id));
  }

  all(): Iterable<Series> {
    return this.series.values();
  }
}

/** The points of a series from `startMs`, inclusive, to `endMs`, exclusive. */
export function pointsBetween({ points }: Series, startMs: number, endMs: number): readonly Point[] {
  return points.slice(firstAt(points, startMs), firstAt(points, endMs));
}

/** Index of the first point that is not before a moment. */
function firstAt(points: readonly Point[], atMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(points: Point[], point: Point): void {
  const last = points.at(-1);
  if (!last || last.atMs <= point.atMs) points.push(point);
  else points.splice(firstAt(points, point.atMs + 1), 0, point);
}

function keyOf({ region, namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([region, namespace, name, sorted]);
}
