import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/model/experiment.js';
import { lastsSeconds } from '../../src/plan/lasts.js';

const HOUR = 3_600_000;
const fault: Step = { kind: 'fault', fault: 'instance-cpu', params: {} };
const hold = (forMs: number): Step => ({ kind: 'hold', forMs });
const restore: Step = { kind: 'restore', what: 'instance-cpu' };

describe('how long a fault can be there', () => {
  it('ends with its restore and the time of a rollback', () => {
    expect(lastsSeconds([fault, hold(120_000), restore, hold(HOUR)], 0, 90_000)).toBe(60 + 120 + 90);
  });

  it('ends with the method where nothing restores it, and counts what the steps between may take', () => {
    const other: Step = { kind: 'fault', fault: 'instance-loss', params: {} };
    expect(lastsSeconds([hold(HOUR), fault, hold(60_000), other, hold(60_000)], 1, undefined)).toBe(
      60 + 60 + 60 + 60 + 60,
    );
  });

  it('is never shorter than the holds while it is there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: HOUR }), { maxLength: 10 }), (holds) => {
        const waited = holds.reduce((sum, ms) => sum + ms, 0);
        expect(lastsSeconds([fault, ...holds.map(hold), restore], 0, 0) * 1_000).toBeGreaterThan(waited);
      }),
    );
  });
});
