import { describe, expect, it } from 'vitest';
import { azEvacuate } from '../../src/faults/az-evacuate.js';
import type { FaultChanges, FaultRequest } from '../../src/faults/fault.js';
import { seededRandom } from '../../src/host/random.js';
import type { Balancer, BalancerZone } from '../../src/model/inventory.js';

const A = 'us-east-1a';

/** One in a subnet of each zone, whose instances in the zone are in the group `edge`. */
function balancer(kind: string, zones: readonly string[], more: Partial<Balancer> = {}): Balancer {
  return {
    arn: `arn:${kind}`,
    name: kind,
    kind,
    tags: {},
    listeners: [],
    securityGroups: [],
    zones: zones.map(inZone),
    fixed: undefined,
    ...more,
  };
}

function inZone(zone: string): BalancerZone {
  return { zone, mapping: `subnet-${zone.at(-1)}`, isAddressLent: false };
}

function evacuate(balancers: readonly Balancer[], more: Partial<FaultRequest> = {}): FaultChanges {
  const instance = { group: 'edge', state: 'running', vpc: 'vpc-1', securityGroups: [], interfaces: 1 };
  const instances = [{ ...instance, id: 'i-1', zone: A }];
  const group = { name: 'edge', suspended: [], min: 1, max: 3, desired: 3, members: [], subnets: [] };
  const target = { targetGroup: 'arn:tg', name: 'tg', port: 443, instance: 'i-1' };
  const targets = balancers.map(({ arn }) => ({ ...target, balancers: [arn] }));
  const there = {
    region: 'us-east-1',
    zones: [],
    vpcs: [],
    subnets: [],
    instances: [],
    groups: [],
    targets,
    balancers,
  };
  return azEvacuate.changes({
    scope: { kind: 'az', region: 'us-east-1', zone: A },
    targets: { regions: [{ region: 'us-east-1', subnets: [], groups: [group], instances, balancers }], leftAlone: [] },
    inventory: { account: '1', regions: [there], records: [] },
    select: { tags: { app: ['edge'] }, groups: [], domains: [] },
    params: {},
    step: 0,
    lastsSeconds: 60,
    random: seededRandom(1),
    ...more,
  });
}

const SHIFT = { params: { by: 'zonal-shift' }, fisRole: 'arn:aws:iam::1:role/fis' };

const whyOf = ({ changes, leftAlone }: FaultChanges): string | undefined => {
  expect(changes).toEqual([]);
  return leftAlone[0]?.why;
};

describe('az-evacuate leaves alone', () => {
  it('an application load balancer that would be left in one zone', () => {
    const why = whyOf(evacuate([balancer('application', [A, 'us-east-1b'])]));
    expect(why).toBe('would be left in 1 zone: application load balancers need 2');
  });

  it('a network load balancer that is nowhere else', () => {
    expect(whyOf(evacuate([balancer('network', [A])]))).toBe('would be left in 0 zones: network load balancers need 1');
  });

  it('one that is not in the zone, and one that sends to nobody who is selected', () => {
    expect(whyOf(evacuate([balancer('network', ['us-east-1b'])]))).toBe('is not in us-east-1a');
    const elsewhere = { account: '1', regions: [], records: [] };
    expect(whyOf(evacuate([balancer('network', [A, 'us-east-1b'])], { inventory: elsewhere }))).toBe(
      'sends to nothing that is selected',
    );
  });

  it('one that could not be put back as it was', () => {
    const fixed = 'is a gateway load balancer, which can not leave a subnet';
    expect(whyOf(evacuate([balancer('gateway', [A, 'us-east-1b'], { fixed })]))).toBe(fixed);
    const zones = [{ ...inZone(A), isAddressLent: true }, inZone('us-east-1b')];
    const lent = balancer('network', [], { zones });
    expect(whyOf(evacuate([lent]))).toMatch(/would come back under another address/);
    expect(evacuate([lent], { params: { addresses: 'may-change' } }).changes).toHaveLength(2);
  });

  it('by a zonal shift, one that is in no other zone, or of a kind that has none', () => {
    expect(whyOf(evacuate([balancer('application', [A])], SHIFT))).toBe('is in no other zone');
    const why = whyOf(evacuate([balancer('gateway', [A, 'us-east-1b'])], SHIFT));
    expect(why).toBe('is a gateway load balancer, which has no zonal shift');
  });
});

describe('az-evacuate by a zonal shift', () => {
  it('is refused without a role for FIS', () => {
    const asked = (): unknown => evacuate([balancer('network', [A, 'us-east-1b'])], { params: SHIFT.params });
    expect(asked).toThrow(/needs an IAM role/);
  });

  it('is refused for longer than FIS would hold it', () => {
    const asked = (): unknown => evacuate([balancer('network', [A, 'us-east-1b'])], { ...SHIFT, lastsSeconds: 43_201 });
    expect(asked).toThrow(/12 hours at most/);
  });

  it('has FIS shift those that could not leave their subnets, five an action, until the drill has to be over', () => {
    const all = Array.from({ length: 6 }, (_, n) => {
      return balancer(n === 0 ? 'network' : 'application', [A, 'us-east-1b'], { arn: `arn:${n}`, fixed: 'is fixed' });
    });
    const { changes } = evacuate(all, { ...SHIFT, lastsSeconds: 590 });
    expect(changes.map(({ attribute }) => attribute)).toEqual([
      'fisTemplate.exists',
      'fisExperiment.running',
      'asg.suspendedProcesses',
      'fisExperiment.running',
    ]);
    const parameters = {
      duration: 'PT10M',
      availabilityZoneIdentifier: A,
      managedResourceTypes: 'ALB,NLB',
      zonalAutoshiftStatus: 'ANY',
    };
    const shift = { actionId: 'aws:arc:start-zonal-autoshift', parameters };
    expect(changes[0]).toMatchObject({
      after: {
        targets: {
          'to-shift-1': { resourceArns: ['arn:0', 'arn:1', 'arn:2', 'arn:3', 'arn:4'] },
          'to-shift-2': { resourceArns: ['arn:5'] },
        },
        actions: { 'shift-1': shift, 'shift-2': { ...shift, targets: { ManagedResources: 'to-shift-2' } } },
      },
    });
    expect(changes[3]).toMatchObject({ memo: { instances: ['i-1'] } });
  });
});

describe('az-evacuate', () => {
  it('takes a load balancer out of its subnet in the zone, once its groups can not act on that', () => {
    const zones = [inZone('us-east-1b'), { ...inZone(A), mapping: 'subnet-a eipalloc-1' }];
    const { changes, leftAlone } = evacuate([balancer('network', [], { zones })]);
    expect(leftAlone).toEqual([]);
    expect(changes.map(({ attribute }) => attribute)).toEqual(['asg.suspendedProcesses', 'balancer.subnets']);
    expect(changes[1]).toMatchObject({ before: ['subnet-a eipalloc-1', 'subnet-b'], after: ['subnet-b'] });
  });

  it('takes what carries no instance too where the whole zone is meant', () => {
    const select = { tags: {}, groups: [], domains: [] };
    const elsewhere = { account: '1', regions: [], records: [] };
    const made = evacuate([balancer('network', [A, 'us-east-1b'])], { select, inventory: elsewhere });
    expect(made.changes.map(({ attribute }) => attribute)).toEqual(['balancer.subnets']);
  });
});
