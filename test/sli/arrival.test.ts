import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalOf, LEFT_SHARE, type TrafficSeries } from '../../src/sli/arrival.js';

const STEP = 10_000;
const STRETCH = { dark: 'east', sinceMs: 0, untilMs: 1e9 };

/** A region's traffic from the fault on, a value a period; undefined: not measured. */
function asked(region: string, baseline: number | undefined, values: readonly (number | undefined)[]): TrafficSeries {
  const points = values.map((value, i) => ({ startMs: i * STEP, endMs: (i + 1) * STEP, value }));
  return { region, baseline, points };
}

describe('what arrives elsewhere of the traffic of a dark region', () => {
  it.each([
    ['the region had no traffic before', asked('east', 0, []), asked('west', 100, [200])],
    ['nobody knows what the region had before', asked('east', undefined, []), asked('west', 100, [200])],
    ['nobody knows what a survivor had before', asked('east', 100, []), asked('west', undefined, [200])],
    ['a survivor was not measured', asked('east', 100, []), asked('west', 100, [undefined, undefined])],
    [
      'only periods before the fault are known',
      asked('east', 100, []),
      { ...asked('west', 100, []), points: [{ startMs: -5_000, endMs: 5_000, value: 200 }] },
    ],
  ])('is not known where %s', (_what, east, west) => {
    expect(arrivalOf([east, west], STRETCH)).toBeUndefined();
  });

  it('has left from the end of the last period in which much of it was missing', () => {
    const east = asked('east', 100, [0, 0, 0, 0, 0]);
    const west = asked('west', 50, [50, 150, 80, 145, 149]);
    const arrival = arrivalOf([east, west], STRETCH);
    expect(arrival?.leftAtMs).toBe(3 * STEP);
    expect(arrival?.share).toBeCloseTo((0 + 1 + 0.3 + 0.95 + 0.99) / 5);
  });

  it('has not left where it went away again at the end', () => {
    const west = asked('west', 50, [150, 150, 60]);
    expect(arrivalOf([asked('east', 100, []), west], STRETCH)?.leftAtMs).toBeUndefined();
  });

  it('counts all survivors together, and a period only where each was measured', () => {
    const west = asked('west', 50, [100, 100, undefined]);
    const north = asked('north', 10, [60, 60, 10]);
    expect(arrivalOf([asked('east', 100, []), west, north], STRETCH)).toEqual({ share: 1, leftAtMs: 0 });
  });

  it('is a share, and has left only where the last period says so', () => {
    const series = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (values, had, base) => {
        const arrival = arrivalOf([asked('east', had, []), asked('west', base, values)], STRETCH);
        const lastShare = ((values.at(-1) ?? 0) - base) / had;
        expect(arrival?.share).toBeGreaterThanOrEqual(0);
        expect(arrival?.share).toBeLessThanOrEqual(1);
        expect(arrival?.leftAtMs !== undefined).toBe(lastShare >= LEFT_SHARE);
      }),
    );
  });
});
