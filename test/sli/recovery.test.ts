import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recoveryOf } from '../../src/sli/recovery.js';
import { after, atLeast, expectation, judged, T0 } from './fixtures.js';

const AT_LEAST_99 = [expectation('starts', atLeast(99), 30_000)];
const since = { sinceMs: T0 };

describe('the recovery of a steady state', () => {
  it('did not hold where nothing was measured', () => {
    const never = { expectations: [{ held: false, offMs: 0 }], recoveredAtMs: undefined };
    expect(recoveryOf(AT_LEAST_99, [], since)).toMatchObject(never);
    expect(recoveryOf(AT_LEAST_99, [judged([])], since)).toMatchObject(never);
    expect(recoveryOf(AT_LEAST_99, [judged([99.5])], { sinceMs: after(1) })).toMatchObject(never);
  });

  it('did not hold where it was off for longer than it may settle', () => {
    expect(recoveryOf(AT_LEAST_99, [judged([98, 98, 98, 98, 99.5])], since)).toEqual({
      expectations: [{ sli: 'starts', expect: '>= 99', held: false, measured: true, offMs: 40_000, settleMs: 30_000 }],
      recoveredAtMs: after(4),
      firstOffMs: after(1),
    });
  });

  it('counts a gap as off', () => {
    const recovery = recoveryOf(AT_LEAST_99, [judged([98, undefined, undefined, 98, 99.5])], since);
    expect(recovery.expectations).toMatchObject([{ held: false, offMs: 40_000 }]);
  });

  it('has not recovered while one series is off', () => {
    const series = [judged([98, 99.5]), judged([99.5, 98], { series: 'eu-west-1' })];
    expect(recoveryOf(AT_LEAST_99, series, since).recoveredAtMs).toBeUndefined();
  });

  it('held where each time off was short enough', () => {
    const recovery = recoveryOf(AT_LEAST_99, [judged([98, 98, 98, 99.5, 98, 99.5])], since);
    expect(recovery.expectations).toMatchObject([{ held: true, offMs: 30_000 }]);
    expect(recovery.recoveredAtMs).toBe(after(5));
  });

  it('leaves out what came after the stretch', () => {
    const series = [judged([98, 98, 99.5, 98, 98])];
    expect(recoveryOf(AT_LEAST_99, series, { sinceMs: T0, untilMs: after(3) }).recoveredAtMs).toBe(after(2));
  });

  it('counts the period of the injection from the injection on', () => {
    const recovery = recoveryOf(AT_LEAST_99, [judged([98, 99.5])], { sinceMs: T0 + 4_000 });
    expect(recovery.expectations).toMatchObject([{ held: true, offMs: 6_000 }]);
  });

  it('is immediate where nothing was ever off', () => {
    expect(recoveryOf(AT_LEAST_99, [judged([99.5, 99.5])], since).recoveredAtMs).toBe(T0);
  });

  it('is not earlier, nor its time off shorter, when a value becomes a gap', () => {
    const values = fc.array(fc.integer({ min: 97, max: 100 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.nat(), (all, at) => {
        const full = recoveryOf(AT_LEAST_99, [judged(all)], since);
        const gapped = all.map((value, i) => (i === at % all.length ? undefined : value));
        const holed = recoveryOf(AT_LEAST_99, [judged(gapped)], since);
        expect(holed.recoveredAtMs ?? Infinity).toBeGreaterThanOrEqual(full.recoveredAtMs ?? Infinity);
        expect(holed.expectations[0]?.offMs).toBeGreaterThanOrEqual(full.expectations[0]?.offMs ?? Infinity);
      }),
    );
  });
});
