import type { TargetRegion, Targets } from '../faults/fault.js';
import { matchesTags } from '../inventory/tags.js';
import type { Experiment, Scope, Select } from '../model/experiment.js';
import type { Group, Instance, Inventory, RegionInventory, Subnet, Tags } from '../model/inventory.js';
import { PROTECT_TAG, type Environment } from './environment.js';

type LeftAlone = Targets['leftAlone'][number];

/**
 * What the experiment may touch of what is there: in scope, opted in, not protected, selected. The rest with its
 * reason.
 */
export function targetsOf(experiment: Experiment, inventory: Inventory, environment: Environment): Targets {
  const { scope } = experiment.blastRadius;
  const inScope = regionsOf(scope).map((region) => targetsIn(region, { experiment, inventory, environment }));
  return { regions: inScope.map((one) => one.target), leftAlone: inScope.flatMap((one) => one.leftAlone) };
}

/** The regions that a scope reaches into. */
export function regionsOf(scope: Scope): readonly string[] {
  return scope.kind === 'link' ? scope.regions : [scope.region];
}

interface Asked {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
}

/** The same for one region, whether or not it is the one that breaks: survivors are pre-warmed by the same rules. */
export function targetsIn(
  region: string,
  asked: Asked,
): { readonly target: TargetRegion; readonly leftAlone: readonly LeftAlone[] } {
  const there = asked.inventory.regions.find((one) => one.region === region);
  const nothing = { region, subnets: [], groups: [], instances: [], balancers: [], buckets: [], databases: [] };
  if (!there) return { target: nothing, leftAlone: [] };
  const groups = sift(there.groups, (group) => whyNotGroup(group, there, asked));
  const names = new Set(groups.kept.map((group) => group.name));
  const guarded = new Set(there.groups.filter(({ tags }) => PROTECT_TAG in tags).map(({ name }) => name));
  const instances = sift(there.instances, (instance) =>
    guarded.has(instance.group ?? '')
      ? `belongs to ${instance.group ?? ''}, which carries the tag ${PROTECT_TAG}`
      : whyNotInstance(instance, names, asked),
  );
  const subnets = sift(there.subnets, (subnet) =>
    whyNotSubnet(subnet, there, { asked, instances: instances.kept, groups: groups.kept }),
  );
  const balancers = sift(there.balancers ?? [], ({ tags }) => whyNotTags(tags, asked.environment));
  const buckets = sift(there.buckets ?? [], ({ tags }) => whyNotTags(tags, asked.environment));
  const databases = sift(there.databases ?? [], ({ tags }) => whyNotTags(tags, asked.environment));
  return {
    target: {
      region,
      subnets: subnets.kept,
      groups: groups.kept,
      instances: instances.kept,
      balancers: balancers.kept,
      buckets: buckets.kept,
      databases: databases.kept,
    },
    leftAlone: [
      ...groups.dropped.map(([group, why]) => ({ what: `asg ${region}/${group.name}`, why })),
      ...subnets.dropped.map(([subnet, why]) => ({ what: `subnet ${region}/${subnet.id}`, why })),
      ...instances.dropped.map(([instance, why]) => ({ what: `instance ${region}/${instance.id}`, why })),
      ...databases.dropped.map(([database, why]) => ({ what: `${database.type} ${region}/${database.id}`, why })),
      ...balancers.dropped.map(([balancer, why]) => ({ what: `balancer ${region}/${balancer.name}`, why })),
      ...buckets.dropped.map(([bucket, why]) => ({ what: `bucket ${region}/${bucket.name}`, why })),
    ],
  };
}

function sift<T>(
  items: readonly T[],
  whyNot: (item: T) => string | undefined,
): { readonly kept: readonly T[]; readonly dropped: readonly (readonly [T, string])[] } {
  const judged = items.map((item) => [item, whyNot(item)] as const);
  return {
    kept: judged.filter(([, why]) => why === undefined).map(([item]) => item),
    dropped: judged.flatMap(([item, why]) => (why === undefined ? [] : [[item, why] as const])),
  };
}

