import { formatDuration } from '../model/duration.js';
import { quantityText } from '../model/quantity.js';
import type { Result, SliResult } from '../model/run.js';
import { count, summaryLabel } from '../model/summary.js';
import { jsonText } from './json.js';
import { fits } from './fitted.js';
import { replicationLines, replicationSentence } from './replication-text.js';
import { drawLines, right, table, toned, wrap, type Line, type Part, type Tone } from './lines.js';
import { details, markdownDocument, markdownTable } from './markdown.js';
import { lossRow, noteLines, noteRow } from './note-rows.js';
import { markdownCell } from './plain.js';
import { overrideLines, overrideMarkdown, refusalLines } from './refusal-lines.js';
import { notCheckedText, resolutionLines, resolutionMarkdown } from './resolution-text.js';
import { OUTCOME_TONES, timeText } from './words.js';

/** How a result is told. */
export interface ResultTextOptions {
  readonly colour: boolean;
  /** Where the run's files are, `.kong/runs/RUN`; without it only their place in the state folder is named. */
  readonly folder?: string;
  /** Columns of the terminal; undefined: lines are as long as they are. */
  readonly width?: number;
}

/** A result for a terminal: the first line is the outcome and why. Ends with a line break. */
export function resultText(result: Result, options: ResultTextOptions): string {
  const { width = Infinity } = options;
  return drawLines([
    headLine(result),
    [toned('dim', `  ${runText(result)} in ${result.where}`)],
    ...(result.outcome === 'refused' ? refusalLines(result) : errorLines(result)),
    ...section('Overridden gates', overrideLines(result)),
    ...section('SLIs', sliLines(result, width)),
    // what never began met no objective, and put nothing back
    ...(result.outcome === 'refused' ? [] : section('Objectives', objectiveLines(result))),
    ...(result.outcome === 'refused' ? [] : section('Replication', replicationLines(result))),
    ...section('Resolution', resolutionLines(result)),
    ...(result.outcome === 'refused' ? [] : section('Rollback', rollbackLines(result))),
    ...section('Findings', result.findings.flatMap((finding) => findingLines(finding, width))),
    ...section('Phases', table(result.phases.map((phase) => [phase.name, right(spanText(phase))]))),
    [],
    [toned('dim', `  AWS calls: ${callsText(result)}`)],
    [toned('dim', `  files: ${options.folder ?? `runs/${result.run} in the state folder`}`)],
  ], { colour: options.colour });
}

/** result.json itself. Ends with a line break. */
export function resultJson(result: Result): string {
  return jsonText(result);
}

/** A result for a pull request or an issue. Ends with a line break. */
export function resultMarkdown(result: Result): string {
  const { rollback } = result;
  const notes = [...rollback.remaining.map((note) => ['still changed', noteRow(note)] as const),
    ...rollback.conflicts.map((note) => ['changed by someone else', noteRow(note)] as const),
    ...rollback.irreversible.map((note) => ["can't be undone", lossRow(note, result.on)] as const)];
  return markdownDocument([
    `## kong ${result.exitCode === 0 ? '✅' : '❌'} ${markdownCell(result.summary)}`,
    markdownTable(['', ''], [
      ['hypothesis', result.hypothesis.trim()], ['runs on', result.where],
      ['run', runText(result)],
      ...errorRows(result),
    ]),
    (result.overrides ?? []).length === 0 ? '' : `### Overridden gates\n\n${overrideMarkdown(result)}`,
    '### SLIs',
    sliMarkdown(result),
    markdownTable(['objective', 'achieved', ''],
      objectivesOf(result).map(({ name, text, verdict }) => [name, text, verdict])),
    markdownCell(replicationSentence(result)),
    markdownCell(notCheckedText(result.resolution)),
    resolutionMarkdown(result),
    '### Rollback',
    markdownCell(rollbackSentence(result)),
    markdownCell(timingSentence(result)),
    notes.length === 0 ? '' : markdownTable(['', 'resource', 'attribute', 'values', ''],
      notes.map(([what, row]) => [what, row.resource, row.attribute, row.values, row.note])),
    rollback.remaining.length === 0 ? '' : `To finish: \`kong rollback\` ${markdownCell(result.run)}`,
    result.findings.length === 0 ? '' : `### Findings\n\n${markdownTable(['', 'evidence', 'suggestion'],
      result.findings.map(({ id, evidence, suggestion }) => [id, evidence, suggestion]))}`,
    details(`phases and calls: ${callsText(result)}`,
      markdownTable(['phase', 'took'], result.phases.map((phase) => [phase.name, spanText(phase)]))),
  ]);
}

