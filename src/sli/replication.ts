/** How far one side was behind on what the other wrote, over the time that was looked at. */
export interface LagSeries {
  /** The region that is behind, or `FROM → TO`. */
  readonly name: string;
  /** In order of time. */
  readonly points: readonly LagPoint[];
  /** It is the age of what arrived last: until it is looked at again, it grows by a second each second. */
  readonly isAge?: true;
}

/** How far behind, in one period or at one look. Milliseconds since the epoch. */
export interface LagPoint {
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined: not known. It is never a pass. */
  readonly lagSeconds: number | undefined;
}

/** When the fault came, and when it began to be taken back. Undefined: it was not, or did not come. */
export interface FaultSpan {
  readonly faultAtMs: number | undefined;
  readonly healedAtMs: number | undefined;
}

/**
 * How replication came through a fault. Each figure is the worst of all series; null: not known, for one of them at
 * the least.
 */
export interface ReplicationFigures {
  /** Before the fault, the mean. */
  readonly beforeSeconds: number | null;
  /** What had not arrived when the fault came: the last that was known by then. */
  readonly atFaultSeconds: number | null;
  /** The most since then; of what is known, since more can't be told. */
  readonly peakSeconds: number | null;
  /** The last that was looked at. */
  readonly afterSeconds: number | null;
  /**
   * From when the fault was taken back to the end of the first period in which all had caught up for good, so that it
   * took no longer; 0: none ever fell behind; null: they did not catch up, or nobody knows.
   */
  readonly caughtUpSeconds: number | null;
  /** `behind`: one was still behind at the end. */
  readonly atEnd: 'caught-up' | 'behind' | 'unknown';
}

/** What counts as no further behind than before: half as much again, or a second, whichever is more. */
const SLACK = { factor: 1.5, seconds: 1 };

/**
 * The figures of all series. A series counts as caught up while its lag is what it was before the fault, give or take
 * half of that, or a second.
 */
export function replicationFigures(all: readonly LagSeries[], span: FaultSpan): ReplicationFigures {
  const figures = all.map((one) => figuresOf(one, span));
  const known = figures.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
  return {
    beforeSeconds: worst(figures.map(({ before }) => before)),
    atFaultSeconds: worst(figures.map(({ atFault }) => atFault)),
    peakSeconds: known.length === 0 ? null : Math.max(...known),
    afterSeconds: worst(figures.map(({ after }) => after)),
    caughtUpSeconds: worst(figures.map(({ caughtUp }) => caughtUp)),
    atEnd: atEndOf(figures),
  };
}

interface Figures {
  readonly before: number | undefined;
  readonly atFault: number | undefined;
  readonly peak: number | undefined;
  readonly after: number | undefined;
  readonly caughtUp: number | undefined;
  readonly isBehind: boolean;
}

function figuresOf({ points, isAge }: LagSeries, { faultAtMs = Infinity, healedAtMs = Infinity }: FaultSpan): Figures {
  const earlier = points.filter(({ endMs }) => endMs <= faultAtMs);
  const during = points.filter(({ endMs }) => endMs > faultAtMs);
  const before = meanOf(lagsOf(earlier));
  const caughtUpBelow = before === undefined ? -Infinity : Math.max(before * SLACK.factor, before + SLACK.seconds);
  const isCaughtUp = ({ lagSeconds }: LagPoint): boolean => lagSeconds !== undefined && lagSeconds <= caughtUpBelow;
  const healing = points.filter(({ endMs }) => endMs > healedAtMs);
  const firstGood = healing[healing.findLastIndex((point) => !isCaughtUp(point)) + 1];
  const after = during.at(-1)?.lagSeconds;
  const isDone = firstGood !== undefined;
  const neverFell = during.length > 0 && during.every(isCaughtUp);
  const took = isDone ? (firstGood.endMs - healedAtMs) / 1_000 : undefined;
  return {
    before,
    atFault: asOf(faultAtMs, earlier.at(-1), isAge),
    peak: mostOf(lagsOf(during)),
    after,
    caughtUp: neverFell ? 0 : took,
    // where nothing was looked at after the fault, nobody knows
    isBehind: healing.length > 0 && after !== undefined && before !== undefined && !isDone && !neverFell,
  };
}

/** What was known last, at a later moment. */
function asOf(atMs: number, last: LagPoint | undefined, isAge = false): number | undefined {
  if (last?.lagSeconds === undefined) return undefined;
  return isAge ? last.lagSeconds + (atMs - last.endMs) / 1_000 : last.lagSeconds;
}

function atEndOf(figures: readonly Figures[]): ReplicationFigures['atEnd'] {
  if (figures.some(({ isBehind }) => isBehind)) return 'behind';
  const isKnown = figures.length > 0 && figures.every(({ caughtUp }) => caughtUp !== undefined);
  return isKnown ? 'caught-up' : 'unknown';
}

function lagsOf(points: readonly LagPoint[]): readonly number[] {
  return points.flatMap(({ lagSeconds }) => (lagSeconds === undefined ? [] : [lagSeconds]));
}

function mostOf(lags: readonly number[]): number | undefined {
  return lags.length === 0 ? undefined : Math.max(...lags);
}

function meanOf(lags: readonly number[]): number | undefined {
  return lags.length === 0 ? undefined : lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
}

/** The most of all; null where one is not known. */
function worst(values: readonly (number | undefined)[]): number | null {
  const known = values.flatMap((value) => (value === undefined ? [] : [value]));
  return known.length === 0 || known.length < values.length ? null : Math.max(...known);
}
