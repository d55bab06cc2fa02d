import type { Plan } from '../model/plan.js';
import type { ChangeRow } from './change-rows.js';
import { jsonLine, jsonText } from './json.js';
import { fits, fitted, stacked } from './fitted.js';
import { drawLines, firstOf, right, table, toned, wrap, type Line, type ShownOf } from './lines.js';
import { details, markdownDocument, markdownTable } from './markdown.js';
import { differenceText, gateCounts, gateTextLines, overrideHint, sortedGates } from './plan-gates.js';
import { candidateLines, candidateMarkdown, namedLines, type ListLimits } from './plan-candidates.js';
import { outlineOf, type PlanOutline, type StepOutline } from './plan-outline.js';
import { markdownCell } from './plain.js';

/** How a plan is told. */
export interface PlanTextOptions {
  readonly colour: boolean;
  /** Columns of the terminal: nothing is cut, what does not fit is broken. Without it prose is broken at 100. */
  readonly width?: number;
  /** Every change and every name, instead of the first few of each kind. */
  readonly verbose?: boolean;
}

/** Changes of one kind, names of one reason: as many as a person reads before skipping. */
const SHOWN = 5;

/** Groups and zones are the summary of a blast: nearly all are shown. */
const BLAST_SHOWN = 20;

/** A plan that no longer fits is made anew: enough to see why. */
const DIFFERENCES_SHOWN = 20;

/** What GitHub takes in one comment is limited (65,536 characters), and rows in a folded table are cheap to scroll. */
const SHOWN_FOLDED = 100;

/** What a table of a pull request shows without a click. */
const SHOWN_UNFOLDED = 10;

const UNDO_TITLE = 'Undo, at the end, at an abort, or by kong rollback';

/** A plan for a terminal: like a diff, the verdict last. Ends with a line break. */
export function planText(plan: Plan, options: PlanTextOptions): string {
  const outline = outlineOf(plan);
  const all = options.verbose === true;
  const limit = all ? Infinity : SHOWN;
  const width = Math.max(40, options.width ?? 100);
  // off a terminal a row is a line, for whoever searches in them
  const fit = options.width === undefined ? Infinity : width;
  const lines: readonly Line[] = [
    ...titleLines(outline, fit),
    ...factLines(outline.facts, width),
    ...section('Watched', [...watchedLines(outline, fit), ...factLines(outline.watching, width)]),
    ...section('Blast radius', [...prose(outline.blast, width), ...blastLines(outline, limit)]),
    ...(outline.draw ? section('Candidates', candidateLines(outline.draw, { limit, width })) : []),
    ...section('Steps', outline.steps.flatMap((step, index) => stepLines(step, index + 1, { limit, width: fit }))),
    ...section('AWS FIS', factLines(outline.fis, width)),
    ...section(UNDO_TITLE, fitted(outline.undo.map(({ kind, how }) => [kind, how]), { width: fit, indent: 2 })),
    ...section("Can't be undone", outline.losses.flatMap((loss) => lossLines(loss, limit))),
    ...section('Cost', prose(outline.cost, width)),
    ...section(
      `Gates: ${gateCounts(plan.gates)}`,
      gateTextLines(plan.gates, { width, limit: all ? Infinity : DIFFERENCES_SHOWN }),
    ),
    ...section('Left alone', outline.leftAlone.flatMap(({ why, what }) => namedLines(why, what, { limit, width }))),
    [],
    ...wrap(outline.verdict, { width, indent: '' }).map((line): Line => [toned(outline.starts ? 'good' : 'bad', line)]),
  ];
  return drawLines(lines, { colour: options.colour });
}

/** The plan itself: what `kong drill` takes back. Ends with a line break. */
export function planJson(plan: Plan): string {
  return jsonText(plan);
}

/** The same on one line. */
export function planLine(plan: Plan): string {
  return jsonLine(plan);
}

