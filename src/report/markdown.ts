import { htmlText, markdownCell } from './plain.js';

/** A Markdown table. The headers are kong's own words; every cell is made harmless. */
export function markdownTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map((row) => line(row.map(markdownCell)))].join('\n');
}

/** A block that is folded away until someone opens it; the blank lines are what makes GitHub render Markdown inside. */
export function details(summary: string, body: string): string {
  return `<details><summary>${htmlText(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** Blocks with a blank line between them, and a line break at the end. */
export function markdownDocument(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
