const SET = process.env.KONG_CRASH_EVERY;

/**
 * How far apart the points are at which something is tried: KONG_CRASH_EVERY where that is set, and 1 is every point
 * of every experiment; else a sample that fits into `npm test`.
 */
export function strideOr(sample: number): number {
  return SET === undefined || SET === '' ? sample : Number(SET);
}

/**
 * How far apart to sample an experiment that is another one's like: every change of it is of a kind that the other
 * tries at each point. The rest is tried at every point.
 */
export function strideLike(name: string, sample = 3): number {
  return strideOr(/^kong-(us-east-1-|observe)/.test(name) ? sample : 1);
}

/** Whether nothing is to be left out, however long it takes. */
export const TRIES_ALL = SET === '1';
