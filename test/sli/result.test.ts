import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultOf, rounded, worstIs, type ResultOf } from '../../src/sli/result.js';
import { abortWhen, above, atLeast, below, experiment, expectation, judged, rule, sli, T0 } from './fixtures.js';

const ask = (more: Partial<ResultOf>): ResultOf => ({
  experiment: experiment(),
  series: [],
  baselines: [],
  sinceMs: T0,
  ...more,
});

describe('the result of an SLI', () => {
  it('is all null where nothing was measured', () => {
    const nothing = { before: null, peak: null, after: null };
    expect(resultOf(sli('starts'), ask({}))).toMatchObject({ ...nothing, series: [] });
    expect(resultOf(sli('starts'), ask({ series: [judged([undefined])] }))).toMatchObject(nothing);
  });

  it('has no peak and no after where nothing was injected', () => {
    const baselines = [{ sli: 'starts', series: 'us-west-2', mean: 99.5, points: 3 }];
    const result = resultOf(sli('starts'), ask({ series: [judged([99])], baselines, sinceMs: undefined }));
    expect(result).toMatchObject({ before: 99.5, peak: null, after: null });
  });

  it('has no after where a series was not steady at the end', () => {
    const series = [judged([99.5, 99.5]), judged([99.5, 98], { series: 'eu-west-1' })];
    expect(resultOf(sli('starts'), ask({ series })).after).toBeNull();
    expect(resultOf(sli('starts'), ask({ series: [judged([99.5, undefined])] })).after).toBeNull();
  });

  it('takes after from the last minute alone, and only from where it was steady to the end', () => {
    const long = judged([100, 100, 99, 99, 99, 99, 99, 100]);
    const short = judged([100, 100, 98, 99.2, 99.4]);
    expect(resultOf(sli('starts'), ask({ series: [long] })).after).toBe(99.1667);
    expect(resultOf(sli('starts'), ask({ series: [short] })).after).toBe(99.3);
  });

  it('takes the worst value of all series since the injection for the peak', () => {
    const series = [judged([10, 99, 98]), judged([99, 97, 99], { series: 'eu-west-1' })];
    expect(resultOf(sli('starts'), ask({ series, sinceMs: T0 + 10_000 })).peak).toBe(97);
  });

  it('weighs baselines by their points', () => {
    const baselines = [
      { sli: 'starts', series: 'us-west-2', mean: 100, points: 3 },
      { sli: 'starts', series: 'eu-west-1', mean: 96, points: 1 },
    ];
    expect(resultOf(sli('starts'), ask({ baselines })).before).toBe(99);
  });

  it('lists every point with the start of its period, gaps as null', () => {
    expect(resultOf(sli('starts'), ask({ series: [judged([99.123456, undefined])] })).series).toEqual([
      {
        name: 'us-west-2',
        points: [
          { at: '2026-01-01T00:00:00.000Z', value: 99.1235 },
          { at: '2026-01-01T00:00:10.000Z', value: null },
        ],
      },
    ]);
  });
});

describe('the worse direction', () => {
  it('is away from the expectation, else into the breach, else up', () => {
    const nobody = { steadyState: [], abort: abortWhen() };
    expect(worstIs(sli('a'), experiment({ ...nobody, steadyState: [expectation('a', atLeast(99))] }))).toBe('low');
    expect(worstIs(sli('a'), experiment({ ...nobody, steadyState: [expectation('a', below(200))] }))).toBe('high');
    expect(worstIs(sli('a'), experiment({ ...nobody, abort: abortWhen(rule('a', below(97))) }))).toBe('low');
    expect(worstIs(sli('a'), experiment({ ...nobody, abort: abortWhen(rule('a', above(500))) }))).toBe('high');
    expect(worstIs(sli('a'), experiment(nobody))).toBe('high');
  });
});

describe('rounding', () => {
  it('keeps four decimals, and four significant digits of a small number', () => {
    expect([99.987654, 1234567.8, 0.000123456, 0, -0.5].map(rounded)).toEqual([99.9877, 1234567.8, 0.0001235, 0, -0.5]);
  });

  it('moves a number by less than a two-thousandth of itself', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        expect(Math.abs((rounded(value) ?? Infinity) - value)).toBeLessThanOrEqual(Math.abs(value) / 2_000);
      }),
    );
  });
});
