import type { Experiment } from '../model/experiment.js';
import type { Group, Inventory } from '../model/inventory.js';
import { survivorsOf } from '../sli/regions.js';
import type { Environment } from './environment.js';
import { regionsOf, targetsIn } from './targets.js';

/** An Auto Scaling group with its region. */
export type PlacedGroup = Group & { readonly region: string };

/**
 * The groups that a drill is about: those that it may touch, and those of the same names or the same selection in the
 * regions that are to carry on.
 */
export function concernedGroups(
  experiment: Experiment,
  inventory: Inventory,
  environment: Environment,
): readonly PlacedGroup[] {
  const broken = regionsOf(experiment.blastRadius.scope);
  const targets = broken.flatMap((region) => targetGroups(region, { experiment, inventory, environment }));
  const names = new Set(targets.map(({ name }) => name));
  const others = remaining(experiment, inventory).flatMap((region) => {
    const selected = new Set(targetGroups(region, { experiment, inventory, environment }).map(({ name }) => name));
    return groupsIn(region, inventory).filter(({ name }) => names.has(name) || selected.has(name));
  });
  return [...targets, ...others];
}

/** The regions beside those that break. */
export function remaining(experiment: Experiment, inventory: Inventory): readonly string[] {
  const broken = regionsOf(experiment.blastRadius.scope);
  const survivors = survivorsOf(
    experiment,
    inventory.regions.map(({ region }) => region),
  );
  return survivors.filter((region) => !broken.includes(region));
}

/** Every group of a region. */
export function groupsIn(region: string, inventory: Inventory): readonly PlacedGroup[] {
  const there = inventory.regions.find((one) => one.region === region);
  return (there?.groups ?? []).map((group) => ({ ...group, region }));
}

/** A group's name with its region: `us-east-1/edge`. */
export function groupName({ region, name }: Pick<PlacedGroup, 'region' | 'name'>): string {
  return `${region}/${name}`;
}

/** Members that are counted on: in service, and healthy. */
export function servingMembers({ members }: Pick<Group, 'members'>): Group['members'] {
  return members.filter(({ lifecycle, healthy }) => lifecycle === 'InService' && healthy);
}

interface Asked {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
}

function targetGroups(region: string, asked: Asked): readonly PlacedGroup[] {
  const names = new Set(targetsIn(region, asked).target.groups.map(({ name }) => name));
  return groupsIn(region, asked.inventory).filter(({ name }) => names.has(name));
}
