import type { ClosedPoint, ReadPoint, Reading, SeriesReading } from './points.js';

/** One series that a timeline keeps. */
export interface TrackSpec {
  readonly sli: string;
  /** The region's name, or `global`. */
  readonly series: string;
  readonly periodMs: number;
  /** The most that datapoints may be late before they count as missing all the same. */
  readonly latestMs: number;
  /**
   * Whether every period should have a datapoint. An error count that is only published when there are errors is not
   * regular.
   */
  readonly regular: boolean;
}

/** What is known of one period. Both may be undefined: nothing was there when it was read. */
interface Slot {
  /** The newest answer that had datapoints. */
  readonly point: ReadPoint | undefined;
  /** Why the newest reading could not say. */
  readonly unreadable: string | undefined;
}

interface Track {
  readonly spec: TrackSpec;
  readonly slots: Map<number, Slot>;
  /** Start of the first period that was asked for. */
  fromMs: number;
  /** The latest that a datapoint is known to have come after the end of its period. */
  delayMs: number;
}

/**
 * Every datapoint seen, per SLI and series, whatever the order in which they came. A period may be read again and its
 * value revised: CloudWatch publishes late and corrects itself.
 */
export class Timeline {
  private readonly tracks = new Map<string, Track>();
  private mergedAtMs: number | undefined;

  constructor(specs: readonly TrackSpec[]) {
    for (const spec of specs) {
      this.tracks.set(keyOf(spec), { spec, slots: new Map(), fromMs: Number.POSITIVE_INFINITY, delayMs: 0 });
    }
  }

  /**
   * Adds what a reading found. A later value replaces an earlier one; a gap never does. A series that is not in the
   * reading counts as one that could not be read.
   *
   * @param nowMs - when the reading was asked for: from it the timeline learns how late datapoints come
   */
  merge(reading: Reading, nowMs: number): void {
    const found = new Map(reading.series.map((series) => [keyOf(series), series]));
    for (const [key, track] of this.tracks) {
      const series = found.get(key) ?? { ...track.spec, points: [], unreadable: 'it was not in the reading' };
      learnDelay(track, series, { nowMs, mergedAtMs: this.mergedAtMs });
      extend(track, reading, series);
    }
    this.mergedAtMs = Math.max(nowMs, this.mergedAtMs ?? nowMs);
  }

  /**
   * The periods that have ended by `nowMs`, in order. A period with a value counts at once. One without counts, as
   * missing, only when its datapoint is overdue: one period after its end, or longer where datapoints have been seen
   * to come later than that. A period that no reading covered is unreadable, not absent.
   */
  closedPoints(key: { readonly sli: string; readonly series: string }, nowMs: number): readonly ClosedPoint[] {
    const track = this.trackOf(key);
    const { periodMs } = track.spec;
    const graceMs = this.graceMs(key);
    const points: ClosedPoint[] = [];
    for (let startMs = track.fromMs; startMs + periodMs <= nowMs; startMs += periodMs) {
      const endMs = startMs + periodMs;
      const point = closedPoint({ startMs, endMs }, track.slots.get(startMs));
      if (point.kind === 'value' || endMs + graceMs <= nowMs) points.push(point);
    }
    return points;
  }

  /** How long after the end of its period a datapoint of this series may still come, in milliseconds. */
  graceMs(key: { readonly sli: string; readonly series: string }): number {
    const { spec, delayMs } = this.trackOf(key);
    return Math.max(spec.periodMs, Math.min(delayMs, spec.latestMs));
  }

  /** When the newest reading was made; undefined before the first. */
  lastMergeMs(): number | undefined {
    return this.mergedAtMs;
  }

  private trackOf(key: { readonly sli: string; readonly series: string }): Track {
    const track = this.tracks.get(keyOf(key));
    if (!track) throw new Error(`no series ${keyOf(key)} in this timeline`);
    return track;
  }
}

function keyOf(key: { readonly sli: string; readonly series: string }): string {
  return `${key.sli} ${key.series}`;
}

function closedPoint(
  period: { readonly startMs: number; readonly endMs: number },
  slot: Slot | undefined,
): ClosedPoint {
  if (!slot) return { ...period, kind: 'unreadable', reason: 'it was not read in time' };
  if (slot.point?.value !== undefined) return { ...period, kind: 'value', value: slot.point.value };
  if (slot.unreadable !== undefined) return { ...period, kind: 'unreadable', reason: slot.unreadable };
  return { ...period, kind: slot.point ? 'undefined' : 'absent' };
}

/** Puts the points of a reading into their slots, and the reason into those that could not be read. */
function extend(track: Track, window: Reading, found: SeriesReading): void {
  const { periodMs } = track.spec;
  const firstMs = Math.ceil(window.startMs / periodMs) * periodMs;
  track.fromMs = Math.min(track.fromMs, firstMs);
  const points = new Map(found.points.map((point) => [point.startMs, point]));
  for (let startMs = firstMs; startMs + periodMs <= window.endMs; startMs += periodMs) {
    const known = track.slots.get(startMs)?.point;
    const point = found.unreadable === undefined ? points.get(startMs) : undefined;
    const kept = point?.value === undefined ? known ?? point : point;
    track.slots.set(startMs, { point: kept, unreadable: found.unreadable });
  }
}

/**
 * A point that an earlier reading could have had and did not was late: by no more than the time since its end, nor,
 * when polls are far between, by more than a period beyond that reading. The first reading says how late points are by
 * how old its newest one is.
 */
function learnDelay(
  track: Track,
  found: SeriesReading,
  at: { readonly nowMs: number; readonly mergedAtMs: number | undefined },
): void {
  if (found.unreadable !== undefined) return;
  const { periodMs } = track.spec;
  const byMs = Math.min(at.nowMs, (at.mergedAtMs ?? at.nowMs) + periodMs);
  const valued = found.points.filter((point) => point.value !== undefined).map((point) => point.startMs);
  const overdue = valued.filter((startMs) => wasAbsent(track.slots.get(startMs)));
  const late = track.slots.size > 0 ? overdue : newest(track, valued);
  for (const startMs of late) track.delayMs = Math.max(track.delayMs, byMs - startMs - periodMs);
}

function wasAbsent(slot: Slot | undefined): boolean {
  return slot !== undefined && slot.point?.value === undefined && slot.unreadable === undefined;
}

function newest(track: Track, startsMs: readonly number[]): readonly number[] {
  return track.spec.regular && startsMs.length > 0 ? [Math.max(...startsMs)] : [];
}
