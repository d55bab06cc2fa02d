/** One problem of a file, with its place and what to do. */
export interface Diagnostic {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** The line itself. */
  readonly source: string;
  readonly fix?: string;
}

const LONGEST_SOURCE = 160;

/** `file:line:column: message`, the line with a caret below it, and the fix. */
export function formatDiagnostic({ file, line, column, message, source, fix }: Diagnostic): string {
  const from = column > LONGEST_SOURCE - 40 ? column - 40 : 0;
  const shown = harmless(source.slice(from, from + LONGEST_SOURCE));
  const caret = ' '.repeat(Math.max(0, column - 1 - from));
  const lines = [`${harmless(file)}:${line}:${column}: ${harmless(message)}`, `    ${shown}`, `    ${caret}^`];
  return [...lines, ...(fix === undefined ? [] : [`    fix: ${harmless(fix)}`])].join('\n');
}

/** Control characters, bidirectional overrides and the like, made visible. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    (character === '\t' ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`));
}
