import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/host/random.js';
import { SimWorld } from '../../src/world/sim-world.js';
import { MemoryFiles } from '../support/memory-files.js';
import { Caller, MINUTE, SECOND, WEST } from './caller.js';
import { streaming } from './traffic/default-world.js';

const FOLDER = '.kong/world';
const SOURCE = { file: 'streaming.yaml', overrides: [], seed: 7 };
const SLOW = 30_000;

function openWorld(files: MemoryFiles, resume = false): SimWorld {
  return SimWorld.open({
    world: streaming(),
    seed: SOURCE.seed,
    randomOf: seededRandom,
    files,
    folder: FOLDER,
    resume,
  });
}

/** A subnet of the west goes dark, a group grows, the east loses its gateway; time passes with looks in between. */
function live(sim: SimWorld, untilMs: number): void {
  const caller = new Caller(sim);
  const group = { AutoScalingGroupName: 'edge' };
  const acts: Readonly<Record<number, () => unknown>> = {
    20_500: () => caller.groups(20_500, 'SuspendProcesses', { ...group, ScalingProcesses: ['Launch'] }),
    30_250: () => caller.groups(30_250, 'SetDesiredCapacity', { ...group, DesiredCapacity: 9 }, WEST),
    40_000: () => darken(caller, 40_000),
    300_000: () =>
      caller.ec2(300_000, 'CreateTags', { Resources: [vpcOf(caller, 300_000)], Tags: [{ Key: 'a', Value: 'b' }] }),
  };
  const looks = Array.from({ length: 200 }, (_, index) => 5_100 * (index + 1));
  const times = [...new Set([...looks, ...Object.keys(acts).map(Number)])].sort((a, b) => a - b);
  for (const atMs of times.filter((one) => one <= untilMs)) {
    acts[atMs]?.();
    caller.ec2(atMs, 'DescribeSubnets');
  }
}

function darken(caller: Caller, atMs: number): void {
  const { RouteTables } = caller.ec2(atMs, 'DescribeRouteTables') as { RouteTables: { RouteTableId: string }[] };
  const RouteTableId = RouteTables[0]?.RouteTableId;
  caller.ec2(atMs, 'DeleteRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' });
}

function vpcOf(caller: Caller, atMs: number): string {
  const { Vpcs } = caller.ec2(atMs, 'DescribeVpcs') as { Vpcs: { VpcId: string }[] };
  return Vpcs[0]?.VpcId ?? '';
}

interface Killed {
  readonly never: SimWorld;
  readonly again: SimWorld;
}

/** The same life twice: once whole, once in a process that is killed and gone on with by another. */
function killedAt(atMs: number): Killed {
  const [never, dying] = [openWorld(new MemoryFiles()), new MemoryFiles()];
  never.keep(SOURCE);
  live(never, atMs);
  const first = openWorld(dying);
  first.keep(SOURCE);
  live(first, atMs);
  return { never, again: openWorld(dying, true) };
}

describe('a world whose process was killed', () => {
  it.each([
    ['before anything was done', 5_100],
    ['right after a change', 40_000],
    ['half a minute into the dark', 71_400],
    ['between two of its memories', 209_100],
    ['ten minutes later', 601_800],
  ])('remembers all of its traffic when it was killed %s', (_, atMs) => {
    const { never, again } = killedAt(atMs);
    expect(again.nowMs).toBeGreaterThan(never.nowMs - 10 * SECOND - 1);
    expect(again.nowMs).toBeLessThanOrEqual(never.nowMs);
    for (const sim of [never, again]) new Caller(sim).ec2(atMs + SECOND, 'DescribeSubnets');
    expect(again.memory()).toEqual(never.memory());
    expect(again.look().infra.regions).toEqual(never.look().infra.regions);
    expect(again.look().infra.links).toEqual(never.look().infra.links);
  });

  it('goes on as if nothing had happened', { timeout: SLOW }, () => {
    const { never, again } = killedAt(198_900);
    for (const sim of [never, again]) {
      const caller = new Caller(sim);
      for (let atMs = 204_000; atMs < 420_000; atMs += 6_000) caller.ec2(atMs, 'DescribeSubnets');
    }
    expect(again.memory()).toEqual(never.memory());
    expect(new Caller(again).metrics(420_000)).toEqual(new Caller(never).metrics(420_000));
  });

  it('has the metrics of the twenty minutes before, though they are on no disk', { timeout: SLOW }, () => {
    const { never, again } = killedAt(300_000);
    const [seen, expected] = [new Caller(again).metrics(300_100), new Caller(never).metrics(300_100)];
    expect(seen).toEqual(expected);
    expect(JSON.stringify(seen)).toMatch(/"Values":\[\d/);
  });

  it('can be killed again', { timeout: SLOW }, () => {
    const files = new MemoryFiles();
    const first = openWorld(files);
    first.keep(SOURCE);
    live(first, 71_400);
    const second = new Caller(openWorld(files, true));
    for (let atMs = 76_500; atMs <= 209_100; atMs += 5_100) second.ec2(atMs, 'DescribeSubnets');
    const never = openWorld(new MemoryFiles());
    never.keep(SOURCE);
    live(never, 209_100);
    const third = openWorld(files, true);
    for (const sim of [never, third]) new Caller(sim).ec2(210_000, 'DescribeSubnets');
    expect(third.memory()).toEqual(never.memory());
  });

  it('goes on without its traffic where an older kong kept only its rows', () => {
    const files = new MemoryFiles();
    const first = openWorld(files);
    first.keep(SOURCE);
    const [path = '', text = ''] = [...files.contents].find(([name]) => name.startsWith(FOLDER)) ?? [];
    const { memory, ...rows } = JSON.parse(text) as { memory: unknown };
    expect(memory).toBeDefined();
    files.contents.set(path, `${JSON.stringify(rows)}\n`);
    const again = new Caller(openWorld(files, true));
    again.ec2(10_000, 'DescribeSubnets');
    expect(JSON.stringify(again.metrics(30_000))).toContain('StatusCode');
  });
});

describe('a world that is kept', () => {
  it('writes little while nothing changes', () => {
    const files = new MemoryFiles();
    const sim = openWorld(files);
    sim.keep(SOURCE);
    const before = sizeOf(files);
    const caller = new Caller(sim);
    for (let atMs = SECOND; atMs <= 10 * MINUTE; atMs += SECOND) caller.ec2(atMs, 'DescribeSubnets');
    expect(sizeOf(files) - before).toBeLessThan(256 * 1_024);
  });
});

function sizeOf(files: MemoryFiles): number {
  return [...files.contents.values()].reduce((sum, text) => sum + text.length, 0);
}
