import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../src/sli/baseline.js';
import { after, judged, sli } from './fixtures.js';

const at = (periods: number) => ({ nowMs: after(periods), missingDataMs: 60_000 });
const GAP = undefined;

describe('a baseline', () => {
  it('is refused without any datapoint', () => {
    const verdict = baselineOf([judged([GAP, GAP])], at(3));
    expect(verdict.baselines).toEqual([]);
    expect(verdict.refusals).toEqual([
      { sli: 'starts', series: 'us-west-2', reason: 'no datapoint in the baseline window' },
    ]);
  });

  it('is refused without a recent datapoint', () => {
    expect(baselineOf([judged([99])], at(10)).refusals).toEqual([]);
    expect(baselineOf([judged([99])], at(11)).refusals).toMatchObject([
      { reason: 'the newest datapoint is 1m40s old' },
    ]);
  });

  it('is refused with the reason where the newest period could not be read', () => {
    const points = judged([99, GAP]).points.map((point) => {
      return point.value === undefined ? { ...point, unreadable: 'CloudWatch answered Forbidden' } : point;
    });
    expect(baselineOf([judged([], { points })], at(2)).refusals).toMatchObject([
      { reason: 'CloudWatch answered Forbidden' },
    ]);
  });

  it('is refused for each series by itself', () => {
    const series = [judged([99]), judged([GAP], { series: 'eu-west-1' })];
    const verdict = baselineOf(series, at(2));
    expect(verdict.baselines).toMatchObject([{ series: 'us-west-2' }]);
    expect(verdict.refusals).toMatchObject([{ series: 'eu-west-1' }]);
  });

  it('is 0, with a warning, where no datapoint means zero and none was ever there', () => {
    const points = judged([0, 0]).points.map((point) => ({ ...point, from: 'zero' as const }));
    const verdict = baselineOf([judged([], { points, sli: sli('errors', { missing: 'zero' }) })], at(2));
    expect(verdict.baselines).toMatchObject([{ sli: 'errors', mean: 0, points: 2 }]);
    expect(verdict.refusals).toEqual([]);
    expect(verdict.warnings).toHaveLength(1);
  });

  it('needs one datapoint, not a recent one, where no datapoint means the last value or nothing', () => {
    for (const missing of ['hold', 'ignore'] as const) {
      const own = { sli: sli('depth', { missing }) };
      expect(baselineOf([judged([5], own)], at(500)).refusals).toEqual([]);
      expect(baselineOf([judged([], own)], at(500)).refusals).toHaveLength(1);
    }
  });

  it('leaves gaps out of the mean', () => {
    expect(baselineOf([judged([10, GAP, 20])], at(3)).baselines).toEqual([
      { sli: 'starts', series: 'us-west-2', mean: 15, points: 2 },
    ]);
  });

  it('lies between the lowest and the highest value', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
        const mean = baselineOf([judged(values)], at(values.length)).baselines[0]?.mean;
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values));
        expect(mean).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('warns of an SLI that nothing is expected of, has no datapoint, and may have none', () => {
    const own = { sli: sli('lag', { missing: 'hold' }) };
    const verdict = baselineOf([judged([], own)], { ...at(5), judged: new Set(['errors']) });
    expect(verdict.refusals).toEqual([]);
    expect(verdict.baselines).toEqual([]);
    expect(verdict.warnings).toEqual([expect.stringContaining('lag has no datapoint')]);
    expect(baselineOf([judged([], own)], { ...at(5), judged: new Set(['lag']) }).refusals).toHaveLength(1);
    const needed = { sli: sli('lag', { missing: 'breach' }) };
    expect(baselineOf([judged([], needed)], { ...at(5), judged: new Set() }).refusals).toHaveLength(1);
  });
});
