import { quantityText } from '../model/quantity.js';
import { countersText, limitsText } from './event-lines.js';
import { firstOf, right, table, toned, type Line } from './lines.js';
import { elapsedText, type Progress, type SeriesProgress } from './progress.js';
import { sparkline } from './sparkline.js';
import { PHASE_WORDS, VERDICT_MARKS } from './words.js';

/**
 * The part of the screen that changes: phase and elapsed time, a line per series of each SLI, counters. `rows`: at
 * most this many lines.
 */
export function blockLines(progress: Progress, rows: number): readonly Line[] {
  const { shown, hidden } = firstOf([...progress.series.values()], Math.max(1, rows - 3));
  return [
    headLine(progress),
    ...table(shown.map((one) => seriesCells(one, progress))),
    ...(hidden === 0 ? [] : [[toned('dim', `  … and ${hidden} more`)]]),
    ['  ', toned('dim', countersText(progress))],
  ];
}

function headLine(progress: Progress): Line {
  const { phase, step, experiment, stopping } = progress;
  const doing = phase === undefined ? 'starting' : PHASE_WORDS[phase];
  const where = phase === 'method' && step ? `step ${step.index} of ${step.of}, ${step.title}` : doing;
  return [
    toned('dim', elapsedText(progress)), '  ', toned('bold', experiment), '  ',
    toned(stopping ? 'bad' : 'accent', where),
  ];
}

function seriesCells(one: SeriesProgress, progress: Progress): Line {
  const info = progress.slis.get(one.sli);
  const look = one.verdict === undefined ? { mark: '·', tone: 'dim' as const } : VERDICT_MARKS[one.verdict];
  return [
    toned(look.tone, look.mark),
    info?.title ?? one.sli,
    one.series,
    right(quantityText(one.value, info?.unit ?? ''), look.tone),
    toned('dim', limitsText(progress, one.sli).trim()),
    toned(look.tone, sparkline(one.values)),
  ];
}
