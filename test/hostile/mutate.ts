import { seededRandom } from '../../src/host/random.js';

/** Draws from a seed: the same seed, the same inputs. */
export interface Dice {
  /** A whole number from 0 on, below `sides`. */
  below(sides: number): number;
  of<T>(items: readonly T[]): T;
}

export function diceOf(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (sides: number): number => Math.floor(random.next() * sides);
  return {
    below,
    of: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
  };
}

type Mutation = (text: string, dice: Dice) => string;

/** What may stand where a value stood. */
const VALUES = [
  'null',
  'true',
  '0',
  '-1',
  '1e999',
  '-1e308',
  '9007199254740993',
  '0x7fffffff',
  '.nan',
  '.inf',
  '1e-400',
  '""',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '{a: {b: {c: {}}}}',
  '"\\u0000"',
  '"\\ud800"',
  "'\u202e'",
  '&a [*a]',
  '*nobody',
  '!!js/function x',
  '!!binary aGk=',
  '<<: {a: 1}',
  '{__proto__: {x: 1}}',
  '{constructor: {prototype: 1}}',
  'toString',
  '2026-99-99',
  '-- ',
  '99999999999999999999d',
  '1e9%',
  '-5%',
  '>= baseline * 1e308',
  '${HOME}',
  '`id`',
  '$(id)',
  '../../../etc/passwd',
] as const;

const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '<<', '"\\u0000"', '? [a]', '1', '""'] as const;

/** Pieces of text that a parser, a terminal or a regular expression may stumble over. */
const PIECES = [
  '\u0000',
  '\ufeff',
  '\ud800',
  '\udfff',
  '\u202e',
  '\u2028',
  '\u001b[2J',
  '\u001b]8;;http://x\u0007',
  '\t',
  '\r',
  '\n---\n',
  '\n...\n',
  '%TAG ! tag:x,2026:\n',
  '&a ',
  '*a ',
  '!x ',
  '? ',
  '- ',
  ': ',
  '#',
  '"',
  "'",
  '|',
  '>',
  '{',
  '}',
  '[',
  ']',
  ',',
  '\\',
  '\u0085',
] as const;

function atLine(change: (lines: string[], dice: Dice) => void): Mutation {
  return (text, dice) => {
    const lines = text.split('\n');
    change(lines, dice);
    return lines.join('\n');
  };
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'flips a byte': (text, dice) => {
    const bytes = Buffer.from(text);
    const at = dice.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    return bytes.toString('utf8');
  },
  'cuts the end off': (text, dice) => text.slice(0, dice.below(text.length)),
  'cuts the beginning off': (text, dice) => text.slice(dice.below(text.length)),
  'takes a line out': atLine((lines, dice) => lines.splice(dice.below(lines.length), 1 + dice.below(3))),
  'has a line twice': atLine((lines, dice) => {
    const line = dice.of(lines);
    lines.splice(dice.below(lines.length), 0, line);
  }),
  'swaps two lines': atLine((lines, dice) => {
    const [one, other] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
  }),
  'indents a line': atLine((lines, dice) => {
    const at = dice.below(lines.length);
    lines[at] = dice.of([' ', '  ', '\t', '      ']) + (lines[at] ?? '');
  }),
  'has another value': (text, dice) => replaceOne(text, /(?<=[:-] )[^\s,{}[\]][^\n,}\]]*/g, dice.of(VALUES), dice),
  'has another key': (text, dice) => replaceOne(text, /[A-Za-z"][\w-]*"?(?=:)/g, dice.of(KEYS), dice),
  'has another number': (text, dice) =>
    replaceOne(text, /\d+(\.\d+)?/g, dice.of(['0', '-1', '1e400', '9'.repeat(400), '0.0000001', '65536', '٣']), dice),
  'holds a strange piece': (text, dice) => {
    const at = dice.below(text.length + 1);
    return text.slice(0, at) + dice.of(PIECES) + text.slice(at);
  },
  'holds a long text': (text, dice) => {
    const at = dice.below(text.length + 1);
    return (
      text.slice(0, at) +
      dice.of(['x', ' ', '[', '{a: ', '- ', '(', '"', '😀']).repeat(1 + dice.below(5_000)) +
      text.slice(at)
    );
  },
  'holds a part of itself': (text, dice) => {
    const from = dice.below(text.length);
    const at = dice.below(text.length);
    return text.slice(0, at) + text.slice(from, from + dice.below(400)) + text.slice(at);
  },
};

function replaceOne(text: string, what: RegExp, by: string, dice: Dice): string {
  const found = [...text.matchAll(what)];
  if (found.length === 0) return by;
  const { index, 0: old } = dice.of(found);
  return text.slice(0, index) + by + text.slice(index + old.length);
}

/** A text that once was good, after one to four mishaps. */
export function mutated(text: string, seed: number): { readonly text: string; readonly how: string } {
  const dice = diceOf(seed);
  const names = Array.from({ length: 1 + dice.below(4) }, () => dice.of(Object.keys(MUTATIONS)));
  const result = names.reduce((so, name) => (so === '' ? so : (MUTATIONS[name]?.(so, dice) ?? so)), text);
  return { text: result, how: names.join(', then ') };
}

/** How many inputs of a kind are tried: `KONG_INPUTS=20000` looks longer. */
export function inputs(usual: number): number {
  return Number(process.env.KONG_INPUTS ?? usual);
}

/** The seed of the first input; each further one adds 1. `KONG_SEED=123 KONG_INPUTS=1` replays input 123. */
export function firstSeed(): number {
  const wanted = process.env.KONG_SEED ?? '1';
  return wanted === 'random' ? Math.floor(Math.random() * 1e9) : Number(wanted);
}

/** Tries each of many damaged inputs; a failure says which one, and how to repeat it. Prints how many were tried. */
export async function eachInput(
  kind: string,
  { sources, count }: { readonly sources: readonly string[]; readonly count: number },
  check: (text: string, seed: number) => void | Promise<void>,
): Promise<void> {
  const first = firstSeed();
  const many = inputs(count);
  for (let seed = first; seed < first + many; seed++) {
    const { text, how } = mutated(sources[seed % sources.length] ?? '', seed);
    try {
      await check(text, seed);
    } catch (error) {
      const replay = `KONG_SEED=${seed} KONG_INPUTS=1 npx vitest run --project crash test/hostile`;
      throw new Error(`${kind} ${seed} (${how}); repeat it: ${replay}`, { cause: error });
    }
  }
  console.log(`${kind}: ${many} hostile inputs tried, from seed ${first}`);
}
