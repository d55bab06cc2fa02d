import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KongError } from '../../src/model/errors.js';
import { parseWorld } from '../../src/world/world-file.js';
import type { World } from '../../src/world/world.js';

const TEXT = readFileSync(new URL('../../worlds/streaming.yaml', import.meta.url), 'utf8');
const LINES = TEXT.split('\n');

/** What is said of a world; fails where nothing is. */
function problemsOf(text: string, overrides: readonly string[] = []): string {
  try {
    parseWorld(text, 'w.yaml', overrides);
  } catch (error) {
    if (error instanceof KongError && error.code === 'BAD_WORLD') return error.detail.join('\n');
    throw error;
  }
  return 'nothing is wrong';
}

/** The default world with a text replaced, and the line of the first difference. */
function changed(from: string, to: string): { readonly text: string; readonly line: number } {
  const line = LINES.findIndex((one) => one.includes(from));
  if (line < 0) throw new Error(`the default world has no ${from}`);
  return { text: TEXT.replace(from, to), line: line + 1 };
}

describe('a world file', () => {
  it.each([
    ['peakRps: 7600', 'peakRps: -1', 'peakRps has to be 0 or more'],
    ['warmHits: 95%', 'warmHits: 120%', 'warmHits has to be at most 100%'],
    ['warmHits: 95%', 'warmHits: 0.95', 'a share needs its sign: 25%'],
    ['timeout: 2s', 'timeout: -2s', '"-2s" is no duration'],
    ['account: "123456789012"', 'account: "12"', 'is no account'],
    ['startsAt: 2026-03-06T02:00:00Z', 'startsAt: tomorrow', 'is no time'],
    ['zones: [us-east-1a, us-east-1b', 'zones: [us-west-2a, us-east-1b', 'us-west-2a is not in us-east-1'],
    ['cidr: 10.2.0.0/16', 'cidr: 10.1.0.0/16', '10.1.0.0/16 is the block of us-east-1 already'],
    ['fallback: [us-west-2, us-east-1', 'fallback: [us-west-3, us-east-1', 'no region us-west-3 is defined'],
    ['share: 70%', 'share: 60%', 'the shares add up to 90.0%'],
    ['      group: edge', '      group: egde', 'no pool egde is defined'],
    ['        playback: { timeout: 1s }', '        playbakc: { timeout: 1s }', 'no service playbakc is defined'],
    ['service: playback', 'service: nothing', 'no service nothing is defined'],
    ['min: 6', 'min: 7', 'min 7 is above desired 6'],
    ['max: 18', 'max: 20000', 'the groups could grow to 60000 instances, at most 20000 can be simulated'],
    ['max: 18', 'max: 1000000000', 'max has to be at most 1000000'],
    ['cidr: 10.2.0.0/16', 'cidr: 10.300.0.0/16', 'is no block for a region'],
    ['workers: 55%', 'workers: 0%', 'has to be above 0%'],
    ['crowding: 1%', 'crowdign: 1%', 'unknown key crowdign'],
  ])('refuses %s as %s, with its place', (from, to, message) => {
    const { text, line } = changed(from, to);
    const problems = problemsOf(text);
    expect(problems).toContain(message);
    expect(problems).toMatch(new RegExp(`w\\.yaml:(${line}|${line - 1}|${line - 2}):\\d+: `));
  });

  it.each([
    ['[us-east-1, us-west-9]', 'no region us-west-9 is defined'],
    ['[us-east-1, us-east-1]', 'us-east-1 needs no link to itself'],
    ['[us-east-1]', 'needs two regions'],
    ['[us-east-1, us-west-2] }, { between: [us-west-2, us-east-1]', 'us-east-1 and us-west-2 are linked twice'],
  ])('refuses a link between %s, with its place', (between, message) => {
    const { text, line } = changed('groups:', `links: [{ between: ${between} }]\ngroups:`);
    expect(problemsOf(text)).toContain(message);
    expect(problemsOf(text)).toMatch(new RegExp(`w\\.yaml:${line}:\\d+: `));
  });

  it.each([
    ['kind: aurora, tags', 'kind: aurora, regions: [us-east-9], tags', 'no region us-east-9 is defined'],
    ['kind: aurora, tags', 'kind: oracle, tags', 'oracle is not one of'],
    ['kind: cache, tags: { app: sessions', 'kind: cache, tag: { app: sessions', 'unknown key tag'],
  ])('refuses a database with %s as %s, with its place', (from, to, message) => {
    const { text, line } = changed(from, to);
    expect(problemsOf(text)).toContain(message);
    expect(problemsOf(text)).toMatch(new RegExp(`w\\.yaml:${line}:\\d+: `));
  });

  it('refuses a standby where there is but one zone', () => {
    const zones = 'zones: [us-east-1a, us-east-1b, us-east-1c]';
    const { text } = changed(zones, 'zones: [us-east-1a]');
    expect(problemsOf(text)).toContain('us-east-1 has one zone alone');
  });

  it('refuses services that call each other in a circle, and shows it', () => {
    const { text, line } = changed('errors: 0.01% }', 'errors: 0.01%, calls: { edge: { timeout: 1s } } }');
    const problems = problemsOf(text);
    expect(problems).toContain('calls in a circle: edge → playback → recommendations → edge');
    expect(problems).toContain(`w.yaml:${line}:`);
  });

  it('refuses what is no mapping, and an override of what is not there', () => {
    expect(problemsOf('- 1')).toContain('w.yaml:1:1');
    expect(problemsOf(TEXT, ['traffic.flaw.no-headroom=true'])).toContain('there is no traffic.flaw');
  });

  it('never fails in another way, whatever the file holds', () => {
    const line = fc.integer({ min: 0, max: LINES.length - 1 });
    const junk = fc.constantFrom(
      '',
      'x: 1',
      '- a',
      'traffic: []',
      '  edge: {}',
      'regions: {}',
      '    desired: 1e9',
      '  services: {}',
    );
    fc.assert(
      fc.property(line, junk, (at, text) => {
        expect(typeof problemsOf(LINES.toSpliced(at, 1, text).join('\n'))).toBe('string');
      }),
    );
  });

  it('is the default world: three regions of three zones, nine groups of six, two names to move', () => {
    const world = parseWorld(TEXT, 'w.yaml');
    expect(world.regions.map(({ name, zones }) => [name, zones.length])).toEqual([
      ['us-east-1', 3],
      ['us-west-2', 3],
      ['eu-west-1', 3],
    ]);
    expect(world.groups.map(({ name, desired, regions }) => [name, desired, regions.length])).toEqual([
      ['edge', 6, 3],
      ['playback', 6, 3],
      ['platform', 6, 3],
    ]);
    const east = world.domains.filter(({ answers }) => answers.some(({ region }) => region === 'us-east-1'));
    expect(east.map(({ name, ttlSeconds }) => [name, ttlSeconds])).toEqual([
      ['api.streaming.example', 60],
      ['play.streaming.example', 60],
    ]);
    expect(world.groups[0]?.tags).toEqual({ app: 'edge', 'kong:opt-in': 'true' });
    expect(world).toMatchObject({
      account: '123456789012',
      startsAtMs: Date.parse('2026-03-06T02:00:00Z'),
      historyMs: 900_000,
    });
    expect(world.metrics).toEqual({ namespace: 'Streaming', periodMs: 10_000, delayMs: 2_000 });
  });

  it('lists callers before those that they call', () => {
    const names = parseWorld(TEXT, 'w.yaml').traffic.services.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['edge', 'playback']);
    expect([...names].sort()).toEqual(['ab-test', 'billing', 'edge', 'playback', 'recommendations']);
  });

  it('links every two regions with the lag of replication, unless its file says which, and with what lag', () => {
    const all = parseWorld(TEXT, 'w.yaml').links;
    expect(all.map(({ regions, lagMs }) => [...regions, lagMs])).toEqual([
      ['us-east-1', 'us-west-2', 1_500],
      ['us-east-1', 'eu-west-1', 1_500],
      ['us-west-2', 'eu-west-1', 1_500],
    ]);
    const named = '{ between: [eu-west-1, us-east-1], lag: 4s }, { between: [us-east-1, us-west-2] }';
    expect(parseWorld(TEXT, 'w.yaml', [`links=[${named}]`]).links).toEqual([
      { regions: ['eu-west-1', 'us-east-1'], lagMs: 4_000 },
      { regions: ['us-east-1', 'us-west-2'], lagMs: 1_500 },
    ]);
    expect(parseWorld(TEXT, 'w.yaml', ['links=[]']).links).toEqual([]);
  });

  it('takes single fields from overrides', () => {
    const world = parseWorld(TEXT, 'w.yaml', ['groups.edge.desired=9', 'traffic.devices.timeout=5s']);
    expect(world.groups[0]?.desired).toBe(9);
    expect(world.traffic.devices.timeoutMs).toBe(5_000);
  });

  it('says what hurts about its AWS', () => {
    const { behaviour } = parseWorld(TEXT, 'w.yaml', [
      'aws.readLag=2s',
      'aws.throttling=false',
      'aws.withoutCapacity=[us-east-1a]',
      'aws.lateMetrics.share=10%',
      'aws.lateMetrics.by=30s',
    ]);
    expect(behaviour).toMatchObject({ readLagMs: 2_000, throttle: {}, withoutCapacity: ['us-east-1a'] });
    expect(behaviour?.lateMetrics).toEqual({ ratio: 0.1, ms: 30_000 });
    expect(problemsOf(TEXT, ['aws.withoutCapacity=[us-east-1z]'])).toContain('no zone us-east-1z is defined');
    expect(problemsOf(TEXT, ['aws.readLag=1h'])).toContain('has to be at most 5m');
  });

  it('says itself how bad its flaws are', () => {
    const flawed = (...more: readonly string[]): World =>
      parseWorld(TEXT, 'w.yaml', ['traffic.flaws.no-headroom=true', 'traffic.flaws.cascade-retries=true', ...more]);
    const usual = parseWorld(TEXT, 'w.yaml').traffic;
    const [edge] = usual.pools;
    const worse = flawed(
      'traffic.flawStrength.workers=50%',
      'traffic.flawStrength.retries=9',
      'traffic.flawStrength.crossRegionRetries=4',
    ).traffic;
    expect(flawed().traffic.pools[0]?.workers).toBe(Math.round(0.55 * (edge?.workers ?? 0)));
    expect(worse.pools[0]?.workers).toBe(0.5 * (edge?.workers ?? 0));
    expect(worse.services[0]?.calls[0]?.retries).toBe(9);
    expect([flawed().traffic, worse].map(({ devices }) => devices.crossRegionRetries)).toEqual([2, 4]);
  });

  it('has the effect of its flaws in its parameters', () => {
    const plain = parseWorld(TEXT, 'w.yaml').traffic;
    const tight = parseWorld(TEXT, 'w.yaml', ['traffic.flaws.no-headroom=true']);
    const bare = parseWorld(TEXT, 'w.yaml', ['traffic.flaws.missing-fallbacks=true']).traffic;
    expect(tight.groups.every(({ desired, max }) => max === desired)).toBe(true);
    expect(tight.traffic.pools[0]?.workers).toBeLessThan(plain.pools[0]?.workers ?? 0);
    expect(plain.services.flatMap(({ calls }) => calls).some(({ fallback }) => fallback)).toBe(true);
    expect(bare.services.flatMap(({ calls }) => calls).some(({ fallback }) => fallback)).toBe(false);
  });
});
