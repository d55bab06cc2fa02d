import { KongError } from '../model/errors.js';
import { REST, type Experiment } from '../model/experiment.js';
import type { Inventory, RegionInventory } from '../model/inventory.js';
import { nearestOf } from './nearest.js';
import { regionsOf } from './targets.js';

/** As many as a person reads in an error. */
const GROUPS_NAMED = 12;

/**
 * A group that is named must be there: a typing error must not turn into "nothing to do".
 * @throws KongError UNKNOWN_TARGET
 */
export function assertGroupsExist(experiment: Experiment, inventory: Inventory): void {
  const { scope, select } = experiment.blastRadius;
  const regions = inventory.regions.filter((one) => regionsOf(scope).includes(one.region));
  const { names, all } = groupsThere(regions);
  for (const name of select.groups) {
    if (names.includes(name)) continue;
    const nearest = nearestOf(name, names);
    throw new KongError(
      'UNKNOWN_TARGET',
      `no Auto Scaling group ${name} in ${regions.map((one) => one.region).join(', ')}`,
      { fix: nearest === undefined ? all : `did you mean ${nearest}?` },
    );
  }
}

/** The names of the groups of some regions, and the same in words. */
export function groupsThere(regions: readonly RegionInventory[]): {
  readonly names: readonly string[];
  readonly all: string;
} {
  const names = regions.flatMap((one) => one.groups.map((group) => group.name));
  if (names.length === 0) return { names, all: 'there is no Auto Scaling group there at all' };
  const more = names.length > GROUPS_NAMED ? ', …' : '';
  return { names, all: `there are ${names.slice(0, GROUPS_NAMED).join(', ')}${more}` };
}

/**
 * The same for the DNS names of a selection and of tiers: a name that is misspelt would not be moved, and members would
 * go on to what is dark.
 *
 * @throws KongError UNKNOWN_TARGET
 */
export function assertNamesExist({ blastRadius, method }: Experiment, inventory: Inventory): void {
  const { records, failovers = [], unmovable = [] } = inventory;
  const shifts = method.filter((step) => step.kind === 'shift').filter(({ via }) => via === undefined);
  if (shifts.length === 0) return;
  const there = [...new Set([...records, ...failovers, ...unmovable].map(({ name }) => name))];
  const tiers = shifts.flatMap((shift) => (shift.tiers ?? []).flat());
  const missing = [...blastRadius.select.domains, ...tiers].find((name) => name !== REST && !there.includes(name));
  if (missing === undefined) return;
  const nearest = nearestOf(missing, there);
  const zones = inventory.zonesLeftAlone?.map(({ what, why }) => `${what} ${why}`) ?? [];
  const all = zones.length > 0 ? zones.join('; ') : `there are ${there.slice(0, GROUPS_NAMED).join(', ')}`;
  throw new KongError('UNKNOWN_TARGET', `no record has the name ${missing}`, {
    fix: nearest === undefined ? all : `did you mean ${nearest}?`,
  });
}

/**
 * The same for the zone of a scope: a drill of a zone that is not there would hit nothing, and say nothing.
 * @throws KongError UNKNOWN_TARGET with the zones that there are
 */
export function assertZoneExists({ blastRadius }: Experiment, inventory: Inventory): void {
  const { scope } = blastRadius;
  if (scope.kind !== 'az') return;
  const there = inventory.regions.find((one) => one.region === scope.region);
  const zones = [...new Set([...(there?.subnets ?? []), ...(there?.instances ?? [])].map(({ zone }) => zone))].sort();
  if (zones.includes(scope.zone)) return;
  const fix = zones.length > 0 ? `there is something in ${zones.join(', ')}` : 'there is nothing in any of its zones';
  throw new KongError('UNKNOWN_TARGET', `${scope.region} has nothing in a zone ${scope.zone}`, { fix });
}
