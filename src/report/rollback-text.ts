import type { AttributeNote } from '../model/run.js';
import { count } from '../model/summary.js';
import { jsonText } from './json.js';
import { drawLines, toned, type Line, type Tone } from './lines.js';
import { lossRow, noteLines, noteRow, type NoteRow } from './note-rows.js';

/** What `kong rollback` did about one run. */
export interface RollbackReport {
  readonly run: string;
  readonly experiment?: string;
  readonly restored: number;
  readonly already: number;
  readonly conflicts: readonly AttributeNote[];
  readonly irreversible: readonly AttributeNote[];
  readonly remaining: readonly AttributeNote[];
  /** Journal lines that could not be read. */
  readonly broken?: readonly unknown[];
}

/**
 * What a rollback achieved, a paragraph for each run; the last line says whether anything is still changed. Ends with
 * a line break.
 */
export function rollbackText(reports: readonly RollbackReport[], { colour } = { colour: false }): string {
  if (reports.length === 0) return drawLines([['nothing to roll back: no run left anything changed']], { colour });
  const left = reports.filter((report) => report.remaining.length > 0);
  const commands = left.map(({ run }) => `kong rollback ${run}`).join('; ');
  const changed = left.reduce((sum, { remaining }) => sum + remaining.length, 0);
  return drawLines([
    ...reports.flatMap(reportLines),
    changed === 0
      ? [toned('good', 'everything is restored')]
      : [toned('bad', `STILL CHANGED  ${count(changed, 'attribute')}`), `: ${commands}`],
  ], { colour });
}

/** The reports as one document. Ends with a line break. */
export function rollbackJson(reports: readonly RollbackReport[]): string {
  return jsonText({ schema: 'kong/rollback/v1', runs: reports });
}

function reportLines(report: RollbackReport): readonly Line[] {
  const { run, experiment, restored, already, conflicts, irreversible, remaining, broken = [] } = report;
  return [
    [toned('bold', run), experiment === undefined ? '' : `  ${experiment}`],
    [`  ${restored} put back, ${already} already as before`],
    ...listed('changed by someone else, left alone', conflicts.map(noteRow), 'warn'),
    ...listed("can't be undone", irreversible.map(lossRow), 'warn'),
    ...listed('still changed', remaining.map(noteRow), 'bad'),
    ...(broken.length === 0 ? [] : [[toned('warn', `  ${count(broken.length, 'journal line')} could not be read`)]]),
    [],
  ];
}

function listed(title: string, rows: readonly NoteRow[], tone: Tone): readonly Line[] {
  return rows.length === 0 ? [] : [[toned(tone, `  ${rows.length} ${title}`)], ...noteLines(rows, tone)];
}