/** Guard clauses: the list of reasons not to touch something that its tags alone give. */
export function whyNotTags(tags: Tags, environment: Environment): string | undefined {
  if (PROTECT_TAG in tags) return `carries the tag ${PROTECT_TAG}`;
  const { optIn } = environment;
  if (optIn && tags[optIn.key] !== optIn.value) return `does not carry the opt-in tag ${optIn.key}=${optIn.value}`;
  return undefined;
}

function whyNotGroup(group: Group, there: RegionInventory, { experiment, environment }: Asked): string | undefined {
  const { scope, select } = experiment.blastRadius;
  const tags = whyNotTags(group.tags, environment);
  if (tags) return tags;
  if (scope.kind === 'az' && !reachesZone(group, there, scope.zone)) return `has nothing in ${scope.zone}`;
  if (select.groups.length > 0 && !select.groups.includes(group.name)) return 'is not in select.groups';
  const byOthers = select.tagsOn === 'target';
  const carries = byOthers ? holdsCarrier(group, there, select) : matchesTags(group.tags, select.tags);
  return carries ? undefined : 'does not match select.tags';
}

/** A group that would replace what is hit has to be kept from it, whatever tags it carries itself. */
function holdsCarrier({ name, subnets }: Group, there: RegionInventory, { tags }: Select): boolean {
  const carries = (one: { readonly tags: Tags }): boolean => matchesTags(one.tags, tags);
  return (
    there.instances.some((instance) => instance.group === name && carries(instance)) ||
    there.subnets.some((subnet) => subnets.includes(subnet.id) && carries(subnet))
  );
}

function reachesZone(group: Group, there: RegionInventory, zone: string): boolean {
  const subnets = there.subnets.filter((subnet) => subnet.zone === zone);
  return (
    subnets.some((subnet) => group.subnets.includes(subnet.id)) || group.members.some((member) => member.zone === zone)
  );
}

function whyNotInstance(
  instance: Instance,
  groups: ReadonlySet<string>,
  { experiment, environment }: Asked,
): string | undefined {
  const { scope, select } = experiment.blastRadius;
  if (scope.kind === 'az' && instance.zone !== scope.zone) return `is not in ${scope.zone}`;
  const tags = whyNotTags(instance.tags, environment);
  if (tags) return tags;
  if (scope.kind === 'instance' && scope.pick.kind === 'ids') {
    return scope.pick.ids.includes(instance.id) ? undefined : 'is not the one named';
  }
  return whyNotSelected(instance, groups.has(instance.group ?? ''), select);
}

function whyNotSelected(instance: Instance, inGroup: boolean, select: Select): string | undefined {
  if (inGroup && select.tagsOn !== 'target') return undefined;
  if (!inGroup && select.groups.length > 0) return 'belongs to no group in select.groups';
  if (!inGroup && select.tagsOn === 'group') return 'belongs to no group that matches select.tags';
  return matchesTags(instance.tags, select.tags) ? undefined : 'does not match select.tags';
}

interface Selected {
  readonly asked: Asked;
  readonly instances: readonly Instance[];
  readonly groups: readonly Group[];
}

function whyNotSubnet(
  subnet: Subnet,
  there: RegionInventory,
  { asked, instances, groups }: Selected,
): string | undefined {
  const { scope, select } = asked.experiment.blastRadius;
  if (scope.kind === 'az' && subnet.zone !== scope.zone) return `is not in ${scope.zone}`;
  const vpc = there.vpcs.find((one) => one.id === subnet.vpc);
  const tags = whyNotTags({ ...vpc?.tags, ...subnet.tags }, asked.environment);
  if (tags) return tags;
  if (Object.keys(select.tags).length === 0 && select.groups.length === 0) return undefined;
  if (Object.keys(select.tags).length > 0) {
    if (matchesTags(subnet.tags, select.tags)) return undefined;
    if (select.tagsOn === 'target') return 'does not match select.tags';
  }
  return holds(subnet, instances, groups) ? undefined : 'holds nothing that is selected';
}

function holds({ id }: Subnet, instances: readonly Instance[], groups: readonly Group[]): boolean {
  return instances.some(({ subnet }) => subnet === id) || groups.some(({ subnets }) => subnets.includes(id));
}
