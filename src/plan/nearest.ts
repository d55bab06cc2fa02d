import { closest, distance } from 'fastest-levenshtein';

/**
 * What a person meant by a name that is not there: the nearest that is, upper and lower case aside.
 *
 * @returns undefined where nothing is near: another guess would only mislead
 */
export function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const byLower = new Map(candidates.map((one) => [one.toLowerCase(), one]));
  if (byLower.size === 0) return undefined;
  const nearest = closest(lower, [...byLower.keys()]);
  return distance(lower, nearest) <= Math.max(2, Math.floor(name.length / 3)) ? byLower.get(nearest) : undefined;
}
