import type { Result } from '../model/run.js';
import { drawLines, table, toned } from './lines.js';
import { OUTCOME_TONES, timeText } from './words.js';

/** Runs that ended, a line each. Ends with a line break. */
export function historyText(results: readonly Result[], { colour }: { readonly colour: boolean }): string {
  if (results.length === 0) return drawLines([['no run has ended yet']], { colour });
  const head = ['RUN', 'OUTCOME', 'EXPERIMENT', 'STARTED', 'WHERE'].map((text) => toned('dim', text));
  const rows = results.map(({ run, outcome, experiment, startedAt, where }) => [
    run,
    toned(OUTCOME_TONES[outcome], outcome),
    experiment,
    timeText(startedAt),
    where,
  ]);
  return drawLines(table([head, ...rows], 0), { colour });
}
