/** One problem of a file, with its place and what to do. */
export interface Diagnostic {
  /** The file; `--set KEY=VALUE` for what an override brought. */
  readonly file: string;
  /** From 1; 0: it has no line, because an override brought it. */
  readonly line: number;
  /** From 1; 0 where there is no line. */
  readonly column: number;
  readonly message: string;
  /** The line itself. */
  readonly source: string;
  readonly fix?: string;
}

const LONGEST_SOURCE = 160;

/** `file:line:column: message`, the line with a caret below it, and the fix. What is echoed can't move a cursor. */
export function formatDiagnostic({ file, line, column, message, source, fix }: Diagnostic): string {
  const fixed = fix === undefined ? [] : [`    fix: ${harmless(fix)}`];
  if (line === 0) return [`${harmless(file)}: ${harmless(message)}`, ...fixed].join('\n');
  const from = column > LONGEST_SOURCE - 40 ? column - 40 : 0;
  const before = harmless(source.slice(from, column - 1));
  const after = harmless(source.slice(column - 1, from + LONGEST_SOURCE));
  const caret = ' '.repeat(before.length);
  return [`${harmless(file)}:${line}:${column}: ${harmless(message)}`, `    ${before}${after}`, `    ${caret}^`, ...fixed].join('\n');
}

/** Control characters, bidirectional overrides and the like, made visible. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) =>
    (character === '\t' ? ' ' : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`));
}
