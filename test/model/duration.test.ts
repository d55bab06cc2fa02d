import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/model/duration.js';

describe('durations', () => {
  it.each(['', '10', 's', '5 minutes', '-3s', '1s1m', '1m 30s', '1e3s', 'Infinitys'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['1d', 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('reads back what it wrote, to the unit that it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 48 * 3_600_000 }), (ms) => {
        const again = parseDuration(formatDuration(ms)) ?? Number.NaN;
        expect(Math.abs(again - ms)).toBeLessThanOrEqual(
          ms < 1_000 ? 0 : ms < 10_000 ? 50 : ms < 3_600_000 ? 500 : 60_000,
        );
      }),
    );
  });
});
