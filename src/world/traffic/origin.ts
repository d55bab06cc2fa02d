import type { OriginModel } from './model.js';

/** How reads of the store behind the cache fare. */
export interface OriginState {
  /** Mean time of a read that is answered or given up; exponential. */
  readonly readMs: number;
  /** Share of reads that fail or take too long. */
  readonly failRatio: number;
}

/** Beyond this the store is no longer in a steady state; what is more than that shows as reads that time out. */
const MOST = 0.98;

/**
 * A store that shares its power among the reads under way (M/M/1): the time of a read is exponential, and 1/(1 − ρ)
 * longer under load.
 */
export function originState({ readMs, readsPerSecond, timeoutMs, errors }: OriginModel, reads: number): OriginState {
  const load = Math.min(MOST, reads / readsPerSecond);
  const meanMs = readMs / (1 - load);
  const late = Math.exp(-timeoutMs / meanMs);
  const overflow = Math.max(0, 1 - readsPerSecond / Math.max(reads, 1e-9));
  return { readMs: meanMs, failRatio: 1 - (1 - errors) * (1 - late) * (1 - overflow) };
}
