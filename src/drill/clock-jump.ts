import { formatDuration } from '../model/duration.js';
import { KongError } from '../model/errors.js';

/** Whoever is away for this long has missed too much, however patient the experiment is. */
const LONGEST_MS = 30_000;
/** A busy machine is late by seconds now and then. */
const SHORTEST_MS = 5_000;

/**
 * How far a clock may jump before the drill stops: no further than the experiment allows the drill to be blind.
 *
 * @returns milliseconds, from 5 s to 30 s
 */
export function jumpBoundMs({ missingDataMs }: { readonly missingDataMs: number }): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, missingDataMs));
}

/**
 * What to say of a wait that took longer than it was to, by the clock, or ended before it began: the machine was
 * suspended, the process was stopped, or the clock was set. What the drill believes of the last minutes is then wrong.
 *
 * @param wait - how long it was to be, and how long it was by the clock; milliseconds
 * @param boundMs - how much the two may differ
 */
export function clockJump(
  wait: { readonly plannedMs: number; readonly passedMs: number },
  boundMs: number,
): KongError | undefined {
  const jumpMs = wait.passedMs - wait.plannedMs;
  if (Math.abs(jumpMs) <= boundMs) return undefined;
  const what =
    jumpMs > 0
      ? `the clock jumped by ${formatDuration(jumpMs)}: the machine slept, kong was stopped, or the clock was set`
      : `the clock jumped back by ${formatDuration(-jumpMs)}: it was set`;
  return new KongError('CLOCK_JUMPED', what, { fix: 'run drills where nothing suspends them, or with --watchdog' });
}
