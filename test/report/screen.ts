/** The cursor's visibility, synchronized output, colours: nothing that moves or erases. */
const HARMLESS = /^\u001b\[(?:\?25[hl]|\?2026[hl]|\d+m)$/;

/**
 * The lines that a terminal shows after these writes: enough of one for lines, the cursor's column and row, and
 * erasing to the end of the line. Lines are as
 * long as they are; nothing wraps.
 *
 * @throws Error at a sequence that it does not know, so that no test passes on what a real terminal would do something
 *   else with
 */
export function screenAfter(written: string): readonly string[] {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  for (const [token] of written.matchAll(/\u001b\[\??[\d;]*[A-Za-z]|\n|[^\u001b\n]/gu)) {
    if (token === '\n') {
      row++;
      column = 0;
      rows[row] ??= [];
    } else if (!token.startsWith('\u001b')) {
      const line = rows[row] ?? [];
      while (line.length < column) line.push(' ');
      line[column++] = token;
    } else if (token === '\u001b[1G') column = 0;
    else if (token === '\u001b[0K') rows[row]?.splice(column);
    else if (token === '\u001b[1A') row = Math.max(0, row - 1);
    else if (!HARMLESS.test(token)) throw new Error(`unknown sequence ${JSON.stringify(token)}`);
  }
  const lines = rows.map((line) => line.join('').trimEnd());
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
