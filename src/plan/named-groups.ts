import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
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
  const there = regions.flatMap((one) => one.groups.map((group) => group.name));
  for (const name of select.groups) {
    if (there.includes(name)) continue;
    const nearest = nearestOf(name, there);
    const all = there.length > 0 ? `there are ${there.slice(0, GROUPS_NAMED).join(', ')}${there.length > GROUPS_NAMED ? ', …' : ''}` : 'there is no Auto Scaling group there at all';
    throw new KongError(
      'UNKNOWN_TARGET',
      `no Auto Scaling group ${name} in ${regions.map((one) => one.region).join(', ')}`,
      { fix: nearest === undefined ? all : `did you mean ${nearest}?` },
    );
  }
}

/**
 * The same for the zone of a scope: a drill of a zone that is not there would hit nothing, and say nothing.
 * @throws KongError UNKNOWN_TARGET with the zones that there are
 */
export function assertZoneExists({ blastRadius }: Experiment, inventory: Inventory): void {
  const { scope } = blastRadius;
  if (scope.kind !== 'az') return;
  const zones = inventory.regions.find((one) => one.region === scope.region)?.zones.map((zone) => zone.name) ?? [];
  if (zones.includes(scope.zone)) return;
  const there = zones.length > 0 ? `its zones are ${zones.join(', ')}` : 'no zone of it can be used';
  throw new KongError('UNKNOWN_TARGET', `${scope.region} has no zone ${scope.zone}`, { fix: there });
}
