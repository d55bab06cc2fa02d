import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKong, type KongExit } from '../emulators/kong.js';

const WORLDS = path.resolve(import.meta.dirname, '../../worlds');
const SHOP = readFileSync(path.join(WORLDS, 'shop.yaml'), 'utf8');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'kong-world-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const kong = (...args: readonly string[]): Promise<KongExit> => runKong(args, { cwd });

/** The shop with a text replaced, as `w.yaml`, and the line of the first difference. */
function broken(from: string, to: string): number {
  const line = SHOP.split('\n').findIndex((one) => one.includes(from)) + 1;
  if (line === 0) throw new Error(`the shop has no ${from}`);
  writeFileSync(path.join(cwd, 'w.yaml'), SHOP.replace(from, to));
  return line;
}

describe('kong with a world file that makes no sense', () => {
  it.each([
    ['peakRps: 600', 'peakRps: -1', 'peakRps has to be 0 or more'],
    [
      'db: { group: db, time: 10ms',
      'db: { calls: { web: { timeout: 1s } }, group: db, time: 10ms',
      'calls in a circle: web → api → db → web',
    ],
    ['db: { perRequest', 'bd: { perRequest', 'no service bd is defined'],
    ['max: 6', 'max: 1000000000', 'max has to be at most 1000000'],
    ['max: 6', 'max: 100000', 'at most 20000 can be simulated'],
  ])('takes %s written as %s for bad input, and says where it is', async (from, to, message) => {
    const line = broken(from, to);
    const exit = await kong('drill', 'us-east-2a', '--world', 'w.yaml');
    expect(exit).toMatchObject({ code: 2, stdout: '' });
    expect(exit.stderr).toContain(message);
    expect(exit.stderr).toMatch(new RegExp(`w\\.yaml:${line}:\\d+`));
    expect(exit.stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(path.join(cwd, '.kong'))).toBe(false);
  });

  it('says the same to whoever only wants to look at it', async () => {
    const line = broken('peakRps: 600', 'peakRps: -1');
    const exit = await kong('world', 'show', '--world', 'w.yaml');
    expect(exit.code).toBe(2);
    expect(exit.stderr).toMatch(new RegExp(`w\\.yaml:${line}:\\d+`));
  });

  it('names what can be done with a world where something else was asked for', async () => {
    const exit = await kong('world', 'shwo');
    expect(exit.code).toBe(2);
    expect(exit.stderr).toContain('kong world has no shwo');
    expect(exit.stderr).toContain('kong world show');
  });
});

describe('kong world show', () => {
  it.each(['streaming', 'shop', 'warm-standby', 'fleet'])('draws %s in 80 columns, and keeps nothing', async (name) => {
    const exit = await kong('world', 'show', '--world', path.join(WORLDS, `${name}.yaml`));
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(exit.stdout).toContain(`WORLD  ${name}: `);
    expect(Math.max(...exit.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(existsSync(path.join(cwd, '.kong'))).toBe(false);
  });

  it('tells a program the same, with how busy each region is once its traffic has flowed', async () => {
    const exit = await kong('world', 'show', '--format', 'json');
    expect(exit.code).toBe(0);
    const view: unknown = JSON.parse(exit.stdout);
    expect(view).toMatchObject({ schema: 'kong/world/v1', name: 'streaming', unreachedPerSecond: 0, entry: 'edge' });
    expect(view).toHaveProperty('regions.length', 3);
    expect(view).toHaveProperty('regions.0.groups.0.zones', [
      { zone: 'us-east-1a', serving: 2, total: 2 },
      { zone: 'us-east-1b', serving: 2, total: 2 },
      { zone: 'us-east-1c', serving: 2, total: 2 },
    ]);
    expect(view).toHaveProperty('regions.0.cacheHitRatio', expect.closeTo(0.95, 2));
    expect(view).toHaveProperty('regions.0.groups.0.utilisation', expect.closeTo(0.36, 1));
    expect(view).toHaveProperty('regions.0.latencyMs.p99', expect.toSatisfy((ms: number) => ms > 100 && ms < 200));
  });

  it('shows what an override makes of it', async () => {
    const exit = await kong('world', 'show', '--set', 'world.traffic.populations.americas.peakRps=20000');
    expect(exit.code).toBe(0);
    expect(exit.stdout).toContain('americas: 20,000 req/s at the busiest hour');
    expect(exit.stdout).toMatch(/us-east-1 .*[1-9]\d? % fail/);
  });
});

describe('the worlds that come with kong', () => {
  const drillArgs = (target: string, world: string, set: readonly string[]): readonly string[] => [
    'drill',
    target,
    ...['--world', path.join(WORLDS, `${world}.yaml`), '--format', 'json', '--speed', 'max', '-q'],
    ...set.flatMap((one) => ['--set', one]),
  ];
  const drill = (target: string, world: string, ...set: readonly string[]): Promise<KongExit> =>
    kong(...drillArgs(target, world, set));

  it.each([
    ['the shop the zone with most of it, unless someone allows that', 'us-east-2b', 'shop', []],
    ['a warm standby its active region, unless someone allows that', 'us-east-1', 'warm-standby', []],
  ])('refuse %s', async (_, target, world, set) => {
    const exit = await drill(target, world, ...set);
    expect(exit).toMatchObject({ code: 3, stderr: '' });
    expect(JSON.parse(exit.stdout)).toMatchObject({ outcome: 'refused' });
  });

  it.each([
    ['us-east-2b', 'shop', ['blastRadius.limits.share=70%'], ['--override', 'survivors.room', '--reason', 'to see it']],
    ['us-east-1', 'warm-standby', ['blastRadius.limits.share=80%'], []],
  ])('abort a drill of %s in %s, which it can not carry, and put everything back', async (target, world, set, more) => {
    const exit = await kong(...drillArgs(target, world, set), ...more);
    expect(exit).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(exit.stdout)).toMatchObject({ outcome: 'aborted', rollback: { remaining: [] } });
  });

  it.each([
    ['us-east-2a', 'shop', []],
    ['us-east-1', 'fleet', ['blastRadius.limits.instances=5000']],
    [
      'chaos-kong-us-east-1-prewarmed',
      'warm-standby',
      ['blastRadius.limits.share=80%', 'method.0.prewarm.capacity=400%'],
    ],
  ])('hold a drill of %s in %s', async (target, world, set) => {
    const exit = await drill(target, world, ...set);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(exit.stdout)).toMatchObject({ outcome: 'held', rollback: { remaining: [] } });
  });
});
