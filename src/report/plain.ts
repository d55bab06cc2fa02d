/**
 * What a terminal or a reader's eye could be fooled with: control and format characters, bidi overrides, what has no
 * width, halves of pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const LINE_BREAK_OR_TAB = /\r\n|[\t\n\r]/g;

/**
 * Makes any text from AWS, a file or a person harmless to print: one line, with nothing in it that moves a cursor,
 * colours, hides or
 * turns text around. Line breaks and tabs become a space; the rest is shown by its code, `\u001b`. Doing it twice does
 * nothing more.
 */
export function clean(text: string): string {
  return text.replace(LINE_BREAK_OR_TAB, ' ').replace(UNPRINTABLE, escaped);
}

/** The same as `\uXXXX` in JSON source, where it stands for the character and not for six letters. */
export function jsonEscaped(json: string): string {
  return json.replace(UNPRINTABLE, (char) => (char === '\n' ? char : [...utf16(char)].map(fourDigits).join('')));
}

/**
 * Makes a text harmless inside Markdown, in a table's cell too: on top of `clean`, no HTML, no code, no emphasis, no
 * link, no column, and no
 * mention that would send mail to someone.
 */
export function markdownCell(text: string): string {
  return clean(text).replace(/[&<>@|`*_~[\]\\]/g, (char) => MARKDOWN[char] ?? `\\${char}`);
}

/** Makes a text harmless between HTML tags, where Markdown's backslash means nothing. */
export function htmlText(text: string): string {
  return clean(text).replace(/[&<>@]/g, (char) => MARKDOWN[char] ?? char);
}

/** `@` is followed by an invisible break: GitHub resolves mentions after entities, so an entity alone would not do. */
const MARKDOWN: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '@&#8203;' };

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : fourDigits(code);
}

function fourDigits(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

function* utf16(text: string): Generator<number> {
  for (let i = 0; i < text.length; i++) yield text.charCodeAt(i);
}
