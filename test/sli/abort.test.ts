import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breachOf } from '../../src/sli/abort.js';
import { abortWhen, aboveBaseline, after, below, judged, rule, sli, T0 } from './fixtures.js';

const ABORT = abortWhen(rule('starts', below(97), [3, 5]));

describe('an abort rule', () => {
  it('fires on data that stopped, with no rule naming the SLI', () => {
    const values = [99, ...Array.from({ length: 6 }, () => undefined)];
    expect(breachOf(abortWhen(), [judged(values)], T0)).toEqual({
      kind: 'missing',
      sli: 'starts',
      series: 'us-west-2',
      value: null,
      text: 'no datapoint for 1m',
      atMs: after(7),
    });
  });

  it('fires on a baseline that is not known', () => {
    const abort = abortWhen(rule('starts', aboveBaseline(1.5, 0), [3, 5]));
    expect(breachOf(abort, [judged([100])], T0)).toMatchObject({ kind: 'unreadable', atMs: after(1) });
    expect(breachOf(abort, [judged([100], { baseline: 100 })], T0)).toBeUndefined();
  });

  it('says why where the SLI could not be read', () => {
    const gap = judged(Array.from({ length: 6 }, () => undefined));
    const points = gap.points.map((point) => ({ ...point, unreadable: 'CloudWatch answered Forbidden' }));
    expect(breachOf(ABORT, [{ ...gap, points }], T0)).toMatchObject({
      kind: 'unreadable',
      text: 'CloudWatch answered Forbidden',
    });
  });

  it('does not fire on a gap that is shorter than missingData', () => {
    const values = [99, ...Array.from({ length: 5 }, () => undefined), 99];
    expect(breachOf(ABORT, [judged(values)], T0)).toBeUndefined();
  });

  it('does not fire on gaps that ended before the injection', () => {
    const values = [...Array.from({ length: 6 }, () => undefined), 99];
    expect(breachOf(ABORT, [judged(values)], after(6))).toBeUndefined();
  });

  it('does not fire on two datapoints where it asks for three', () => {
    expect(breachOf(ABORT, [judged([90, 99, 90, 99, 99, 90])], T0)).toBeUndefined();
  });

  it('fires at the end of the period that makes the third', () => {
    expect(breachOf(ABORT, [judged([90, 99, 91, 99, 92])], T0)).toEqual({
      kind: 'value',
      sli: 'starts',
      series: 'us-west-2',
      value: 92,
      text: '< 97',
      atMs: after(5),
    });
  });

  it('keeps counting over a gap', () => {
    expect(breachOf(ABORT, [judged([90, undefined, 90, undefined, 90])], T0)).toMatchObject({ atMs: after(5) });
  });

  it('still fires when what it missed has recovered since', () => {
    const values = [90, 90, 90, ...Array.from({ length: 10 }, () => 99.9)];
    expect(breachOf(ABORT, [judged(values)], T0)).toMatchObject({ atMs: after(3) });
  });

  it('counts only periods that began after the injection', () => {
    const series = [judged([90, 90, 90, 90])];
    expect(breachOf(ABORT, series, T0)?.atMs).toBe(after(3));
    expect(breachOf(ABORT, series, T0 + 1)?.atMs).toBe(after(4));
    expect(breachOf(ABORT, series, after(2))).toBeUndefined();
  });

  it('does not add up datapoints of different series', () => {
    const series = ['us-west-2', 'eu-west-1'].map((name) => judged([90, 90], { series: name }));
    expect(breachOf(ABORT, series, T0)).toBeUndefined();
  });

  it('is reported by the time at which it fired, then by its place in the file', () => {
    const abort = abortWhen(rule('starts', below(97), [1, 1]), rule('errors', below(97), [1, 1]));
    const errors = { sli: sli('errors') };
    expect(breachOf(abort, [judged([99, 90]), judged([90], errors)], T0)?.sli).toBe('errors');
    expect(breachOf(abort, [judged([90], errors), judged([90])], T0)?.sli).toBe('starts');
  });
});

describe('N of M', () => {
  const value = fc.option(fc.integer({ min: 90, max: 100 }), { nil: undefined });
  const values = fc.array(value, { minLength: 1, maxLength: 30 });
  const counts = fc
    .integer({ min: 1, max: 6 })
    .chain((of) => fc.tuple(fc.integer({ min: 1, max: of }), fc.constant(of)));

  it('fires no less, and no later, when a point gets worse', () => {
    fc.assert(
      fc.property(values, counts, fc.nat(), fc.integer({ min: 1, max: 20 }), (all, count, at, worse) => {
        const abort = abortWhen(rule('starts', below(97), count));
        const before = breachOf(abort, [judged(all)], T0);
        const worsened = all.map((value, i) => (i === at % all.length && value !== undefined ? value - worse : value));
        const now = breachOf(abort, [judged(worsened)], T0);
        expect(now?.atMs ?? Infinity).toBeLessThanOrEqual(before?.atMs ?? Infinity);
      }),
    );
  });

  it('fires exactly where a window of M datapoints holds N beyond the threshold', () => {
    const numbers = fc.array(fc.integer({ min: 95, max: 99 }), { maxLength: 30 });
    fc.assert(
      fc.property(numbers, counts, (all, [count, of]) => {
        const abort = abortWhen(rule('starts', below(97), [count, of]));
        const windows = all.map((_, end) => all.filter((__, i) => i <= end && i > end - of));
        const expected = windows.findIndex((window) => window.filter((value) => value < 97).length >= count);
        expect(breachOf(abort, [judged(all)], T0)?.atMs).toBe(expected < 0 ? undefined : after(expected + 1));
      }),
    );
  });

  it('never un-fires as time goes on', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 30 }), (all, length) => {
        const early = breachOf(ABORT, [judged(all.slice(0, length))], T0);
        if (early) expect(breachOf(ABORT, [judged(all)], T0)).toEqual(early);
      }),
    );
  });
});
