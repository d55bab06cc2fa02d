import { closest } from 'fastest-levenshtein';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import { regionsOf } from './targets.js';

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
    const nearest = there.length > 0 ? closest(name, there) : undefined;
    throw new KongError(
      'UNKNOWN_TARGET',
      `no Auto Scaling group ${name} in ${regions.map((one) => one.region).join(', ')}`,
      { fix: nearest ? `did you mean ${nearest}?` : 'there is no Auto Scaling group there at all' },
    );
  }
}
