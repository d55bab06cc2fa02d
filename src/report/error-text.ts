import { KongError, messageOf } from '../model/errors.js';
import { drawLines, toned, type Line } from './lines.js';

/** How an error is told. */
export interface ErrorTextOptions {
  readonly colour: boolean;
  /** Also what caused it and, for a bug, where. */
  readonly verbose: boolean;
}

/** Causes may refer to each other. */
const CAUSES_SHOWN = 5;

/**
 * Anything that was thrown, for a person: `error: message`, the details, `fix: …`. What is not a KongError is a bug in
 * kong and says so. A stack
 * trace only when verbose. Ends with a line break.
 */
export function errorText(error: unknown, options: ErrorTextOptions): string {
  return drawLines(error instanceof KongError ? kongLines(error, options) : bugLines(error, options), options);
}

function kongLines(error: KongError, { verbose }: ErrorTextOptions): readonly Line[] {
  return [
    [toned('bad', 'error: '), error.message],
    ...error.detail.flatMap(indented),
    ...(error.fix === undefined ? [] : [[toned('accent', 'fix: '), error.fix]]),
    ...(verbose ? [[toned('dim', `code: ${error.code}`)], ...causeLines(error.cause)] : []),
  ];
}

function bugLines(error: unknown, { verbose }: ErrorTextOptions): readonly Line[] {
  return [
    [toned('bad', 'internal error, this is a bug in kong: '), messageOf(error)],
    ...(verbose
      ? [...stackLines(error), ...causeLines(causeOf(error))]
      : [[toned('dim', 'run it again with -v to see where')]]),
  ];
}

function causeLines(cause: unknown): readonly Line[] {
  const lines: Line[] = [];
  let next = cause;
  for (let depth = 0; next !== undefined && depth < CAUSES_SHOWN; depth++) {
    lines.push([toned('dim', `caused by: ${messageOf(next)}`)], ...stackLines(next));
    next = causeOf(next);
  }
  return lines;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function stackLines(error: unknown): readonly Line[] {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return frames.map((frame) => [toned('dim', `    ${frame.trim()}`)]);
}

/**
 * A detail may be several lines, an excerpt with a caret below it; indented, none of them can pass for an error or a
 * fix of kong's.
 */
function indented(text: string): readonly Line[] {
  return text.split(/\r\n|\n/).map((line) => [`  ${line}`]);
}
