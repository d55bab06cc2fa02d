import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawLines, firstOf, right, table, toned, widthOf, wrap } from '../../src/report/lines.js';
import { HOSTILE } from './samples.js';

const ANSI = /\u001b\[\d+m/g;

describe('drawLines', () => {
  it.each(HOSTILE)('prints one harmless line for %j', (text) => {
    const out = drawLines([[text, toned('bad', text)]], { colour: true });
    expect(out.replace(ANSI, '').trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(out.split('\n')).toHaveLength(2);
  });

  it('uses no escape sequence without colour', () => {
    expect(drawLines([[toned('bad', 'x'), toned('good', 'y')]], { colour: false })).toBe('xy\n');
  });

  it('colours with colour', () => {
    expect(drawLines([[toned('good', 'x')]], { colour: true })).toBe('\u001b[32mx\u001b[39m\n');
  });

  it('never draws a line wider than asked, coloured or not', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(60), fc.boolean(), (texts, width, colour) => {
        const out = drawLines([texts.map((text) => toned('warn', text))], { colour, width });
        expect(widthOf(out.replace(ANSI, '').replace('\n', ''))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('marks a line that was cut', () => {
    expect(drawLines([['abcdef']], { colour: false, width: 4 })).toBe('abc…\n');
  });
});

describe('table', () => {
  it('aligns columns by what is printed, not by what came', () => {
    const rows = table(
      [
        ['a\u001b[0m', 'x'],
        ['longer-than-that', 'y'],
        ['b', right('z')],
      ],
      2,
    );
    expect(drawLines(rows, { colour: false })).toBe(
      ['  a\\u001b[0m        x', '  longer-than-that  y', '  b                 z', ''].join('\n'),
    );
  });

  it('does not let one endless name push the other rows away', () => {
    const [, second] = drawLines(
      table(
        [
          ['x'.repeat(500), '1'],
          ['y', '2'],
        ],
        0,
      ),
      { colour: false },
    ).split('\n');
    expect(second?.length).toBeLessThan(70);
  });
});

describe('wrap', () => {
  it('breaks at words and keeps to the width', () => {
    expect(wrap('one two three four', { width: 12, indent: '  ' })).toEqual(['  one two', '  three four']);
  });

  it('has no line for an empty text', () => {
    expect(wrap('  \n ', { width: 12, indent: '' })).toEqual([]);
  });

  it('loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/);
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 1, max: 40 }), (words, width) => {
        expect(wrap(words.join(' '), { width, indent: '' }).join(' ')).toBe(words.join(' '));
      }),
    );
  });
});

describe('firstOf', () => {
  it('never hides just one', () => {
    expect(firstOf([1, 2, 3], 2)).toEqual({ shown: [1, 2, 3], hidden: 0 });
    expect(firstOf([1, 2, 3, 4], 2)).toEqual({ shown: [1, 2], hidden: 2 });
  });
});