/** A plan for a pull request's comment: the same, long lists folded away. Ends with a line break. */
export function planMarkdown(plan: Plan): string {
  const outline = outlineOf(plan);
  return markdownDocument([
    `## kong plan ${markdownCell(outline.title)}`,
    `${outline.starts ? '✅' : '❌'} **${markdownCell(outline.verdict)}**`,
    markdownTable(['', ''], outline.facts),
    headed('Watched', markdownTable(['SLI', 'expected', outline.onlyTold ? 'told' : 'aborts'],
      outline.watched.map(({ title, expect, abort }) => [title, expect, abort]))),
    markdownTable(['', ''], outline.watching),
    headed('Blast radius', markdownCell(outline.blast)),
    foldedTable('by group and zone', ['', 'hit', 'share'],
      outline.blastRows.map(({ of, name, share, percent }) => [`${of} ${name}`, share, percent])),
    outline.draw ? headed('Candidates', candidateMarkdown(outline.draw)) : '',
    headed('Steps', outline.steps.map(stepMarkdown).join('\n\n')),
    outline.fis.length === 0 ? '' : headed('AWS FIS', markdownTable(['', ''], outline.fis)),
    headed(UNDO_TITLE, markdownTable(['attribute', 'how'], outline.undo.map(({ kind, how }) => [kind, how]))),
    outline.losses.length === 0 ? '' : headed("Can't be undone", lossMarkdown(outline)),
    headed('Cost', markdownCell(outline.cost)),
    headed('Gates', gateMarkdown(plan)),
    outline.leftAlone.length === 0 ? '' : headed('Left alone', leftMarkdown(outline)),
  ]);
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [toned('bold', title)], ...lines];
}

function titleLines({ title }: PlanOutline, width: number): readonly Line[] {
  const whole: Line = [toned('bold', `PLAN  ${title}`)];
  if (fits([whole], width)) return [whole];
  const [first = '', ...rest] = wrap(title, { width: width - 6, indent: '' });
  return [[toned('bold', `PLAN  ${first}`)], ...rest.map((line): Line => [toned('bold', `      ${line}`)])];
}

function factLines(facts: PlanOutline['facts'], width: number): readonly Line[] {
  const indent = ' '.repeat(14);
  return facts.flatMap(([label, text]) => wrap(text, { width, indent }).map((line, index): Line =>
    (index === 0 ? [toned('dim', `  ${label.padEnd(12)}`), line.slice(indent.length)] : [line])));
}

function prose(text: string, width: number): readonly Line[] {
  return wrap(text, { width, indent: '  ' }).map((line) => [line]);
}

function watchedLines({ watched, onlyTold }: PlanOutline, width: number): readonly Line[] {
  const never = onlyTold ? 'no breach is told' : 'never aborts by its value';
  const rows = watched.map(({ title, expect, abort }): Line => [
    title,
    expect === '' ? toned('dim', 'nothing expected') : `expect ${expect}`,
    abort === '' ? toned('dim', never) : `${onlyTold ? 'told' : 'abort'} ${abort}`,
  ]);
  return fitted(rows, { width, indent: 2 });
}

/** Who loses everything comes in red: that is what a reviewer looks for. */
function blastLines({ blastRows }: PlanOutline, limit: number): readonly Line[] {
  const kinds = ['group', 'zone'] as const;
  const lists = kinds.map((of) => firstOf(blastRows.filter((row) => row.of === of), Math.max(limit, BLAST_SHOWN)));
  return alignedLists(lists, 4, ({ of, name, share, percent, whole }) =>
    [toned('dim', of), name, right(share), right(percent, whole ? 'bad' : 'warn')]);
}

function stepLines(
  { title, note, groups }: StepOutline,
  number: number,
  { limit, width }: ListLimits,
): readonly Line[] {
  const lists = groups.map(({ rows }) => firstOf(rows, limit));
  const aligned = alignedLists(lists, 5, rowCells);
  const head: Line = [`  ${number}  `, toned('accent', title)];
  const noted: Line = [...head, note === '' ? '' : toned('dim', `  ${note}`)];
  return [
    ...(fits([noted], width) ? [noted] : [head, [toned('dim', `     ${note}`)]]),
    ...(fits(aligned, width) ? aligned : stackedLists(lists, width)),
  ];
}

/** Where a row is wider than the terminal: the resource, and below it what becomes of it. */
function stackedLists(lists: readonly ShownOf<ChangeRow>[], width: number): readonly Line[] {
  return lists.flatMap(({ shown, hidden }) => [
    ...shown.flatMap(({ resource, attribute, values, reversible }) => {
      const tone = reversible ? undefined : 'bad';
      return stacked([toned(tone, resource), toned(tone, `${attribute}  ${values}`)], { width, indent: 5 });
    }),
    ...moreLine(hidden, ' '.repeat(5)),
  ]);
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

function gateMarkdown({ gates }: Plan): string {
  const rows = sortedGates(gates).map((gate) => {
    if (gate.passed) return ['✓', gate.name, gate.message, ''];
    const message = [gate.message, ...(gate.differences ?? []).map(differenceText)].join('; ');
    if (gate.overridden !== undefined) return ['!', gate.name, message, `overridden: ${gate.overridden.reason}`];
    return ['✗', gate.name, message, [gate.fix, overrideHint(gate)].filter((one) => one !== undefined).join('; ')];
  });
  return `${gateCounts(gates)}\n\n${markdownTable(['', 'gate', '', 'fix'], rows)}`;
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
