import { blackhole } from './blackhole.js';
import { DATABASES, databasesNeeded, failOversAsked, together } from './fail-over.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange, TargetRegion } from './fault.js';
import { freeze, HEALING_PROCESSES } from './freeze.js';

/**
 * Takes the power from one zone: its instances stop, its subnets go dark, and the groups that reach into it can only
 * launch elsewhere. What a zone's loss looks like to an Auto Scaling group that still has room in the others.
 */
export const azPowerLoss: Fault = {
  name: 'az-power-loss',
  title: 'Zone loses its power',
  does: [
    'Stops the running instances of the zone, takes its subnets off the network, and leaves the groups',
    'that reach into it only the other zones to launch in.',
  ].join(' '),
  fidelity: [
    'instances shut down in order, over seconds, and lose their instance stores',
    'a group does not replace what stopped, which could not come back then, but may scale out elsewhere',
    'volumes, load balancer nodes and managed services in the zone live on; databases may fail over',
  ].join('; '),
  scopes: ['az'],
  params: DATABASES,
  attributes: ['asg.suspendedProcesses', 'asg.subnets', 'instance.state', 'networkAcl.exists', 'subnet.networkAcl'],
  irreversible: ['cache.failover', 'database.failover'],
  needsWith: databasesNeeded,
  changes: (request) => {
    const made = request.targets.regions.map((target) => powerless(target, request));
    return together([...made, failOversAsked(request)]);
  },
};

function powerless({ region, groups, subnets, instances }: TargetRegion, request: FaultRequest): FaultChanges {
  const dark = darkSubnets(region, request);
  const running = instances.filter((instance) => instance.state === 'running');
  const staying = groups.filter((group) => group.subnets.some((id) => !dark.has(id)));
  const alone = groups.filter((group) => !staying.includes(group));
  return {
    leftAlone: [
      ...instances
        .filter((instance) => !running.includes(instance))
        .map(({ id, state }) => ({ what: id, why: `is ${state}, not running` })),
      ...alone.map(({ name }) => ({
        what: `asg ${region}/${name}`,
        why: 'is in no other zone: it can launch nowhere',
      })),
    ],
    changes: [
      ...freeze(region, staying, HEALING_PROCESSES),
      ...freeze(region, alone, [...HEALING_PROCESSES, 'Launch']),
      ...staying.flatMap((group) => withoutZone(region, group, dark)),
      // the network goes last and so comes back first: a system that boots without one may not come up
      ...running.map(({ id, zone }) => ({
        kind: 'reversible' as const,
        attribute: 'instance.state' as const,
        resource: { type: 'instance' as const, region, id, zone },
        before: 'running',
        after: 'stopped',
      })),
      ...blackhole(region, subnets),
    ],
  };
}

/** Every subnet of the zone: also one that must not be cut off is nowhere to launch. */
function darkSubnets(region: string, { scope, inventory }: FaultRequest): ReadonlySet<string> {
  const zone = scope.kind === 'az' ? scope.zone : undefined;
  const there = inventory.regions.find((one) => one.region === region)?.subnets ?? [];
  return new Set(there.filter((subnet) => subnet.zone === zone).map((subnet) => subnet.id));
}

function withoutZone(
  region: string,
  group: TargetRegion['groups'][number],
  dark: ReadonlySet<string>,
): readonly ProtoChange[] {
  const before = [...group.subnets].sort();
  const after = before.filter((id) => !dark.has(id));
  if (after.length === before.length) return [];
  return [
    { kind: 'reversible', attribute: 'asg.subnets', resource: { type: 'asg', region, id: group.name }, before, after },
  ];
}
