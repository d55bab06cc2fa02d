import type { AttributeNote } from '../model/run.js';
import { count } from '../model/summary.js';
import { jsonText } from './json.js';
import { drawLines, firstOf, toned, type Line, type Tone } from './lines.js';
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
  readonly broken?: readonly { readonly line: number; readonly why: string }[];
  /** Lines that announced something may be gone. */
  readonly lost?: boolean;
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
    ...lostLines(reports),
    ...(changed > 0 ? [[toned('bad', `STILL CHANGED  ${count(changed, 'attribute')}`), `: ${commands}`]] : []),
    ...(changed > 0 || reports.some(({ lost }) => lost) ? [] : [restoredLine(reports)]),
  ], { colour });
}

/** What someone else changed meanwhile is as they left it, and not as before. */
export function restoredLine(reports: readonly RollbackReport[]): Line {
  const conflicts = reports.reduce((sum, report) => sum + report.conflicts.length, 0);
  if (conflicts === 0) return [toned('good', 'everything is restored')];
  return [toned('warn', `restored, but for ${count(conflicts, 'attribute')} that someone else changed`)];
}

/** The reports as one document. Ends with a line break. */
export function rollbackJson(reports: readonly RollbackReport[]): string {
  return jsonText({ schema: 'kong/rollback/v1', runs: reports });
}

/** One run's paragraph, with an empty line at its end. */
export function reportLines(report: RollbackReport): readonly Line[] {
  const { run, experiment, restored, already, conflicts, irreversible, remaining, broken = [] } = report;
  return [
    [toned('bold', run), experiment === undefined ? '' : `  ${experiment}`],
    [`  ${restored} put back, ${already} already as before`],
    ...listed('changed by someone else, left alone', conflicts.map(noteRow), 'warn'),
    ...listed("can't be undone", irreversible.map((note) => lossRow(note)), 'warn'),
    ...listed('still changed', remaining.map(noteRow), 'bad'),
    ...(broken.length === 0 ? [] : [[toned('warn', `  ${count(broken.length, 'journal line')} could not be read`)]]),
    ...firstOf(broken, BROKEN_SHOWN).shown.map(({ line, why }) => [toned('dim', `    line ${line} ${why}`)]),
    [],
  ];
}

const BROKEN_SHOWN = 10;

/** What nobody knows is no good news. */
function lostLines(reports: readonly RollbackReport[]): readonly Line[] {
  return reports.filter(({ lost }) => lost).map(({ run }) => [
    toned('bad', 'STILL CHANGED, maybe'),
    `: lines of the journal of ${run} are gone or were edited; compare with its plan.json, which lists what it was to change`,
  ]);
}

function listed(title: string, rows: readonly NoteRow[], tone: Tone): readonly Line[] {
  return rows.length === 0 ? [] : [[toned(tone, `  ${rows.length} ${title}`)], ...noteLines(rows, tone)];
}
