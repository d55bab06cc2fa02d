import { describe, expect, it } from 'vitest';
import type { Instance, Inventory, RegionInventory } from '../../src/model/inventory.js';
import { targetsOf } from '../../src/plan/targets.js';
import { inventoryOf, openBench, readExperiment } from '../support/sim-drill.js';
import { SIMULATED } from '../support/simulated.js';

const TAG = { team: 'a' };
const ZONE = 'us-east-1a';

/** One thing of the zone that gets a tag which nothing else there has. */
type Tagged = 'group' | 'instance' | 'subnet';

/** What is selected by the tag, of what belongs to one group of the zone. */
async function selected(tagged: Tagged, tagsOn: string): Promise<Record<Tagged, readonly string[]>> {
  const bench = openBench();
  const whole = await inventoryOf(bench);
  const there = whole.regions.find(({ region }) => region === 'us-east-1');
  const instance = there?.instances.find(({ zone, group }) => zone === ZONE && group !== undefined);
  if (!there || !instance) throw new Error('no instance');
  const inventory: Inventory = { ...whole, regions: [withTag(there, tagged, instance)] };
  const select = `blastRadius.select={tags: {team: a}, tagsOn: ${tagsOn}}`;
  const targets = targetsOf(readExperiment('gorilla-us-east-1a', [select]), inventory, {
    ...SIMULATED,
    account: bench.world.account,
  });
  return {
    group: targets.regions.flatMap(({ groups }) => groups.map(({ name }) => name)),
    instance: targets.regions.flatMap(({ instances }) => instances.map(({ id }) => id)),
    subnet: targets.regions.flatMap(({ subnets }) => subnets.map(({ id }) => id)),
  };
}

function withTag(there: RegionInventory, tagged: Tagged, around: Instance): RegionInventory {
  const only = <T extends { readonly tags: object }>(kind: Tagged, is: (one: T) => boolean, all: readonly T[]): T[] =>
    all.map((one) => (kind === tagged && is(one) ? { ...one, tags: { ...one.tags, ...TAG } } : one));
  return {
    ...there,
    groups: only('group', ({ name }) => name === around.group, there.groups),
    instances: only('instance', ({ id }) => id === around.id, there.instances),
    subnets: only('subnet', ({ id }) => id === around.subnet, there.subnets),
  };
}

/** How many of each are selected. */
async function counted(tagged: Tagged, tagsOn: string): Promise<readonly number[]> {
  const found = await selected(tagged, tagsOn);
  return [found.group.length, found.instance.length, found.subnet.length];
}

describe('tags of a blast radius', () => {
  it.each([
    // groups, instances, subnets
    ['group', 'target', [0, 0, 0]],
    ['instance', 'group', [0, 0, 0]],
    ['subnet', 'group', [0, 0, 1]],
    ['instance', 'target', [1, 1, 0]],
    ['instance', 'any', [0, 1, 1]],
  ] as const)('that the %s carries, asked for on %s, select what they say', async (tagged, tagsOn, many) => {
    expect(await counted(tagged, tagsOn)).toEqual(many);
  });

  it('that a subnet carries select its groups, so that they replace nothing, and none of the instances', async () => {
    const [groups = 0, ...rest] = await counted('subnet', 'target');
    expect(groups).toBeGreaterThan(0);
    expect(rest).toEqual([0, 1]);
  });

  it('that a group carries select its instances and subnets, unless they have to carry them too', async () => {
    const [groups, instances = 0, subnets = 0] = await counted('group', 'group');
    expect(groups).toBe(1);
    expect(Math.min(instances, subnets)).toBeGreaterThan(0);
    expect(await counted('group', 'any')).toEqual([groups, instances, subnets]);
  });
});
