import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadyNow } from '../../src/sli/steady.js';
import { after, aboveBaseline, atLeast, expectation, judged, sli } from './fixtures.js';

const AT_LEAST_99 = [expectation('starts', atLeast(99))];
const at = (periods: number) => ({ nowMs: after(periods), missingDataMs: 60_000 });

describe('the steady state now', () => {
  it('is unknown where the newest period is a gap', () => {
    expect(steadyNow(AT_LEAST_99, [judged([99.5, undefined])], at(2)).overall).toBe('unknown');
  });

  it('is unknown where the SLI has no series', () => {
    expect(steadyNow(AT_LEAST_99, [], at(2))).toMatchObject({ overall: 'unknown', items: [{ series: '' }] });
    expect(steadyNow(AT_LEAST_99, [judged([])], at(2)).overall).toBe('unknown');
  });

  it('is unknown where the newest datapoint is old, though its SLI ignores gaps', () => {
    const series = [judged([99.5], { sli: sli('starts', { missing: 'ignore' }) })];
    expect(steadyNow(AT_LEAST_99, series, at(10)).overall).toBe('steady');
    expect(steadyNow(AT_LEAST_99, series, at(11)).overall).toBe('unknown');
  });

  it('is unknown against a baseline that is not known', () => {
    const expectations = [expectation('starts', aboveBaseline(1, -1))];
    expect(steadyNow(expectations, [judged([99.5])], at(1)).overall).toBe('unknown');
    expect(steadyNow(expectations, [judged([99.5], { baseline: 99 })], at(1)).overall).toBe('steady');
  });

  it('is off where one series is off, whatever the others are', () => {
    const others = [judged([98], { series: 'eu-west-1' }), judged([undefined], { series: 'sa-east-1' })];
    const series = [judged([99.9]), ...others];
    expect(steadyNow(AT_LEAST_99, series, at(1))).toEqual({
      overall: 'off',
      items: [
        { sli: 'starts', series: 'us-west-2', expect: '>= 99', verdict: 'steady', value: 99.9 },
        { sli: 'starts', series: 'eu-west-1', expect: '>= 99', verdict: 'off', value: 98 },
        { sli: 'starts', series: 'sa-east-1', expect: '>= 99', verdict: 'unknown', value: undefined },
      ],
    });
  });

  it('is never steady where any series ends in a gap', () => {
    const values = fc.array(fc.option(fc.integer({ min: 95, max: 100 }), { nil: undefined }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), fc.nat(), (all, i) => {
        const gapped = all.map((own, n) => (n === i % all.length ? [...own, undefined] : own));
        const series = gapped.map((own, n) => judged(own, { series: `region-${n}` }));
        expect(steadyNow(AT_LEAST_99, series, at(1)).overall).not.toBe('steady');
      }),
    );
  });
});
