import type { Check, CheckStatus, Checkup } from '../model/checkup.js';
import { jsonLine, jsonText } from './json.js';
import { drawLines, toned, wrap, type Line, type Tone } from './lines.js';
import { markdownDocument, markdownTable } from './markdown.js';

/** For whom a checkup is drawn. */
export interface DoctorTextOptions {
  readonly colour: boolean;
  /** Columns; undefined: lines are not broken. */
  readonly width?: number | undefined;
}

const LOOKS: Readonly<Record<CheckStatus, { readonly mark: string; readonly tone: Tone }>> = {
  ok: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'warn' },
  failed: { mark: '✗', tone: 'bad' },
  unknown: { mark: '?', tone: 'accent' },
};

/** A checkup for people: a line for each check, what to do below those that are not well. Ends with a line break. */
export function doctorText({ where, target, checks }: Checkup, options: DoctorTextOptions): string {
  const what = target === null ? 'any drill' : target;
  const head: Line = [toned('bold', `${what}, on ${where ?? 'AWS, which does not answer'}`)];
  return drawLines([head, [], ...checks.flatMap((check) => checkLines(check, options)), [], total(checks)], options);
}

/** The same as one document. Ends with a line break. */
export function doctorJson(checkup: Checkup): string {
  return jsonText(checkup);
}

/** A line of JSON for each check. */
export function doctorLines({ checks }: Checkup): string {
  return checks.map((check) => jsonLine(check)).join('');
}

/** The same as a table for a report. */
export function doctorMarkdown({ checks }: Checkup): string {
  const rows = checks.map(({ name, status, message, fix = '' }) => [status, name, message, fix]);
  return markdownDocument([markdownTable(['', 'check', 'what was found', 'what to do'], rows)]);
}

function checkLines({ name, status, message, fix }: Check, { width }: DoctorTextOptions): readonly Line[] {
  const { mark, tone } = LOOKS[status];
  const said = wrap(`${name}: ${message}`, { width: width ?? Infinity, indent: '  ' });
  const todo = fix === undefined ? [] : wrap(`fix: ${fix}`, { width: width ?? Infinity, indent: '    ' });
  return [
    ...said.map((line, i): Line => (i === 0 ? [toned(tone, mark), line.slice(1)] : [line])),
    ...todo.map((line): Line => [toned('dim', line)]),
  ];
}

function total(checks: readonly Check[]): Line {
  const counted = (['failed', 'warning', 'unknown', 'ok'] as const).flatMap((status) => {
    const amount = checks.filter((check) => check.status === status).length;
    return amount === 0 ? [] : [toned(LOOKS[status].tone, `${amount} ${status}`)];
  });
  return counted.flatMap((part, i) => (i === 0 ? [part] : [', ', part]));
}
