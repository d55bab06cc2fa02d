import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import type { MetricBatch } from '../../../src/world/ports.js';
import type { TrafficSnapshot } from '../../../src/world/traffic/snapshot.js';
import { Traffic } from '../../../src/world/traffic/traffic.js';
import type { World } from '../../../src/world/world.js';
import { streaming } from './default-world.js';
import { FakeInfra } from './fake-infra.js';
import { between, mean, percentOf, tableSeries } from './series.js';

const DEFAULT = streaming();
const QUIET = { load: { observe: () => undefined }, metrics: { publish: () => undefined } };

function withRps(peakRps: number): World {
  const populations = DEFAULT.traffic.populations.map((population) => ({ ...population, peakRps }));
  return { ...DEFAULT, traffic: { ...DEFAULT.traffic, populations } };
}

function withSize(desired: number): World {
  return { ...DEFAULT, groups: DEFAULT.groups.map((group) => ({ ...group, desired, scaling: undefined })) };
}

/** What a world is like after two minutes. */
function soon(world: World): { readonly failed: number; readonly p99Ms: number } {
  const { regions } = new FakeInfra(world).run(120).running.snapshot();
  const failed = regions.reduce((sum, { sentRps, servedRps }) => sum + (sentRps > 0 ? 1 - servedRps / sentRps : 0), 0);
  return { failed, p99Ms: Math.max(...regions.map(({ latency }) => latency?.p99Ms ?? 0)) };
}

function isConserved(snapshot: TrafficSnapshot): void {
  const sent = snapshot.regions.reduce((sum, region) => sum + region.sentRps, 0);
  expect(sent - snapshot.retriedRps + snapshot.unreachedRps).toBeCloseTo(snapshot.demandRps, 6);
  for (const { sentRps, servedRps, shedRps, failedRps } of snapshot.regions) {
    expect(servedRps + shedRps + failedRps).toBeCloseTo(sentRps, 6);
    expect(Math.min(servedRps, shedRps, failedRps)).toBeGreaterThanOrEqual(-1e-9);
  }
}

