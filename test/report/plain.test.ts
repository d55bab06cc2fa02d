import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, htmlText, markdownCell } from '../../src/report/plain.js';
import { eventLine, jsonText } from '../../src/report/json.js';
import { HOSTILE } from './samples.js';

const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('clean', () => {
  it.each(HOSTILE)('leaves nothing that a terminal acts on in %j', (text) => {
    expect(clean(text)).not.toMatch(HARMFUL);
  });

  it('shows an escape sequence instead of carrying it out', () => {
    expect(clean('\u001b[31mred')).toBe('\\u001b[31mred');
  });

  it('keeps a name with line breaks on one line', () => {
    expect(clean('a\r\nb\nc\td')).toBe('a b c d');
  });

  it('shows a bidi override by its code', () => {
    expect(clean('safe\u202egnp.exe')).toBe('safe\\u202egnp.exe');
  });

  it('leaves letters of any script and common signs alone', () => {
    expect(clean('Größe ≥ 99 % 日本 → ✓ 😀')).toBe('Größe ≥ 99 % 日本 → ✓ 😀');
  });

  it('is harmless and final for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = clean(text);
        expect(once).not.toMatch(HARMFUL);
        expect(clean(once)).toBe(once);
      }),
    );
  });
});

describe('markdownCell', () => {
  it.each(HOSTILE)('leaves no tag, column, code or line break in %j', (text) => {
    const cell = markdownCell(text);
    expect(cell).not.toMatch(/[<>\n\r]/);
    expect(cell).not.toMatch(/(?<!\\)[|`*_[\]~]/);
  });

  it('escapes a backslash, so that it can not undo the next escape', () => {
    expect(markdownCell('\\|')).toBe('\\\\\\|');
  });

  it('mentions nobody', () => {
    expect(markdownCell('@everyone')).toBe('@&#8203;everyone');
  });

  it('escapes every column for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const unescaped = markdownCell(text).replace(/\\[\\|`*_~[\]]/g, '');
        expect(unescaped).not.toMatch(/[|<>`\n]/);
      }),
    );
  });
});

describe('htmlText', () => {
  it('leaves no tag and no entity of its own', () => {
    expect(htmlText('<b>&lt;')).toBe('&lt;b&gt;&amp;lt;');
  });
});

describe('jsonText', () => {
  it('writes what a terminal acts on as escapes that parse back to the same', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const json = jsonText(texts);
        expect(json.replaceAll('\n', '')).not.toMatch(HARMFUL);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(texts)));
      }),
    );
  });

  it('is indented by two and ends with a line break', () => {
    expect(jsonText({ a: 1 })).toBe('{\n  "a": 1\n}\n');
  });
});

describe('eventLine', () => {
  it('is one line for an event with a line break in it', () => {
    const line = eventLine({ at: '2025-06-01T19:00:00.000Z', type: 'warning', message: 'a\nb\u009b31m' });
    expect(line).toBe('{"at":"2025-06-01T19:00:00.000Z","type":"warning","message":"a\\nb\\u009b31m"}\n');
  });
});
