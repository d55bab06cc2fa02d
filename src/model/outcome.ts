import type { Outcome } from './run.js';

const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  held: 0,
  deviated: 1,
  aborted: 1,
  refused: 3,
  failed: 5,
  inconclusive: 6,
  interrupted: 130,
};

/** The exit code of a drill: whatever else happened, something still changed is 4. */
export function exitCodeOf(outcome: Outcome, remaining: number): number {
  return remaining > 0 ? 4 : EXIT_CODES[outcome];
}