describe('traffic', () => {
  it('refuses a state that is none', () => {
    const { running } = new FakeInfra(DEFAULT);
    expect(() => running.restore([1])).toThrow("can't be read");
    expect(() => running.restore({ now: 'soon' })).toThrow('now is no number');
  });

  it('does nothing at a tick that is not later', () => {
    const infra = new FakeInfra(DEFAULT).run(20);
    const before = infra.running.state();
    infra.running.tick(infra.nowMs, infra.view());
    expect(infra.running.state()).toEqual(before);
  });

  it('lets nobody do anything without demand', () => {
    const infra = new FakeInfra(withRps(0)).run(60);
    isConserved(infra.running.snapshot());
    const values = infra.batches.flatMap(({ points }) => points.flatMap((point) => point.values));
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
    expect(
      percentOf(infra.batches, { region: 'us-west-2', dimensions: { Tier: 'edge' } }, ['Requests', 'Requests']),
    ).toEqual([]);
  });

  it('stays inside every expectation for a quarter of an hour in which nothing is done', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const infra = new FakeInfra(DEFAULT, seed).run(900);
        const { starts, rebuffering, errors, p99 } = tableSeries(infra.batches);
        const values = (points: typeof starts): readonly number[] => points.map(({ value }) => value);
        expect(Math.min(...values(starts))).toBeGreaterThanOrEqual(99);
        expect(Math.max(...values(rebuffering))).toBeLessThanOrEqual(1.5);
        expect(Math.max(...values(errors))).toBeLessThanOrEqual(0.1);
        expect(Math.max(...values(p99))).toBeLessThanOrEqual(mean(values(p99)) + 50);
      }),
      { numRuns: 5 },
    );
  });

  it('leaves the same bytes for the same seed, and others for another', () => {
    const bytes = (seed: number): string => {
      const infra = new FakeInfra(DEFAULT, seed).run(60);
      infra.darken(infra.zonesOf('us-east-1')).run(60);
      return JSON.stringify(infra.batches);
    };
    expect(bytes(3)).toBe(bytes(3));
    expect(bytes(3)).not.toBe(bytes(4));
  });

  it('goes on from its saved state as if it had never stopped', () => {
    const infra = new FakeInfra(DEFAULT, 9).run(95);
    infra.darken(infra.zonesOf('us-east-1')).run(33);
    const published: MetricBatch[] = [];
    const metrics = { publish: (batch: MetricBatch) => void published.push(batch) };
    const again = new Traffic(DEFAULT, { ...QUIET, metrics, random: seededRandom(9), startMs: 0 });
    again.restore(structuredClone(infra.running.state()));
    const before = infra.batches.length;
    for (let second = 0; second < 60; second++) {
      infra.run(1);
      again.tick(infra.nowMs, infra.view());
    }
    expect(published).toHaveLength(18);
    expect(JSON.stringify(published)).toBe(JSON.stringify(infra.batches.slice(before)));
  });

  it('tells autoscaling how busy the groups are that serve, and only those', () => {
    const seen = new Set<string>();
    const load = { observe: ({ region }: { readonly region: string }) => void seen.add(region) };
    const infra = new FakeInfra(DEFAULT);
    infra.darken(infra.zonesOf('us-east-1'));
    const traffic = new Traffic(DEFAULT, { ...QUIET, load, random: seededRandom(1), startMs: infra.nowMs });
    for (let second = 1; second <= 10; second++) traffic.tick(infra.nowMs + 1_000 * second, infra.view());
    expect([...seen].sort()).toEqual(['eu-west-1', 'us-west-2']);
  });

  it('publishes whole numbers of events that add up to what was counted', () => {
    const infra = new FakeInfra(withRps(33)).run(900);
    const counts = infra.batches.flatMap(({ points }) => points.filter(({ unit }) => unit === 'Count'));
    expect(counts.every(({ values: [value = 0] }) => Number.isInteger(value) && value >= 0)).toBe(true);
    const west = { region: 'us-west-2', dimensions: { Tier: 'edge' } };
    const ok = between(
      percentOf(infra.batches, west, ['StreamStartSuccess', 'StreamStarts']),
      0,
      Number.POSITIVE_INFINITY,
    );
    expect(Math.max(...ok)).toBeLessThanOrEqual(100);
  });

  it('loses no request, whatever happens', () => {
    const act = fc.record({
      zones: fc.subarray(DEFAULT.regions.flatMap(({ zones }) => zones)),
      restored: fc.boolean(),
      weight: fc.integer({ min: 0, max: 255 }),
      seconds: fc.integer({ min: 1, max: 40 }),
    });
    const flaws = fc.constantFrom('cold-caches', 'cascade-retries', 'no-headroom', 'missing-fallbacks');
    fc.assert(
      fc.property(flaws, fc.array(act, { maxLength: 6 }), (flaw, acts) => {
        const infra = new FakeInfra(streaming(`traffic.flaws.${flaw}=true`));
        for (const { zones, restored, weight, seconds } of acts) {
          if (restored) infra.restore(zones);
          else infra.darken(zones);
          infra.weigh('us-east-1', weight);
          for (let second = 0; second < seconds; second++) isConserved(infra.run(1).running.snapshot());
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is never better off with more load', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 30_000 }), fc.double({ min: 1, max: 2, noNaN: true }), (rps, factor) => {
        const [less, more] = [soon(withRps(rps)), soon(withRps(rps * factor))];
        expect(more.failed).toBeGreaterThanOrEqual(less.failed - 1e-9);
        // how long requests wait that are served says little where many are shed
        if (more.failed < 0.01) expect(more.p99Ms).toBeGreaterThanOrEqual(less.p99Ms - 1e-6);
      }),
      { numRuns: 25 },
    );
  });

  it('is never worse off with more capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), (size, extra) => {
        const [less, more] = [soon(withSize(size)), soon(withSize(size + extra))];
        expect(more.failed).toBeLessThanOrEqual(less.failed + 1e-9);
        if (less.failed < 0.01) expect(more.p99Ms).toBeLessThanOrEqual(less.p99Ms + 1e-6);
      }),
      { numRuns: 25 },
    );
  });
});
