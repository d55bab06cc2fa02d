import { clean } from './plain.js';
import { table, widthOf, wrap, type Line, type Part } from './lines.js';

/** The columns that rows may take, and where they begin. */
export interface FitOptions {
  /** Infinity: never broken. */
  readonly width: number;
  readonly indent: number;
}

/** Rows with their columns aligned; where any is wider than it may be, each row one cell below the other. */
export function fitted(rows: readonly Line[], { width, indent }: FitOptions): readonly Line[] {
  const aligned = table(rows, indent);
  return fits(aligned, width) ? aligned : rows.flatMap((row) => stacked(row, { width, indent }));
}

/** Whether every line is as short as it has to be. */
export function fits(lines: readonly Line[], width: number): boolean {
  return lines.every((line) => line.reduce((sum, part) => sum + widthOf(clean(textOf(part))), 0) <= width);
}

/** A row below itself: its first cell, then the others, indented, each broken where it has to be. */
export function stacked(row: Line, { width, indent }: FitOptions): readonly Line[] {
  return row.flatMap((part, index) => {
    const pad = ' '.repeat(indent + (index === 0 ? 0 : 2));
    return wrap(textOf(part), { width, indent: pad }).map((line): Line => [likeThat(part, line)]);
  });
}

function textOf(part: Part): string {
  return typeof part === 'string' ? part : part.text;
}

function likeThat(part: Part, text: string): Part {
  return typeof part === 'string' ? text : { text, tone: part.tone };
}
