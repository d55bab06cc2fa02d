import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, metricsIn, parseExpression } from '../../src/experiment/expression.js';
import { parseThreshold } from '../../src/experiment/threshold.js';
import type { Expression } from '../../src/model/experiment.js';

const read = (text: string): Expression => {
  const parsed = parseExpression(text);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed.expression;
};
const values: Readonly<Record<string, number>> = { a: 6, b: 3, zero: 0 };
const value = (text: string): number | undefined => evaluate(read(text), (id) => values[id]);

describe('an SLI expression', () => {
  it.each([
    ['1 +', 4],
    ['a b', 3],
    ['(a', 3],
    ['a ** b', 4],
    ['sum(a)', 1],
    ['a;b', 2],
    ['', 1],
    ['a.b', 2],
    ['process.exit()', 8],
    ['1'.repeat(1_001), 1_000],
  ])('refuses %j where it stops making sense', (text, column) => {
    expect(parseExpression(text)).toMatchObject({ column });
  });

  it('refuses depth without end', () => {
    expect(parseExpression(`${'('.repeat(400)}1${')'.repeat(400)}`)).toHaveProperty('message');
    expect(parseExpression(`${'-'.repeat(900)}1`)).toHaveProperty('message');
  });

  it.each([
    ['100 * a / b', 200],
    ['a - b - 1', 2],
    ['a-b-1', 2],
    ['a / b / 2', 1],
    ['-(a + b) * 2', -18],
    ['min(a, b, 9) + max(1, b)', 6],
    ['2 * -3', -6],
    ['1e2', 100],
  ])('works out %s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it('has no value where a metric has none, or where it would not be a finite number', () => {
    expect(value('a / zero')).toBeUndefined();
    expect(value('a + missing')).toBeUndefined();
    expect(value('min(a, missing)')).toBeUndefined();
  });

  it('names the metrics that it needs', () => {
    expect(metricsIn(read('100 * ok / max(all, 1)'))).toEqual(['ok', 'all']);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1.+-*/(), min'.split(/(?:)/)) }), (text) => {
        const parsed = parseExpression(text);
        if (!('message' in parsed)) expect(evaluate(parsed.expression, () => 1) ?? 0).toSatisfy(Number.isFinite);
      }),
    );
  });

  it('reads back what was printed of it', () => {
    const leaf = fc.oneof(
      fc.nat(99).map((n): Expression => ({ kind: 'number', value: n })),
      fc.constantFrom('a', 'b').map((id): Expression => ({ kind: 'metric', id })),
    );
    const tree = fc.letrec<{ node: Expression }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.record({
          kind: fc.constant('binary' as const),
          op: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
          left: tie('node'),
          right: tie('node'),
        }),
      ),
    })).node;
    const print = (node: Expression): string => {
      if (node.kind === 'binary') return `(${print(node.left)} ${node.op} ${print(node.right)})`;
      return node.kind === 'number' ? String(node.value) : node.kind === 'metric' ? node.id : '';
    };
    fc.assert(
      fc.property(tree, (node) => {
        expect(read(print(node))).toEqual(node);
      }),
    );
  });
});

describe('a threshold', () => {
  it.each([
    ['99%', 'percent'],
    ['>= 99ms', 'percent'],
    ['<= 50%', 'milliseconds'],
    ['< baseline * 2ms', 'milliseconds'],
    ['== 3', 'count'],
    ['<= 3s', 'count'],
    ['', 'none'],
    ['< 3constructor', 'none'],
  ] as const)('refuses %j of an SLI in %s', (text, unit) => {
    expect(parseThreshold(text, unit)).toHaveProperty('message');
  });

  it('is converted to the unit of its SLI', () => {
    expect(parseThreshold('<= 2s', 'milliseconds')).toMatchObject({
      op: '<=',
      limit: { kind: 'absolute', value: 2_000 },
    });
    expect(parseThreshold('< 97', 'percent')).toMatchObject({ op: '<', limit: { kind: 'absolute', value: 97 } });
    expect(parseThreshold('<= baseline + 2%', 'percent')).toMatchObject({
      limit: { kind: 'baseline', factor: 1, offset: 2 },
    });
    expect(parseThreshold('> baseline * 1.5', 'count')).toMatchObject({
      limit: { kind: 'baseline', factor: 1.5, offset: 0 },
    });
    expect(parseThreshold('>= baseline', 'none')).toMatchObject({ limit: { kind: 'baseline', factor: 1, offset: 0 } });
  });
});
