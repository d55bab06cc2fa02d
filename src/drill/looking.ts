import { ttlMsOf, type MovedName, type NameCounts, type ResolutionStage } from '../model/resolution.js';
import { isWhereItIsToBe, nameKey, type LastLook, type LateAnswers } from './resolution-seen.js';

/** One stage of a drill, from when Route 53 was in sync, and what the looks at a resolver made known of it. */
export interface Looking {
  readonly stage: ResolutionStage;
  readonly fromMs: number;
  /** When the last look ended. */
  atMs: number;
  /** Undefined: no look has ended. */
  counts: readonly NameCounts[] | undefined;
  readonly since: Map<string, number>;
  readonly late: Map<string, LateAnswers>;
  /** All that is to be known is known. */
  isOver: boolean;
}

/** Seconds are rounded, and a look takes its time. */
const GRACE_MS = 5_000;
/** After as long again nothing new is to be learned of what is late. */
const TIMES_TTL = 2;

/** A stage that begins now. */
export function beginLooking(stage: ResolutionStage, nowMs: number): Looking {
  const nothing = { counts: undefined, since: new Map<string, number>(), late: new Map<string, LateAnswers>() };
  return { stage, fromMs: nowMs, atMs: nowMs, ...nothing, isOver: false };
}

/** What there is to say of it. */
export function lastLookOf(looking: Looking): LastLook {
  return { ...looking, counts: looking.counts ?? [] };
}

/** Takes a look that ended now. */
export function noteLook(
  looking: Looking,
  counts: readonly NameCounts[],
  { names, nowMs }: { readonly names: readonly MovedName[]; readonly nowMs: number },
): void {
  looking.counts = counts;
  looking.atMs = nowMs;
  noteSince(looking, counts);
  if (looking.stage === 'moved') noteLate(looking, counts, names);
  looking.isOver = isKnown(looking, counts, names);
}

/** Only from then on is it so for good. */
function noteSince({ stage, atMs, since }: Looking, counts: readonly NameCounts[]): void {
  for (const one of counts) {
    const key = nameKey(one);
    if (!isWhereItIsToBe(stage, one)) since.delete(key);
    else if (!since.has(key)) since.set(key, atMs);
  }
}

function noteLate({ fromMs, atMs, late }: Looking, counts: readonly NameCounts[], names: readonly MovedName[]): void {
  for (const { name, type, ...own } of counts) {
    const key = nameKey({ name, type });
    const ttlMs = ttlMsOf(names.filter((one) => nameKey(one) === key));
    if (own.region > 0 && atMs - fromMs >= ttlMs + GRACE_MS) late.set(key, { counts: own, atMs });
  }
}

/** One look that comes early says little: who has an old answer may ask the next one. */
function isKnown(
  { stage, fromMs, atMs }: Looking,
  counts: readonly NameCounts[],
  names: readonly MovedName[],
): boolean {
  switch (stage) {
    case 'before':
      return true;
    case 'moved': {
      if (counts.some(({ unknown }) => unknown > 0)) return false;
      const isGone = counts.every(({ region }) => region === 0);
      return atMs - fromMs >= ttlMsOf(names) * (isGone ? 1 : TIMES_TTL);
    }
    case 'returned':
      return counts.every(({ region }) => region > 0);
  }
}
