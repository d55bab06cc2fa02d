import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/world/world.js';
import { streaming } from './default-world.js';
import { FakeInfra } from './fake-infra.js';
import { between, mean, percentOf, series, tableSeries, type Point } from './series.js';

const WEST = 'us-west-2';
const EDGE = { region: WEST, dimensions: { Tier: 'edge' } };

interface Zones {
  readonly infra: FakeInfra;
  readonly darkMs: number;
}

/** A world in which some zones go dark after its history. */
function darkened(world: World, zones: (infra: FakeInfra) => readonly string[], seconds = 180): Zones {
  const infra = new FakeInfra(world);
  infra.run(900);
  const darkMs = infra.nowMs;
  infra.darken(zones(infra)).run(seconds);
  return { infra, darkMs };
}

const oneZone = (infra: FakeInfra): readonly string[] => infra.zonesOf(WEST).slice(0, 1);
const east = (infra: FakeInfra): readonly string[] => infra.zonesOf('us-east-1');
const worst = (points: readonly Point[], { infra, darkMs }: Zones): number =>
  Math.min(...between(points, darkMs, infra.nowMs));
const starts = ({ infra }: Zones): readonly Point[] => tableSeries(infra.batches).starts;

describe('a zone that goes dark', () => {
  it('takes a third of the capacity, is hardly felt, and is over within a minute', () => {
    const zones = darkened(streaming(), oneZone);
    const cpu = series(zones.infra.batches, {
      region: WEST,
      name: 'CPUUtilization',
      dimensions: { AutoScalingGroupName: 'edge' },
    });
    const before = mean(between(cpu, zones.darkMs - 60_000, zones.darkMs));
    expect(mean(between(cpu, zones.darkMs + 30_000, zones.darkMs + 60_000)) / before).toBeCloseTo(1.5, 1);
    expect(worst(starts(zones), zones)).toBeGreaterThan(99.3);
    const p99 = series(zones.infra.batches, { region: WEST, name: 'LatencyP99' });
    const base = mean(between(p99, zones.darkMs - 300_000, zones.darkMs));
    expect(Math.max(...between(p99, zones.darkMs, zones.darkMs + 20_000))).toBeGreaterThan(base + 50);
    expect(Math.max(...between(p99, zones.darkMs + 50_000, zones.infra.nowMs))).toBeLessThan(base + 50);
  });

  it('is felt where there is no headroom', () => {
    const zones = darkened(streaming('traffic.flaws.no-headroom=true'), oneZone);
    const errors = percentOf(zones.infra.batches, EDGE, ['RequestsFailed', 'Requests']);
    expect(Math.max(...between(errors, zones.darkMs + 30_000, zones.infra.nowMs))).toBeGreaterThan(1);
  });
});

describe('a region that goes dark', () => {
  it('says nothing of its own, while its members are counted elsewhere', () => {
    const { infra, darkMs } = darkened(streaming(), east);
    const own = { region: 'us-east-1', dimensions: { Tier: 'edge' } };
    const everyone = { region: 'us-east-1', dimensions: { Scope: 'global' } };
    expect(between(series(infra.batches, { ...own, name: 'Requests' }), darkMs, infra.nowMs)).toEqual([]);
    expect(between(series(infra.batches, { ...everyone, name: 'Requests' }), darkMs, infra.nowMs)).toHaveLength(18);
  });

  it('leaves no data anywhere when all regions do', () => {
    const all = (infra: FakeInfra): readonly string[] =>
      ['us-east-1', WEST, 'eu-west-1'].flatMap((one) => infra.zonesOf(one));
    const { infra, darkMs } = darkened(streaming(), all);
    expect(infra.batches.filter(({ atMs }) => atMs >= darkMs)).toEqual([]);
  });

  it('hurts less with warm caches', () => {
    const p99 = (world: World): number => {
      const { infra, darkMs } = darkened(world, east);
      return Math.max(...between(tableSeries(infra.batches).p99, darkMs, infra.nowMs));
    };
    expect(p99(streaming('traffic.flaws.cold-caches=false'))).toBeLessThan(p99(streaming()) - 50);
  });

  it.each(['no-headroom', 'missing-fallbacks', 'cascade-retries', 'broken-replication'])(
    'finds %s, which nobody saw before',
    (flaw) => {
      const zones = darkened(streaming(`traffic.flaws.${flaw}=true`), east);
      const before = between(starts(zones), zones.darkMs - 600_000, zones.darkMs);
      expect(Math.min(...before)).toBeGreaterThan(99.2);
      expect(worst(starts(zones), zones)).toBeLessThan(97);
    },
  );

  it('saturates the survivor with half as much demand again', () => {
    const more = darkened(streaming('traffic.populations.americas.peakRps=11400'), east);
    expect(worst(starts(more), more)).toBeLessThan(90);
  });

  it('saturates the survivor sooner, and worse, with twice the demand', () => {
    const failing = (rps: number): { readonly afterMs: number; readonly percent: number } => {
      const zones = darkened(streaming(`traffic.populations.americas.peakRps=${rps}`), east, 60);
      const errors = percentOf(zones.infra.batches, EDGE, ['RequestsFailed', 'Requests']);
      const later = errors.filter(({ atMs }) => atMs >= zones.darkMs);
      const afterMs = (later.find(({ value }) => value > 2)?.atMs ?? Number.POSITIVE_INFINITY) - zones.darkMs;
      return { afterMs, percent: Math.max(...later.map(({ value }) => value)) };
    };
    const [usual, more, twice] = [7_600, 9_500, 15_200].map(failing);
    expect(usual?.afterMs).toBe(Number.POSITIVE_INFINITY);
    expect(twice?.afterMs).toBeLessThanOrEqual(more?.afterMs ?? 0);
    expect(twice?.percent).toBeGreaterThan((more?.percent ?? 0) + 10);
  });

  it('leaves a quiet evening to run up a lag of a second each second', () => {
    const { infra, darkMs } = darkened(streaming(), east);
    const lag = series(infra.batches, {
      region: WEST,
      name: 'ReplicationLagSeconds',
      dimensions: { SourceRegion: 'us-east-1' },
    });
    const [first = 0, second = 0] = between(lag, darkMs + 60_000, darkMs + 80_000);
    expect(second - first).toBeCloseTo(10, 6);
  });
});
