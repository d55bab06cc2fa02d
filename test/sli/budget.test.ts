import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErrorBudget } from '../../src/model/conditions.js';
import { allowedRatio, burnLevel, burnOf, errorRatio, mayBegin } from '../../src/sli/budget.js';

const good = (value: number): ErrorBudget => ({
  sli: 'starts',
  objective: { text: `>= ${value}%`, op: '>=', limit: { kind: 'absolute', value } },
  windowMs: 30 * 86_400_000,
});
const bad = (value: number): ErrorBudget => ({
  sli: 'errors',
  objective: { text: `<= ${value}%`, op: '<=', limit: { kind: 'absolute', value } },
  windowMs: 30 * 86_400_000,
});
const series = (value: number | undefined, recent: number | undefined) => ({ series: 'us-east-1', value, recent });
const burn = (spent: number, rate: number) => ({ series: 'us-east-1', spent, rate });

describe('an error budget', () => {
  it('is unknown without data, over the window or in the last hour', () => {
    expect(burnOf(series(undefined, 99.99), good(99.9))).toBeUndefined();
    expect(burnOf(series(99.99, undefined), good(99.9))).toBeUndefined();
  });

  it('is what the objective leaves, of the good or of the bad', () => {
    expect(allowedRatio(good(99.99))).toBeCloseTo(0.0001);
    expect(allowedRatio(bad(0.01))).toBeCloseTo(0.0001);
    expect(errorRatio(99.5, good(99.9))).toBeCloseTo(0.005);
    expect(errorRatio(0.5, bad(0.1))).toBeCloseTo(0.005);
    expect(errorRatio(100.2, good(99.9)), 'more good than all is no credit').toBe(0);
  });

  it('is spent by half where half of what may fail has failed, and at twice the pace where twice as much does', () => {
    const half = burnOf(series(99.95, 99.8), good(99.9));
    expect(half?.spent).toBeCloseTo(0.5);
    expect(half?.rate).toBeCloseTo(2);
  });

  it('is spent the same by the good as by the bad that is the rest of it', () => {
    const share = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 0.001, max: 99.999, noNaN: true }), (value, recent, objective) => {
        const ofGood = burnOf(series(value, recent), good(objective));
        const ofBad = burnOf(series(100 - value, 100 - recent), bad(100 - objective));
        expect(ofBad?.spent).toBeCloseTo(ofGood?.spent ?? NaN, 4);
        expect(ofBad?.rate).toBeCloseTo(ofGood?.rate ?? NaN, 4);
      }),
    );
  });
});

describe('the level of burn', () => {
  it.each([
    ['exceeded', [burn(1, 0)], false],
    ['exceeded', [burn(0.1, 20), burn(1.2, 20)], false],
    ['critical', [burn(0.1, 14.4), burn(0.1, 20)], false],
    ['high', [burn(0.1, 14.4), burn(0.1, 14)], false],
    ['elevated', [burn(0.1, 1.1)], true],
    ['normal', [burn(0.99, 1)], true],
  ] as const)('is %s for %j', (level, burns, begins) => {
    expect(burnLevel(burns)).toBe(level);
    expect(mayBegin(level)).toBe(begins);
  });
});
