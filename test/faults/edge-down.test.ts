import { describe, expect, it } from 'vitest';
import { edgeDown } from '../../src/faults/edge-down.js';
import type { FaultChanges, FaultRequest } from '../../src/faults/fault.js';
import { seededRandom } from '../../src/host/random.js';
import type { Inventory, RegionInventory } from '../../src/model/inventory.js';
import { inventoryOf, openBench } from '../support/sim-drill.js';

const REGION = 'us-east-1';

/** What would be changed in the streaming world, or in what is made of it. */
async function edge(by: string, change: (region: RegionInventory) => Partial<RegionInventory> = () => ({})) {
  const read = await inventoryOf(openBench());
  const inventory: Inventory = {
    ...read,
    regions: read.regions.map((one) => (one.region === REGION ? { ...one, ...change(one) } : one)),
  };
  const { instances = [], groups = [], balancers = [] } = inventory.regions.find((one) => one.region === REGION) ?? {};
  const request: FaultRequest = {
    scope: { kind: 'region', region: REGION },
    targets: { regions: [{ region: REGION, subnets: [], groups, instances, balancers }], leftAlone: [] },
    inventory,
    select: { tags: {}, groups: [], domains: [] },
    params: { by },
    step: 0,
    lastsSeconds: 60,
    random: seededRandom(1),
  };
  return edgeDown.changes(request);
}

const reasons = ({ leftAlone }: FaultChanges): readonly string[] => leftAlone.map(({ why }) => why);
const attributes = ({ changes }: FaultChanges): readonly string[] => changes.map(({ attribute }) => attribute);

describe('edge-down', () => {
  it('shuts no security group that also protects an instance', async () => {
    const made = await edge('security-group', ({ instances, balancers = [] }) => ({
      instances: instances.map((one) => ({ ...one, securityGroups: balancers.flatMap((each) => each.securityGroups) })),
    }));
    expect(made.changes).toEqual([]);
    expect(reasons(made)[0]).toMatch(/^also protects i-[0-9a-f]+, which is behind no door of its own$/);
  });

  it('shuts no security group that protects a load balancer of somebody else', async () => {
    const made = await edge('security-group', ({ balancers = [] }) => ({
      balancers: [...balancers, ...balancers.map((one) => ({ ...one, arn: 'arn:other', name: 'other' }))],
    }));
    expect(made.changes).toEqual([]);
    expect(reasons(made)).toContain('also protects the load balancer other, which must not be touched');
  });

  it('has nothing to shut where a load balancer is in no security group', async () => {
    const made = await edge('security-group', ({ balancers = [] }) => ({
      balancers: balancers.map((one) => ({ ...one, securityGroups: [] })),
    }));
    expect(made.changes).toEqual([]);
    expect(reasons(made)).toEqual(['is in no security group']);
  });

  it('puts no rule on a load balancer that has none', async () => {
    const made = await edge('rule', ({ balancers = [] }) => ({
      balancers: balancers.map((one) => ({ ...one, kind: 'network' })),
    }));
    expect(made.changes).toEqual([]);
    expect(reasons(made)).toEqual(['is a network load balancer, which has no rules']);
  });

  it('answers by a rule, empties the load balancer, or shuts its door', async () => {
    expect(attributes(await edge('rule'))).toEqual(['listenerRule.exists']);
    expect(attributes(await edge('targets'))).toEqual(Array.from({ length: 6 }, () => 'target.registered'));
    const shut = await edge('security-group');
    expect(attributes(shut)).toEqual(['ingressRule.exists']);
    expect(shut.changes[0]?.resource.id).toMatch(/^sg-[0-9a-f]+#tcp#443-443#0\.0\.0\.0\/0$/);
  });
});
