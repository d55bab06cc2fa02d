import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/model/experiment.js';
import { compare, judge, limitOf, metBy } from '../../src/sli/expectation.js';
import { aboveBaseline, atLeast, below } from './fixtures.js';

describe('a threshold', () => {
  it('is never met without a baseline where it is relative to one', () => {
    expect(limitOf(aboveBaseline(1, 50), undefined)).toBeUndefined();
    expect(judge(aboveBaseline(1, 50), 1e9, undefined)).toBe('unknown');
  });

  it('is never met without a value', () => {
    expect(judge(below(97), undefined, 99)).toBe('unknown');
    expect(judge(below(97), Number.NaN, 99)).toBe('unknown');
  });

  it('scales and shifts the baseline', () => {
    expect(limitOf(aboveBaseline(1.5, 0), 100)).toBe(150);
    expect(limitOf(aboveBaseline(1, 50), 100)).toBe(150);
  });

  it('keeps an absolute limit whatever the baseline', () => {
    expect(limitOf(below(97), 12)).toBe(97);
  });

  it('is met or not met at its limit as its comparison says', () => {
    expect(judge(atLeast(99), 99, undefined)).toBe('met');
    expect(judge(below(99), 99, undefined)).toBe('not-met');
  });
});

describe('a comparison', () => {
  const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

  it('holds exactly where its opposite does not', () => {
    const ops = fc.constantFrom<Comparison>('<', '<=', '>', '>=');
    fc.assert(
      fc.property(ops, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), (op, value, limit) => {
        expect(compare(op, value, limit)).toBe(!compare(opposite[op], value, limit));
      }),
    );
  });

  it('points down or up', () => {
    expect([metBy('<'), metBy('<='), metBy('>'), metBy('>=')]).toEqual(['low', 'low', 'high', 'high']);
  });
});
