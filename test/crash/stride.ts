const SET = process.env.KONG_CRASH_EVERY;

/**
 * How far apart the points are at which something is tried: KONG_CRASH_EVERY where that is set, and 1 is every point
 * of every experiment; else a sample that fits into `npm test`.
 */
export function strideOr(sample: number): number {
  return SET === undefined || SET === '' ? sample : Number(SET);
}

/** Those that between them make every kind of change: the others repeat, with other numbers, what these do. */
const FIRST_OF_THEIR_KIND: readonly string[] = [
  'dependency-deny-platform',
  'edge-down-us-east-1',
  'gorilla-by-fis',
  'gorilla-evacuate-us-east-1a',
  'gorilla-power-us-east-1a',
  'gorilla-us-east-1a',
  'kong-us-east-1',
  'monkey-cpu',
  'monkey-detach',
  'monkey-isolate',
  'monkey-standby',
  'replication-pause-state',
  'split-brain',
];

interface Samples {
  /** Of an experiment that is the first to make a kind of change. */
  readonly first: number;
  /** Where another one does the like. */
  readonly other: number;
}

/** How far apart to sample an experiment: closer where it is the first to make a kind of change. */
export function strideLike(name: string, { first, other }: Samples): number {
  return strideOr(FIRST_OF_THEIR_KIND.includes(name) ? first : other);
}

const LARGE = ['gorilla-power-us-east-1a', 'kong-us-east-1', 'monkey-isolate'];

/**
 * Whether it is an experiment's turn at one of several things that are tried: all of them on the largest ones, every
 * sixth on each of the others, which take turns.
 *
 * @param place - of the experiment in the list
 */
export function isItsTurn(name: string, place: number, thing: number): boolean {
  return TRIES_ALL || LARGE.includes(name) || (place + thing) % 6 === 0;
}

/** Whether nothing is to be left out, however long it takes. */
export const TRIES_ALL = SET === '1';
