import { Chalk } from 'chalk';
import { clean } from './plain.js';

/** What a piece of text means; the colours are decided here alone. */
export type Tone = 'bold' | 'dim' | 'good' | 'warn' | 'bad' | 'accent';

/** A piece of text with its meaning. In a table, `right` aligns it. */
export interface Segment {
  readonly text: string;
  readonly tone?: Tone | undefined;
  readonly right?: boolean;
}

/** A piece of a line, with a tone or without. */
export type Part = string | Segment;

/** One line of output, not yet cleaned or coloured. */
export type Line = readonly Part[];

/** For whom lines are drawn. */
export interface DrawOptions {
  readonly colour: boolean;
  /** Columns after which a line is cut; undefined: never. */
  readonly width?: number | undefined;
}

/** A column is padded up to this, so that one endless name does not push every row off the screen. */
const WIDEST_COLUMN = 64;

const GAP = '  ';

const PLAIN = new Chalk({ level: 0 });
const COLOURED = new Chalk({ level: 1 });

/** A piece of text with a meaning. */
export function toned(tone: Tone | undefined, text: string): Segment {
  return { text, tone };
}

/** A piece of text that a table aligns to the right. */
export function right(text: string, tone?: Tone): Segment {
  return { text, tone, right: true };
}

/**
 * Lines as text, each with a line break at its end. The only way from a name to the screen: every piece is cleaned
 * here, then coloured, so that
 * the only escape sequences are kong's own.
 */
export function drawLines(lines: readonly Line[], options: DrawOptions): string {
  return lines.map((line) => `${drawLine(line, options)}\n`).join('');
}

/** One line as text, without a line break. */
export function drawLine(line: Line, { colour, width }: DrawOptions): string {
  const chalk = colour ? COLOURED : PLAIN;
  const segments = trimEnd(line.map(cleaned));
  return cut(segments, width ?? Infinity).map(({ text, tone }) => painted(chalk, text, tone)).join('');
}

/** Rows with their columns aligned; the last column is left as it is. */
export function table(rows: readonly (readonly Part[])[], indent = 2): readonly Line[] {
  const cells = rows.map((row) => row.map(cleaned));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(WIDEST_COLUMN, Math.max(0, ...cells.map((row) => widthOf(row[column]?.text ?? '')))));
  return cells.map((row) => [' '.repeat(indent), ...row.flatMap((cell, column) => padded(cell, {
    width: widths[column] ?? 0,
    gap: column < row.length - 1 ? GAP : '',
  }))]);
}

/** How long a line may be, and what each begins with. */
export interface WrapOptions {
  readonly width: number;
  readonly indent: string;
}

/** Prose in lines of at most `width` columns, each after `indent`; a word that is longer stands alone. */
export function wrap(text: string, { width, indent }: WrapOptions): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ').filter((one) => one !== '')) {
    if (line !== '' && indent.length + widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}

/** What is shown of a list, and how many are not. */
export interface ShownOf<T> {
  readonly shown: readonly T[];
  readonly hidden: number;
}

/** The first of a long list, and how many more there are; never "1 more", as that takes the same line. */
export function firstOf<T>(items: readonly T[], limit: number): ShownOf<T> {
  if (items.length <= limit + 1) return { shown: items, hidden: 0 };
  return { shown: items.slice(0, limit), hidden: items.length - limit };
}

/** Columns that a cleaned text takes, as far as can be told without tables of wide characters. */
export function widthOf(text: string): number {
  return charactersOf(text).length;
}

function charactersOf(text: string): readonly string[] {
  return Array.from(text);
}

function cleaned(part: Part): Segment {
  return typeof part === 'string' ? { text: clean(part) } : { ...part, text: clean(part.text) };
}

function padded(cell: Segment, { width, gap }: { readonly width: number; readonly gap: string }): readonly Segment[] {
  const space = { text: ' '.repeat(Math.max(0, width - widthOf(cell.text))) };
  return cell.right ? [space, cell, { text: gap }] : [cell, ...(gap === '' ? [] : [space]), { text: gap }];
}

function trimEnd(segments: readonly Segment[]): readonly Segment[] {
  const last = segments.findLastIndex(({ text }) => text.trimEnd() !== '');
  return segments.slice(0, last + 1).map((segment, index) => {
    return index === last ? { ...segment, text: segment.text.trimEnd() } : segment;
  });
}

function cut(segments: readonly Segment[], width: number): readonly Segment[] {
  const total = segments.reduce((sum, { text }) => sum + widthOf(text), 0);
  if (total <= width) return segments;
  let left = Math.max(0, width - 1);
  const kept = segments.map((segment) => {
    const text = charactersOf(segment.text).slice(0, left).join('');
    left -= widthOf(text);
    return { ...segment, text };
  });
  return width > 0 ? [...kept, { text: '…' }] : [];
}

function painted(chalk: typeof PLAIN, text: string, tone: Tone | undefined): string {
  if (text === '') return text;
  switch (tone) {
    case undefined:
      return text;
    case 'bold':
      return chalk.bold(text);
    case 'dim':
      return chalk.dim(text);
    case 'good':
      return chalk.green(text);
    case 'warn':
      return chalk.yellow(text);
    case 'bad':
      return chalk.red.bold(text);
    case 'accent':
      return chalk.cyan(text);
  }
}
