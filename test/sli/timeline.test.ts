import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/sli/timeline.js';
import type { ReadPoint } from '../../src/sli/points.js';
import { after, PERIOD, readPoint, reading } from './fixtures.js';

const KEY = { sli: 'starts', series: 'us-west-2' };
const SPEC = { ...KEY, periodMs: PERIOD, latestMs: 90_000, regular: true };

const kinds = (timeline: Timeline, nowMs: number): readonly string[] =>
  timeline.closedPoints(KEY, nowMs).map((point) => (point.kind === 'value' ? String(point.value) : point.kind));

describe('a timeline', () => {
  it('does not list a period that is still open', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(
      reading(
        [0, 3],
        [0, 1, 2].map((i) => readPoint(i, i)),
      ),
      after(3),
    );
    expect(kinds(timeline, after(2, PERIOD - 1))).toEqual(['0', '1']);
  });

  it('counts a missing datapoint only when it is overdue, and a present one at once', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(0, 1), readPoint(1, 1)]), after(2));
    timeline.merge(reading([0, 4], [readPoint(0, 1), readPoint(1, 1), readPoint(3, 1)]), after(4));
    expect(kinds(timeline, after(4, -1))).toEqual(['1', '1']);
    expect(kinds(timeline, after(4))).toEqual(['1', '1', 'absent', '1']);
  });

  it('waits longer where datapoints have come later than a period', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 5], [readPoint(0, 1), readPoint(1, 1)]), after(5));
    expect(timeline.graceMs(KEY)).toBe(3 * PERIOD);
    expect(kinds(timeline, after(5))).toEqual(['1', '1']);
    expect(kinds(timeline, after(6))).toEqual(['1', '1', 'absent']);
  });

  it('learns the delay of a datapoint that an earlier reading could have had', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 1], [readPoint(0, 1)]), after(1));
    timeline.merge(reading([0, 2], [readPoint(0, 1)]), after(2));
    timeline.merge(reading([0, 3], [readPoint(0, 1)]), after(3));
    timeline.merge(reading([0, 4], [readPoint(0, 1), readPoint(1, 1)]), after(4));
    expect(timeline.graceMs(KEY)).toBe(2 * PERIOD);
  });

  it('does not take a pause between polls for a delay', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(0, 1)]), after(2));
    timeline.merge(
      reading(
        [0, 20],
        Array.from({ length: 20 }, (_, i) => readPoint(i, 1)),
      ),
      after(20),
    );
    expect(timeline.graceMs(KEY)).toBe(PERIOD);
  });

  it('never waits longer than its limit', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 50], [readPoint(0, 1)]), after(50));
    expect(timeline.graceMs(KEY)).toBe(90_000);
  });

  it('takes a revised value, and keeps a value that a later reading lacks', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(0, 1), readPoint(1, 1)]), after(2));
    timeline.merge(reading([0, 2], [readPoint(1, 5)]), after(2));
    expect(kinds(timeline, after(2))).toEqual(['1', '5']);
  });

  it('says of a period that it could not be read, until it can', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(0, 1), readPoint(1, 1)]), after(2));
    timeline.merge(reading([1, 3], [], { unreadable: 'Forbidden' }), after(3));
    expect(kinds(timeline, after(4))).toEqual(['1', '1', 'unreadable']);
    timeline.merge(reading([1, 4], [readPoint(2, 9)]), after(4));
    expect(kinds(timeline, after(4))).toEqual(['1', '1', '9']);
  });

  it('does not take periods that no reading covered for periods without a datapoint', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(0, 1), readPoint(1, 1)]), after(2));
    expect(kinds(timeline, after(5))).toEqual(['1', '1', 'unreadable', 'unreadable']);
  });

  it('counts a series that is not in the reading as unreadable', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [], { series: 'eu-west-1' }), after(2));
    expect(kinds(timeline, after(3))).toEqual(['unreadable', 'unreadable']);
  });

  it('tells an expression without a value from no datapoint', () => {
    const timeline = new Timeline([SPEC]);
    timeline.merge(reading([0, 2], [readPoint(1, undefined)]), after(2));
    expect(kinds(timeline, after(3))).toEqual(['absent', 'undefined']);
  });

  it('comes to the same whatever the order in which points arrive', () => {
    const points = fc.uniqueArray(fc.tuple(fc.nat({ max: 19 }), fc.integer()), { selector: ([i]) => i, minLength: 1 });
    const shuffled = points.chain((all) => {
      const some = all.map(([i, value]) => readPoint(i, value));
      const mixed = fc.shuffledSubarray(some, { minLength: some.length });
      return fc.tuple(fc.constant(some), mixed, fc.integer({ min: 1, max: 5 }));
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, mixed, size]) => {
        const late = after(60);
        expect(mergeInPieces(mixed, size, late)).toEqual(mergeInPieces(inOrder, 20, late));
      }),
    );
  });
});

function mergeInPieces(points: readonly ReadPoint[], size: number, nowMs: number): readonly string[] {
  const timeline = new Timeline([SPEC]);
  for (let i = 0; i < points.length; i += size) timeline.merge(reading([0, 20], points.slice(i, i + size)), nowMs);
  return kinds(timeline, nowMs);
}
