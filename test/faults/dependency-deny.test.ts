import { describe, expect, it } from 'vitest';
import { dependencyDeny } from '../../src/faults/dependency-deny.js';
import type { FaultChanges, FaultRequest } from '../../src/faults/fault.js';
import { seededRandom } from '../../src/host/random.js';
import type { IngressRule, Inventory, SecurityGroup } from '../../src/model/inventory.js';
import { inventoryOf, openBench, planOn, readExperiment } from '../support/sim-drill.js';

const REGION = 'us-east-1';

interface Situation {
  readonly from?: string;
  readonly to?: string;
  readonly percent?: number;
  /** Rules that the called service's security group has beside its own. */
  readonly also?: readonly IngressRule[];
  /** Whose instances are in the called service's security groups too. */
  readonly shared?: string;
  /** Instances that must not be touched. */
  readonly protect?: (group: string | undefined) => boolean;
}

const USUAL = { from: 'playback', to: 'platform', percent: 100, also: [], shared: '', protect: () => false };

/** What the fault would change in the streaming world. */
async function denied(situation: Situation = {}): Promise<FaultChanges> {
  const { from, to, percent, also, shared, protect }: Required<Situation> = { ...USUAL, ...situation };
  const read = await inventoryOf(openBench());
  const called = read.regions[0]?.instances.find(({ group }) => group === to)?.securityGroups ?? [];
  const opened = (group: SecurityGroup): SecurityGroup =>
    called.includes(group.id) ? { ...group, ingress: [...group.ingress, ...also] } : group;
  const inventory: Inventory = {
    ...read,
    regions: read.regions.map((one) => ({
      ...one,
      securityGroups: one.securityGroups?.map(opened) ?? [],
      instances: one.instances.map((instance) =>
        instance.group === shared ? { ...instance, securityGroups: called } : instance,
      ),
    })),
  };
  const { instances = [], groups = [] } = inventory.regions.find(({ region }) => region === REGION) ?? {};
  const request: FaultRequest = {
    scope: { kind: 'instance', region: REGION, pick: { kind: 'percent', percent, per: 'all' } },
    targets: {
      regions: [{ region: REGION, subnets: [], groups, instances: instances.filter((one) => !protect(one.group)) }],
      leftAlone: [],
    },
    inventory,
    select: { tags: {}, groups: [], domains: [] },
    params: { from, to },
    random: seededRandom(1),
    step: 0,
    lastsSeconds: 60,
  };
  return dependencyDeny.changes(request);
}

const anybody = (source: IngressRule['source']): IngressRule => ({
  protocol: 'tcp',
  ports: { from: 443, to: 443 },
  source,
  description: null,
});

const reasons = ({ leftAlone }: FaultChanges): readonly string[] => leftAlone.map(({ why }) => why);

describe('dependency-deny', () => {
  it('cuts nothing where a service has no instance that may be touched', async () => {
    const made = await denied({ protect: (group) => group === 'platform' });
    expect(made.changes).toEqual([]);
    expect(made.leftAlone).toEqual([{ what: `asg ${REGION}/platform`, why: 'has no instance that may be touched' }]);
  });

  it.each([
    ['to=nope', 'to', 'nope', 'there are edge, '],
    ['from=platfrom', 'from', 'platfrom', 'did you mean platform?'],
  ])('refuses a service that is not there, with what there is: %s', async (set, param, name, fix) => {
    const misspelt = readExperiment('dependency-deny-platform', [`method.0.fault.${set}`]);
    await expect(planOn(openBench(), misspelt)).rejects.toMatchObject({
      code: 'UNKNOWN_TARGET',
      message: `${param} of dependency-deny (method.0.fault.${param}): no Auto Scaling group ${name} in ${REGION}`,
      fix: expect.stringContaining(fix) as unknown,
    });
  });

  it('refuses to cut a service off from itself', () => {
    expect(() => readExperiment('dependency-deny-platform', ['method.0.fault.from=platform'])).toThrow(
      "from and to of dependency-deny can't both be platform",
    );
  });

  it('cuts nothing for a part of a service', async () => {
    const made = await denied({ percent: 50 });
    expect(made.changes).toEqual([]);
    expect(reasons(made).join()).toContain('lets all of a service in, or none');
  });

  it.each([
    ['a block of addresses', { kind: 'ipv4', id: '10.1.0.0/16' }],
    ['a prefix list', { kind: 'prefix-list', id: 'pl-1' }],
  ] as const)('cuts nothing where %s lets the caller in as well', async (_what, source) => {
    const made = await denied({ also: [anybody(source)] });
    expect(made.changes).toEqual([]);
    expect(reasons(made)).toEqual([
      `lets playback in by ${source.id} too: without that rule the calls would go on`,
    ]);
  });

  it('leaves a security group alone that protects somebody else too', async () => {
    const made = await denied({ shared: 'edge', protect: (group) => group === 'edge' });
    expect(made.changes).toEqual([]);
    expect(reasons(made).at(-1)).toMatch(/^also protects i-[0-9a-f]+, which must not be touched$/);
  });

  it('takes away the rule that lets the caller in, and no other', async () => {
    const other = anybody({ kind: 'ipv4', id: '192.168.0.0/16' });
    const made = await denied({ also: [other] });
    expect(made.changes).toHaveLength(1);
    const [change] = made.changes;
    expect(change).toMatchObject({
      attribute: 'ingressRule.exists',
      before: { description: null },
      after: null,
      resource: { type: 'security-group-rule', region: REGION, name: 'playback → platform tcp 443' },
    });
    expect(change?.resource.id).toMatch(/^sg-[0-9a-f]+#tcp#443-443#sg-[0-9a-f]+$/);
  });
});
