import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MissingPolicy } from '../../src/model/experiment.js';
import { applyPolicy } from '../../src/sli/missing.js';
import type { ClosedPoint } from '../../src/sli/points.js';
import { after } from './fixtures.js';

type Known = { readonly kind: 'absent' } | { readonly kind: 'undefined' } | number | 'unreadable';
const ABSENT = { kind: 'absent' } as const;
const NO_VALUE = { kind: 'undefined' } as const;

const closed = (known: readonly Known[]): readonly ClosedPoint[] =>
  known.map((one, i) => {
    const period = { startMs: after(i), endMs: after(i + 1) };
    if (one === 'unreadable') return { ...period, kind: 'unreadable', reason: 'Forbidden' };
    return typeof one === 'number' ? { ...period, kind: 'value', value: one } : { ...period, ...one };
  });

const values = (known: readonly Known[], policy: MissingPolicy): readonly (number | undefined)[] =>
  applyPolicy(closed(known), policy).map(({ value }) => value);

describe('the policy for gaps', () => {
  it('never turns an answer that could not be read into a value', () => {
    const policies = ['breach', 'zero', 'hold', 'ignore'] as const;
    for (const policy of policies) {
      expect(applyPolicy(closed([7, 'unreadable']), policy).at(-1)).toMatchObject({
        value: undefined,
        from: 'gap',
        unreadable: 'Forbidden',
      });
    }
  });

  it('does not take errors without requests for no errors', () => {
    expect(values([1, NO_VALUE], 'zero')).toEqual([1, undefined]);
  });

  it('holds nothing before the first value', () => {
    expect(values([ABSENT, 5, ABSENT, NO_VALUE], 'hold')).toEqual([undefined, 5, 5, 5]);
  });

  it('counts no datapoint as zero, as nothing, or as a gap', () => {
    expect(values([1, ABSENT], 'zero')).toEqual([1, 0]);
    expect(values([1, ABSENT, 2], 'ignore')).toEqual([1, 2]);
    expect(values([1, ABSENT], 'breach')).toEqual([1, undefined]);
  });

  it('leaves every value that was measured as it is', () => {
    const known = fc.array(fc.oneof(fc.integer(), fc.constantFrom<Known>(ABSENT, NO_VALUE, 'unreadable')));
    const policy = fc.constantFrom<MissingPolicy>('breach', 'zero', 'hold', 'ignore');
    fc.assert(
      fc.property(known, policy, (all, chosen) => {
        const kept = applyPolicy(closed(all), chosen).filter(({ from }) => from === 'measured');
        expect(kept.map(({ value }) => value)).toEqual(all.filter((one) => typeof one === 'number'));
      }),
    );
  });
});