function sliMarkdown(result: Result): string {
  const rows = Object.entries(result.slis).map(([id, sli]) => {
    const { expect, verdict } = judged(id, result);
    return [sli.title, ...valuesOf(sli), expect, verdict];
  });
  return markdownTable(['SLI', 'before', 'peak', 'after', 'expected', 'verdict'], rows);
}

function runText(result: Result): string {
  return `run ${result.run}, ${timeText(result.startedAt)}, took ${spanText(result)}, seed ${result.seed}`;
}

function headLine({ summary, outcome, rollback }: Result): Line {
  const remaining = rollback.remaining.length;
  const label = summaryLabel(outcome, remaining);
  const tone = remaining > 0 ? 'bad' : OUTCOME_TONES[outcome];
  return [toned(tone, label), summary.startsWith(label) ? summary.slice(label.length) : `  ${summary}`];
}

function errorRows({ error }: Result): readonly (readonly [string, string])[] {
  if (!error) return [];
  return [['error', `${error.message} (${error.code})`], ...(error.fix === null ? [] : [['fix', error.fix] as const])];
}

function errorLines(result: Result): readonly Line[] {
  return errorRows(result).map(([label, text]) => [toned(label === 'fix' ? 'accent' : 'bad', `  ${label}: `), text]);
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [toned('bold', title)], ...lines];
}

/** The verdicts stand beside the figures, or below them where the terminal is too narrow. */
function sliLines(result: Result, width: number): readonly Line[] {
  const slis = Object.entries(result.slis);
  if (slis.length === 0) return [];
  const dim = (text: string): Part => toned('dim', text);
  const head = [dim(''), right('before', 'dim'), right('peak', 'dim'), right('after', 'dim'), dim('expected'), dim('')];
  const figures = slis.map(([, sli]) => [sli.title, ...valuesOf(sli).map((text) => right(text))]);
  const verdicts = slis.map(([id]): readonly Part[] => {
    const { expect, verdict, tone } = judged(id, result);
    return [expect, toned(tone, verdict)];
  });
  const beside = table([head, ...figures.map((cells, index) => [...cells, ...(verdicts[index] ?? [])])]);
  if (fits(beside, width)) return beside;
  const [first = [], ...lines] = table([head.slice(0, 4), ...figures]);
  return [first, ...lines.flatMap((line, index) => [line, below(verdicts[index] ?? [])])];
}

function below([expect = '', verdict = '']: readonly Part[]): Line {
  return ['    ', ...(expect === '' ? [] : [expect, '  ']), verdict];
}

function valuesOf({ before, peak, after, unit }: SliResult): readonly string[] {
  return [before, peak, after].map((value) => quantityText(value, unit));
}

interface Judged {
  readonly expect: string;
  readonly verdict: string;
  readonly tone: Tone;
}

/** What was expected of an SLI and what came of it; with several expectations, it held only if all did. */
function judged(id: string, { steadyState, abort }: Result): Judged {
  const own = steadyState.filter(({ sli }) => sli === id);
  if (own.length === 0 && abort?.sli !== id) return { expect: '', verdict: 'only watched', tone: 'dim' };
  const held = own.every((one) => one.held);
  const off = Math.max(...own.map(({ offSeconds }) => offSeconds));
  const allowed = Math.min(...own.map(({ settleSeconds }) => settleSeconds));
  const span = off > 0 ? `, off for ${seconds(off)} of ${allowed > 0 ? seconds(allowed) : 'none'} allowed` : '';
  const expect = own.map((one) => one.expect).join(' and ');
  if (abort?.sli === id) return { expect, verdict: `✗ aborted the drill: ${abort.breach}`, tone: 'bad' };
  return { expect, verdict: `${held ? '✓ held' : '✗ did not hold'}${span}`, tone: held ? 'good' : 'bad' };
}

interface ObjectiveRow {
  readonly name: string;
  readonly text: string;
  readonly verdict: string;
  readonly tone: Tone;
}

