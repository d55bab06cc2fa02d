import type { Gate, Plan } from '../model/plan.js';
import type { ChangeRow } from './change-rows.js';
import { jsonText } from './json.js';
import { drawLines, firstOf, right, table, toned, wrap, type Line, type ShownOf } from './lines.js';
import { details, markdownDocument, markdownTable } from './markdown.js';
import { outlineOf, type PlanOutline, type StepOutline } from './plan-outline.js';
import { markdownCell } from './plain.js';

/** How a plan is told. */
export interface PlanTextOptions {
  readonly colour: boolean;
  /** Columns to which prose is broken; a change is never cut. Default 100. */
  readonly width?: number;
  /** Every change and every name, instead of the first few of each kind. */
  readonly verbose?: boolean;
}

/** Changes of one kind, names of one reason: as many as a person reads before skipping. */
const SHOWN = 5;

/** Groups and zones are the summary of a blast: nearly all are shown. */
const BLAST_SHOWN = 20;

/** What GitHub takes in one comment is limited (65,536 characters), and rows in a folded table are cheap to scroll. */
const SHOWN_FOLDED = 100;

/** What a table of a pull request shows without a click. */
const SHOWN_UNFOLDED = 10;

const UNDO_TITLE = 'Undo, at the end, at an abort, or by kong rollback';

/** A plan for a terminal: like a diff, the verdict last. Ends with a line break. */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const outline = outlineOf(plan, options.verbose === true);
  const limit = options.verbose === true ? Infinity : SHOWN;
  const width = Math.max(40, options.width ?? 100);
  const lines: readonly Line[] = [
    [toned('bold', `PLAN  ${outline.title}`)],
    ...factLines(outline, width),
    ...section('Watched', watchedLines(outline)),
    ...section('Blast radius', [[`  ${outline.blast}`], ...blastLines(outline, limit)]),
    ...section('Steps', outline.steps.flatMap((step, index) => stepLines(step, index + 1, limit))),
    ...section(UNDO_TITLE, table(outline.undo.map(({ kind, how }) => [kind, how]))),
    ...section("Can't be undone", outline.losses.flatMap((loss) => lossLines(loss, limit))),
    ...section('Cost', [[`  ${outline.cost}`]]),
    ...section('Gates', plan.gates.flatMap((gate) => gateLines(gate, width))),
    ...section('Left alone', outline.leftAlone.flatMap((one) => leftLines(one, { limit, width }))),
    [],
    [toned(outline.starts ? 'good' : 'bad', outline.verdict)],
  ];
  return drawLines(lines, { colour: options.colour });
}

/** The plan itself: what `kong drill` takes back. Ends with a line break. */
export function planJson(plan: Plan): string {
  return jsonText(plan);
}

/** A plan for a pull request's comment: the same, long lists folded away. Ends with a line break. */
export function planMarkdown(plan: Plan): string {
  const outline = outlineOf(plan, true);
  return markdownDocument([
    `## kong plan ${markdownCell(outline.title)}`,
    `${outline.starts ? '✅' : '❌'} **${markdownCell(outline.verdict)}**`,
    markdownTable(['', ''], outline.facts),
    headed('Watched', markdownTable(['SLI', 'expected', 'aborts'],
      outline.watched.map(({ title, expect, abort }) => [title, expect, abort]))),
    headed('Blast radius', markdownCell(outline.blast)),
    foldedTable('by group and zone', ['', 'hit', 'share'],
      outline.blastRows.map(({ of, name, share, percent }) => [`${of} ${name}`, share, percent])),
    headed('Steps', outline.steps.map(stepMarkdown).join('\n\n')),
    headed(UNDO_TITLE, markdownTable(['attribute', 'how'], outline.undo.map(({ kind, how }) => [kind, how]))),
    outline.losses.length === 0 ? '' : headed("Can't be undone", lossMarkdown(outline)),
    headed('Cost', markdownCell(outline.cost)),
    headed('Gates', markdownTable(['', 'gate', '', 'fix'], plan.gates.map(({ passed, name, message, fix }) =>
      [passed ? '✓' : '✗', name, message, fix ?? '']))),
    outline.leftAlone.length === 0 ? '' : headed('Left alone', leftMarkdown(outline)),
  ]);
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [toned('bold', title)], ...lines];
}

function factLines({ facts }: PlanOutline, width: number): readonly Line[] {
  const indent = ' '.repeat(14);
  return facts.flatMap(([label, text]) => wrap(text, { width, indent }).map((line, index): Line =>
    (index === 0 ? [toned('dim', `  ${label.padEnd(12)}`), line.slice(indent.length)] : [line])));
}

