/** What one region was asked, period by period. */
export interface TrafficSeries {
  readonly region: string;
  /** Mean of a period before the fault; undefined: not known. */
  readonly baseline: number | undefined;
  readonly points: readonly {
    readonly startMs: number;
    readonly endMs: number;
    /** Undefined: not measured. */
    readonly value: number | undefined;
  }[];
}

/** What became of a dark region's traffic. */
export interface Arrival {
  /** Of what it had, in the last minute: 0..1. */
  readonly share: number;
  /** From when on most of it was elsewhere, milliseconds since the epoch; undefined: it was not, at the end. */
  readonly leftAtMs: number | undefined;
}

/** So much counts as having left: resolvers that keep answers for too long are always some, and demand drifts. */
export const LEFT_SHARE = 0.9;
const LAST_MS = 60_000;

/**
 * How much of what a region was asked before is what its survivors are asked more since then.
 *
 * @param stretch - of the fault; only whole periods within it count
 * @returns undefined where that was not measured in every region
 */
export function arrivalOf(
  series: readonly TrafficSeries[],
  { dark, sinceMs, untilMs }: { readonly dark: string; readonly sinceMs: number; readonly untilMs: number },
): Arrival | undefined {
  const had = series.find(({ region }) => region === dark)?.baseline;
  const others = series.filter(({ region }) => region !== dark);
  if (had === undefined || had <= 0 || others.length === 0) return undefined;
  const [first] = others;
  const shares = (first?.points ?? [])
    .filter(({ startMs, endMs }) => startMs >= sinceMs && endMs <= untilMs)
    .flatMap(({ startMs, endMs }) => {
      const more = others.map((one) => moreThanBefore(one, startMs));
      const known = more.flatMap((value) => value ?? []);
      return known.length < others.length ? [] : [{ endMs, share: known.reduce((sum, one) => sum + one, 0) / had }];
    });
  const last = shares.at(-1);
  if (!last) return undefined;
  const lastMinute = shares.filter(({ endMs }) => endMs > last.endMs - LAST_MS).map(({ share }) => share);
  const mean = lastMinute.reduce((sum, share) => sum + share, 0) / lastMinute.length;
  const lastShort = shares.findLast(({ share }) => share < LEFT_SHARE);
  return {
    share: Math.min(1, Math.max(0, mean)),
    leftAtMs: lastShort === last ? undefined : (lastShort?.endMs ?? sinceMs),
  };
}

function moreThanBefore({ baseline, points }: TrafficSeries, startMs: number): number | undefined {
  const value = points.find((point) => point.startMs === startMs)?.value;
  return value === undefined || baseline === undefined ? undefined : value - baseline;
}
