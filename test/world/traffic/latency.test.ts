import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  percentilesOf,
  sampleLatency,
  slowerThan,
  thinned,
  type Hop,
  type LatencyInput,
  type LatencySample,
} from '../../../src/world/traffic/latency.js';

const HOP: Hop = { passing: 1, serviceMs: 20, variation: 0.5, timeoutMs: 1_000, waitRatio: 0, waitMs: 0, deadRatio: 0 };
const INPUT: LatencyInput = { hops: [HOP], connectMs: 100, missRatio: 0, originMs: 60, originTimeoutMs: 500 };

function meanOf({ values, counts }: LatencySample): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return values.reduce((sum, value, i) => sum + value * (counts[i] ?? 0), 0) / total;
}

const p99 = (sample: LatencySample): number => percentilesOf(sample, [0.99])[0] ?? Number.NaN;

/** The mean over many periods. */
function over(input: LatencyInput, of: (sample: LatencySample) => number): number {
  const seeds = Array.from({ length: 100 }, (_, seed) => seed);
  return seeds.reduce((sum, seed) => sum + of(sampleLatency(input, seed)), 0) / seeds.length;
}

describe('sampled latencies', () => {
  it('are drawn in the same way from the same seed', () => {
    expect(sampleLatency(INPUT, 5)).toEqual(sampleLatency(INPUT, 5));
    expect(sampleLatency(INPUT, 5)).not.toEqual(sampleLatency(INPUT, 6));
  });

  it('have the mean of the work, the waits and the reads that they consist of', () => {
    const input = { ...INPUT, hops: [{ ...HOP, waitRatio: 0.3, waitMs: 50 }], missRatio: 0.1 };
    expect(over(input, meanOf)).toBeCloseTo(20 + 0.3 * 50 + 0.1 * 60, 0);
  });

  it('have the tail that reads of the store give them', () => {
    const input = { ...INPUT, hops: [], missRatio: 0.1, originTimeoutMs: 10_000 };
    // one in a hundred of all is one in ten of those that read
    expect(Math.abs(over(input, p99) / (60 * Math.log(10)) - 1)).toBeLessThan(0.05);
    expect(over(input, (sample) => slowerThan(sample, 60))).toBeCloseTo(0.1 / Math.E, 2);
  });

  it('keep their mean with fewer values', () => {
    const sample = sampleLatency({ ...INPUT, missRatio: 0.1 }, 1);
    const thin = thinned(sample, 100);
    expect(thin.values.length).toBeLessThanOrEqual(100);
    expect(meanOf(thin)).toBeCloseTo(meanOf(sample), 6);
  });

  it('are never shorter where more is slow', () => {
    const ratio = fc.double({ min: 0, max: 0.5, noNaN: true });
    const ms = fc.double({ min: 1, max: 200, noNaN: true });
    fc.assert(
      fc.property(ratio, ratio, ms, fc.nat(), (missRatio, waitRatio, waitMs, seed) => {
        const input = { ...INPUT, missRatio, hops: [{ ...HOP, waitRatio, waitMs }] };
        const worse = {
          ...INPUT,
          missRatio: missRatio * 1.1,
          hops: [{ ...HOP, waitRatio: waitRatio * 1.1, waitMs: waitMs * 1.1 }],
        };
        const nearly = 1e-9;
        expect(p99(sampleLatency(worse, seed))).toBeGreaterThanOrEqual(p99(sampleLatency(input, seed)) - nearly);
      }),
    );
  });
});
