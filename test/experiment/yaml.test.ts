import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseYaml, type YamlDocument } from '../../src/experiment/yaml.js';

/** `line:column: message` of every problem. */
function problems(text: string): readonly string[] {
  const parsed = parseYaml(text, 'x.yaml');
  return parsed.ok ? [] : parsed.problems.map((one) => `${one.line}:${one.column}: ${one.message}`);
}

function document(text: string): YamlDocument {
  const parsed = parseYaml(text, 'x.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(formatDiagnostic).join('\n'));
  return parsed.document;
}

const MEGABYTE = 1_048_576;
/** Seen to take minutes, or the stack, without limits; each must be over long before this. */
const SOON_MS = 20_000;

describe('a YAML file is refused', () => {
  it.each([
    [
      'a key that would reach into prototypes',
      'a: 1\nb: { __proto__: { polluted: 1 } }\n',
      '2:6: the key __proto__ is not allowed',
    ],
    ['a key twice', 'a: 1\nb: { c: 1, c: 2 }\n', '2:12: keys have to be unique: c is there twice'],
    ['a number and a text that are the same key', '1: a\n"1": b\n', '2:1: keys have to be unique: 1 is there twice'],
    ['a key that is a mapping', '? { a: 1 }\n: 1\n', '1:3: a key has to be a single text'],
    ['an alias', 'a: &x [1]\nb: *x\n', '2:4: alias *x is not allowed'],
    ['an alias to what it stands in', 'a: &x [*x]\n', '1:8: alias *x is not allowed'],
    ['a tag that could make code', 'a: !!js/function "x"\n', '1:18: tag tag:yaml.org,2002:js/function is not allowed'],
    [
      "a tag of YAML's own that makes more than data",
      'a: !!binary aGk=\n',
      '1:13: tag tag:yaml.org,2002:binary is not allowed',
    ],
    ['a directive that changes what words mean', '%YAML 1.1\n---\na: yes\n', '1:1: directives are not allowed'],
    ['a second document', 'a: 1\n---\nb: 1\n', '2:1: a second document begins here'],
    ['65 levels', `a: ${'['.repeat(64)}${']'.repeat(64)}\n`, '1:67: nested deeper than 64 levels'],
    [
      '65 levels by indentation',
      `${Array.from({ length: 66 }, (_none, depth) => `${' '.repeat(depth)}a:`).join('\n')} 1\n`,
      '65:65: nested deeper than 64 levels',
    ],
    ['nothing but a comment', '# nothing\n', '1:1: the file is empty'],
  ])('for %s, at its place', (_what, text, problem) => {
    expect(problems(text)).toContain(problem);
  });

  it.each([
    ['a million brackets', `a: ${'['.repeat(MEGABYTE - 10)}`],
    ['lists in lists on one line', '- '.repeat(MEGABYTE / 2 - 2)],
    ['explicit keys in explicit keys', '? '.repeat(MEGABYTE / 2 - 2)],
    ['explicit keys just below the limit of tokens', '? '.repeat(49_000)],
    ['signs that close nothing', ']'.repeat(90_000)],
    ['commas between nothing', `a: [${','.repeat(90_000)}`],
    [
      'eighteen thousand keys and one twice',
      `${Array.from({ length: 18_000 }, (_none, at) => `k${at}: 1`).join('\n')}\nk0: 1\n`,
    ],
    ['two megabytes', `a: ${'x'.repeat(2 * MEGABYTE)}`],
  ])(
    'soon, and without exhausting the stack, for %s',
    (_what, text) => {
      const found = problems(text);
      expect(found.length).toBeGreaterThan(0);
      expect(found.join()).not.toContain('call stack');
    },
    SOON_MS,
  );

  it('without ever throwing, whatever the text', () => {
    const part = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&x ',
      '*x',
      '!t ',
      '|',
      '>',
      '"',
      "'",
      '\n',
      '  ',
      '#',
      '%',
      '---',
      '<<',
      '\t',
      '\u0000',
      '\uD800',
    );
    const hostile = fc.array(part, { maxLength: 60 });
    fc.assert(
      fc.property(
        hostile.map((parts) => parts.join('')),
        (text) => {
          const parsed = parseYaml(text, 'x.yaml');
          if (parsed.ok) return;
          expect(parsed.problems.length).toBeGreaterThan(0);
          for (const { line, column } of parsed.problems) expect(Math.min(line, column)).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a YAML file', () => {
  it('may be 64 levels deep', () => {
    expect(problems(`a: ${'['.repeat(63)}1${']'.repeat(63)}\n`)).toEqual([]);
  });

  it('keeps << as a key like any other', () => {
    expect(document('a: { <<: { b: 1 } }\n').data).toEqual({ a: { '<<': { b: 1 } } });
  });

  it('may be full of brackets inside texts and comments', () => {
    expect(document(`a: "${'['.repeat(200)}" # ${'{'.repeat(200)}\n`).data).toEqual({ a: '['.repeat(200) });
  });

  it('gives the place of keys, values and list items, and of what is nearest to what is missing', () => {
    const { positionOf } = document('\uFEFFa:\r\n  b: [1, "two"]\r\n  c:\r\n');
    expect(positionOf(['a', 'b', 1])).toEqual({ line: 2, column: 10 });
    expect(positionOf(['a', 'b'], 'key')).toEqual({ line: 2, column: 3 });
    expect(positionOf(['a', 'c'])).toEqual({ line: 3, column: 3 });
    expect(positionOf(['a', 'missing', 'deeper'])).toEqual({ line: 1, column: 1 });
  });

  it('counts into a text past its quote', () => {
    const problem = document('a: "1 + ?"\n').problemAt(['a'], { message: 'm', within: 4 });
    expect(problem).toMatchObject({ line: 1, column: 9 });
  });
});

describe('a problem as it is printed', () => {
  it("can't move the cursor, and keeps its caret below what is wrong", () => {
    const source = 'na\u001b[31m\u202Eme: 1';
    const place = { file: 'x\u0007.yaml', line: 1, column: 9 };
    const shown = formatDiagnostic({ ...place, message: 'bad \u001b[2J', source, fix: 'not \u009b' });
    expect(shown).not.toMatch(/[\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
    const [, line = '', caret = ''] = shown.split('\n');
    expect(line.slice(caret.indexOf('^'))).toBe('me: 1');
  });

  it('shows the part of a long line that is wrong', () => {
    const source = `${'x'.repeat(5_000)}WRONG${'x'.repeat(5_000)}`;
    const shown = formatDiagnostic({ file: 'x', line: 3, column: 5_001, message: 'm', source });
    const [, line = '', caret = ''] = shown.split('\n');
    expect(line.length).toBeLessThan(200);
    expect(line.slice(caret.indexOf('^')).startsWith('WRONG')).toBe(true);
  });
});