function objectivesOf({ objectives }: Result): readonly ObjectiveRow[] {
  return (['rto', 'rpo'] as const).flatMap((name): readonly ObjectiveRow[] => {
    const { targetSeconds, achievedSeconds, met } = objectives[name];
    if (targetSeconds === null && achievedSeconds === null) return [];
    const isLonger = achievedSeconds === null && met === false;
    const achieved = achievedSeconds === null ? (isLonger ? 'longer' : 'not known') : seconds(achievedSeconds);
    const text = targetSeconds === null ? achieved : `${achieved} ${isLonger ? 'than' : 'of'} ${seconds(targetSeconds)}`;
    const row = { name: name.toUpperCase(), text };
    if (targetSeconds === null) return [{ ...row, verdict: 'no objective', tone: 'dim' }];
    if (met === null) return [{ ...row, verdict: "can't be told", tone: 'warn' }];
    return [{ ...row, verdict: met ? '✓ met' : '✗ missed', tone: met ? 'good' : 'bad' }];
  });
}

function objectiveLines(result: Result): readonly Line[] {
  return table(objectivesOf(result).map(({ name, text, verdict, tone }) => [name, text, toned(tone, verdict)]));
}

function rollbackSentence({ rollback }: Result): string {
  const { startedAt, endedAt, firstCallAfterBreachMs, restored, conflicts, irreversible, remaining, reason } = rollback;
  if (startedAt === null && remaining.length > 0) return 'nothing was put back: the traffic stays out';
  if (startedAt === null) return 'nothing was changed, so nothing was put back';
  const first = firstCallAfterBreachMs === null
    ? ''
    : `, first call ${formatDuration(firstCallAfterBreachMs)} after the breach`;
  const span = endedAt === null ? '' : ` in ${spanText({ startedAt, endedAt })}`;
  return `${count(restored, 'attribute')} restored${span} (${reason}${first}); `
    + `${count(conflicts.length, 'conflict')}, ${irreversible.length} irreversible, ${remaining.length} still changed`;
}

/** What a breach took; empty where there was none. */
function timingSentence({ rollback: { timing } }: Result): string {
  if (!timing) return '';
  const { decidedMs, firstCallMs, lastCallMs, steadyMs } = timing;
  const parts = [
    ['decided', decidedMs],
    ['first call', firstCallMs],
    ['last call', lastCallMs],
    ['steady state', steadyMs],
  ] as const;
  const known = parts.map(([name, ms]) => `${name} ${ms === null ? 'never' : formatDuration(ms)}`);
  return `after the end of the period that breached: ${known.join(', ')}`;
}

function rollbackLines(result: Result): readonly Line[] {
  const { conflicts, irreversible, remaining } = result.rollback;
  const timing = timingSentence(result);
  return [
    [toned(remaining.length > 0 ? 'bad' : undefined, `  ${rollbackSentence(result)}`)],
    ...(timing === '' ? [] : [[toned('dim', `  ${timing}`)]]),
    ...titled('changed by someone else, left alone:', noteLines(conflicts.map(noteRow), 'warn')),
    ...titled("can't be undone:", noteLines(irreversible.map((note) => lossRow(note, result.on)), 'warn')),
    ...titled('still changed:', noteLines(remaining.map(noteRow), 'bad')),
    ...(remaining.length === 0 ? [] : [[toned('bad', `  to finish: kong rollback ${result.run}`)]]),
  ];
}

function titled(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[`  ${title}`], ...lines];
}

function findingLines({ id, evidence, suggestion }: Result['findings'][number], width: number): readonly Line[] {
  const advice = wrap(suggestion, { width, indent: '    ' });
  return [['  ', toned('warn', id), `: ${evidence}`], ...advice.map((line): Line => [toned('dim', line)])];
}

function callsText({ awsCalls: { read, write, throttled } }: Result): string {
  return `${read} read, ${write} write, ${throttled} throttled`;
}

function spanText({ startedAt, endedAt }: { readonly startedAt: string; readonly endedAt: string }): string {
  const ms = Date.parse(endedAt) - Date.parse(startedAt);
  return Number.isNaN(ms) ? 'unknown' : formatDuration(ms);
}

function seconds(value: number): string {
  return value === 0 ? '0s' : formatDuration(value * 1_000);
}
