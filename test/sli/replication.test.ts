import { describe, expect, it } from 'vitest';
import { replicationFigures, type LagSeries } from '../../src/sli/replication.js';

/** A series of periods of ten seconds, from the time 0 on. */
const series = (lags: readonly (number | undefined)[]): LagSeries => ({
  name: 'us-west-2',
  points: lags.map((lagSeconds, i) => ({ startMs: i * 10_000, endMs: (i + 1) * 10_000, lagSeconds })),
});

/** The fault comes after three periods and is taken back after five. */
const SPAN = { faultAtMs: 30_000, healedAtMs: 50_000 };

describe('replication through a fault', () => {
  it('did not catch up where the last that is known is behind', () => {
    const figures = replicationFigures([series([1, 2, 3, 12, 22, 12, 8])], SPAN);
    expect(figures).toEqual({
      beforeSeconds: 2,
      atFaultSeconds: 3,
      peakSeconds: 22,
      afterSeconds: 8,
      caughtUpSeconds: null,
      atEnd: 'behind',
    });
  });

  it('is not known to have caught up where the last is not known, or nothing was measured after the fault', () => {
    for (const lags of [[2, 2, 2, 12, 22, 2, undefined], [2, 2, 2, 12, 22]]) {
      const { caughtUpSeconds, atEnd } = replicationFigures([series(lags)], SPAN);
      expect({ caughtUpSeconds, caughtUp: atEnd === 'caught-up' }).toEqual({ caughtUpSeconds: null, caughtUp: false });
    }
    expect(replicationFigures([], SPAN).atEnd).toBe('unknown');
    expect(replicationFigures([series([2, 2, 2, 12, 22])], SPAN).atEnd).toBe('unknown');
  });

  it('is not known to have caught up where nothing is known of before', () => {
    expect(replicationFigures([series([undefined, undefined, undefined, 12, 2, 2])], SPAN)).toMatchObject({
      beforeSeconds: null,
      atFaultSeconds: null,
      caughtUpSeconds: null,
      atEnd: 'unknown',
    });
  });

  it('had caught up by the end of the first period from which on it was no further behind than before', () => {
    const figures = replicationFigures([series([2, 2, 2, 12, 22, 12, 2, 9, 3, 2])], SPAN);
    expect(figures).toMatchObject({ peakSeconds: 22, afterSeconds: 2, caughtUpSeconds: 40, atEnd: 'caught-up' });
  });

  it('had not received what was written since the last look, where that tells the age of what arrived', () => {
    const ages: LagSeries = { ...series([2, 2, 3, 22, 2]), isAge: true };
    expect(replicationFigures([ages], { faultAtMs: 34_000, healedAtMs: 36_000 }).atFaultSeconds).toBe(7);
  });

  it('took no time to catch up where it never fell behind', () => {
    const figures = replicationFigures([series([2, 2, 2, 2, 3, 2, 2])], SPAN);
    expect(figures).toMatchObject({ caughtUpSeconds: 0, atEnd: 'caught-up' });
  });

  it('never fell behind where it did not while the fault lasted, and nothing was measured after that', () => {
    const figures = replicationFigures([series([2, 2, 2, 2, 3])], SPAN);
    expect(figures).toMatchObject({ afterSeconds: 3, caughtUpSeconds: 0, atEnd: 'caught-up' });
  });

  it('is as slow as its slowest direction, and behind while one of them is', () => {
    const quick = series([1, 1, 1, 11, 21, 1, 1]);
    const slow = series([2, 2, 2, 12, 22, 12, 2]);
    expect(replicationFigures([quick, slow], SPAN)).toMatchObject({ peakSeconds: 22, caughtUpSeconds: 20 });
    expect(replicationFigures([quick, series([2, 2, 2, 12, 22, 12, 12])], SPAN)).toMatchObject({
      afterSeconds: 12,
      caughtUpSeconds: null,
      atEnd: 'behind',
    });
  });
});