function watchedLines({ watched }: PlanOutline): readonly Line[] {
  return table(watched.map(({ title, expect, abort }) => [
    title,
    expect === '' ? toned('dim', 'nothing expected') : `expect ${expect}`,
    abort === '' ? toned('dim', 'never aborts by its value') : `abort ${abort}`,
  ]));
}

/** Who loses everything comes in red: that is what a reviewer looks for. */
function blastLines({ blastRows }: PlanOutline, limit: number): readonly Line[] {
  const kinds = ['group', 'zone'] as const;
  const lists = kinds.map((of) => firstOf(blastRows.filter((row) => row.of === of), Math.max(limit, BLAST_SHOWN)));
  return alignedLists(lists, 4, ({ of, name, share, percent, whole }) =>
    [toned('dim', of), name, right(share), right(percent, whole ? 'bad' : 'warn')]);
}

function stepLines({ title, note, groups }: StepOutline, number: number, limit: number): readonly Line[] {
  return [
    [`  ${number}  `, toned('accent', title), note === '' ? '' : toned('dim', `  ${note}`)],
    ...alignedLists(groups.map(({ rows }) => firstOf(rows, limit)), 5, rowCells),
  ];
}

/** Several lists with their columns aligned, each followed by how many it has more. */
function alignedLists<T>(lists: readonly ShownOf<T>[], indent: number, cellsOf: (item: T) => Line): readonly Line[] {
  const rows = table(lists.flatMap(({ shown }) => shown.map(cellsOf)), indent);
  let from = 0;
  return lists.flatMap(({ shown, hidden }) => {
    const own = rows.slice(from, from + shown.length);
    from += shown.length;
    return [...own, ...moreLine(hidden, ' '.repeat(indent))];
  });
}

function rowCells({ resource, attribute, values, reversible }: ChangeRow): Line {
  return [resource, attribute, values].map((text) => toned(reversible ? undefined : 'bad', text));
}

function moreLine(hidden: number, indent: string): readonly Line[] {
  return hidden === 0 ? [] : [[toned('dim', `${indent}… and ${hidden} more, -v lists them`)]];
}

function lossLines({ kind, means, what }: PlanOutline['losses'][number], limit: number): readonly Line[] {
  const { shown, hidden } = firstOf(what, limit);
  return [
    [toned('bad', `  ${what.length} × ${kind}`), `: ${means}`],
    ...shown.map((one): Line => [`    ${one}`]),
    ...moreLine(hidden, '    '),
  ];
}

function gateLines({ name, passed, message, fix }: Gate, width: number): readonly Line[] {
  const head: Line = [toned(passed ? 'good' : 'bad', passed ? '  ✓ ' : '  ✗ '), `${name}: ${message}`];
  if (fix === undefined || passed) return [head];
  return [head, ...wrap(`fix: ${fix}`, { width, indent: '      ' }).map((line) => [line])];
}

interface ListLimits {
  /** Names that are shown of a list. */
  readonly limit: number;
  readonly width: number;
}

function leftLines({ why, what }: PlanOutline['leftAlone'][number], { limit, width }: ListLimits): readonly Line[] {
  const { shown, hidden } = firstOf(what, limit);
  const more = hidden === 0 ? '' : `, … and ${hidden} more`;
  return [
    [`  ${why} `, toned('dim', `(${what.length})`)],
    ...wrap(`${shown.join(', ')}${more}`, { width, indent: '    ' }).map((line): Line => [toned('dim', line)]),
  ];
}

function lossMarkdown({ losses }: PlanOutline): string {
  const rows = losses.flatMap(({ kind, means, what }) => what.map((one) => [kind, one, means]));
  return foldedTable('lost for good', ['', 'lost', 'means'], rows);
}

function leftMarkdown({ leftAlone }: PlanOutline): string {
  const rows = leftAlone.flatMap(({ why, what }) => what.map((one) => [one, why]));
  return foldedTable('what and why', ['what', 'why'], rows);
}

function headed(title: string, body: string): string {
  return `### ${title}\n\n${body}`;
}

function stepMarkdown({ title, note, groups }: StepOutline, index: number): string {
  const head = `**${index + 1}. ${markdownCell(title)}**${note === '' ? '' : `: ${markdownCell(note)}`}`;
  const tables = groups.map(({ kind, rows }) =>
    foldedTable(kind, ['resource', 'change'], rows.map((row) => [row.resource, `${row.attribute} ${row.values}`])));
  return [head, ...tables].join('\n\n');
}

function foldedTable(title: string, headers: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  if (rows.length <= SHOWN_UNFOLDED) return markdownTable(headers, rows);
  const { shown, hidden } = firstOf(rows, SHOWN_FOLDED);
  const more = hidden === 0 ? '' : `\n\n… and ${hidden} more`;
  return details(`${title} (${rows.length})`, `${markdownTable(headers, shown)}${more}`);
}
