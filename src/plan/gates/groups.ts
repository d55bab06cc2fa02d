import type { Inventory } from '../../model/inventory.js';
import type { Gate } from '../../model/plan.js';
import { count } from '../../model/summary.js';
import { concernedGroups, groupName, servingMembers, type PlacedGroup } from '../concerned.js';
import { regionsOf } from '../targets.js';
import { factGate, gate, some, type GateRequest } from './gate.js';

/**
 * Whether the groups that are hit, and those of the surviving regions, are whole: a drill on a system that is already
 * ailing teaches nothing, and takes away what it still has.
 */
export function groupGates(request: GateRequest): readonly Gate[] {
  const groups = groupsAtStake(request);
  return [
    desiredGate(groups),
    settledGate(groups),
    healthyGate(groups, request.inventory),
    ...refreshGates(groups, request),
  ];
}

/** What is hit, and what is to carry on. An instance's drill is about its own group, not all that might be drawn. */
function groupsAtStake({ experiment, inventory, environment, blast, steps }: GateRequest): readonly PlacedGroup[] {
  const broken = regionsOf(experiment.blastRadius.scope);
  const changed = steps
    .flatMap((step) => step.batches.flat())
    .filter(({ resource }) => resource.type === 'asg')
    .map(({ resource }) => `${resource.region}/${resource.id}`);
  const touched = new Set([...blast.byGroup.map(({ name }) => name), ...changed]);
  return concernedGroups(experiment, inventory, environment).filter(
    (group) => !broken.includes(group.region) || touched.has(groupName(group)),
  );
}

const WAIT = 'let the group recover first; `kong plan` shows when it has';

function verdictOn(
  name: string,
  groups: readonly PlacedGroup[],
  {
    problems,
    well,
    fix = WAIT,
  }: { readonly problems: readonly string[]; readonly well: string; readonly fix?: string },
): Gate {
  const none = groups.length === 0 ? 'no Auto Scaling group is concerned' : well;
  const passed = problems.length === 0;
  return gate({ name, code: 'REFUSED', passed, message: passed ? none : some(problems), fix });
}

function desiredGate(groups: readonly PlacedGroup[]): Gate {
  const below = groups
    .map((group) => ({ group, serving: servingMembers(group).length }))
    .filter(({ group, serving }) => serving < group.desired);
  return verdictOn('groups.desired', groups, {
    problems: below.map(({ group, serving }) => `${groupName(group)} has ${serving} of ${group.desired} in service`),
    well: `${count(groups.length, 'group')} ${groups.length === 1 ? 'has as many in service as it wants' : 'have as many in service as they want'}`,
  });
}

/** Members on their way in or out: a deployment, or scaling. */
function settledGate(groups: readonly PlacedGroup[]): Gate {
  const moving = groups.flatMap((group) => {
    const states = group.members.map(({ lifecycle }) => lifecycle).filter((one) => /^(Pending|Terminating)/.test(one));
    return states.length === 0 ? [] : [`${groupName(group)} has ${states.length} ${[...new Set(states)].join(', ')}`];
  });
  return verdictOn('groups.settled', groups, {
    problems: moving,
    well: 'no group is launching or ending instances',
    fix: 'let the deployment or the scaling come to its end first',
  });
}

function healthyGate(groups: readonly PlacedGroup[], inventory: Inventory): Gate {
  const problems = groups.flatMap((group) => {
    const ill = group.members.filter(({ healthy }) => !healthy).length;
    const empty = emptyZones(group, inventory);
    return [
      ...(ill > 0 ? [`${groupName(group)} has ${ill} unhealthy`] : []),
      ...(empty.length > 0 ? [`${groupName(group)} has nothing in service in ${empty.join(', ')}`] : []),
    ];
  });
  const held = groups.filter(({ suspended }) => suspended.length > 0);
  const suspended = held.map((group) => `${groupName(group)} has ${group.suspended.join(', ')} suspended`);
  const note = suspended.length > 0 ? `; by someone else, and left as it is: ${some(suspended, 2)}` : '';
  return verdictOn('groups.healthy', groups, {
    problems,
    well: `no member is unhealthy, and no zone is without one${note}`,
  });
}

/** Zones that a group should reach into and does not; one with fewer instances than zones can't be in all of them. */
function emptyZones(group: PlacedGroup, { regions }: Inventory): readonly string[] {
  const subnets = regions.find(({ region }) => region === group.region)?.subnets ?? [];
  const zones = new Set(subnets.filter(({ id }) => group.subnets.includes(id)).map(({ zone }) => zone));
  if (group.desired < zones.size) return [];
  const served = new Set(servingMembers(group).map(({ zone }) => zone));
  return [...zones].filter((zone) => !served.has(zone)).sort();
}

function refreshGates(groups: readonly PlacedGroup[], { circumstances }: GateRequest): readonly Gate[] {
  if (!circumstances) return [];
  const names = new Set(groups.map(groupName));
  const named = {
    name: 'groups.refresh',
    code: 'REFUSED',
    fix: `wait for the instance refresh, or cancel it; it keeps part of the group out of service for a while`,
  } as const;
  return [
    factGate(named, circumstances.refreshes, (refreshes) => {
      const own = refreshes.filter(({ region, group }) => names.has(`${region}/${group}`));
      const said = own.map(({ region, group, status }) => `${region}/${group} has an instance refresh ${status}`);
      return { passed: own.length === 0, message: own.length === 0 ? 'no instance refresh is under way' : some(said) };
    }),
  ];
}
