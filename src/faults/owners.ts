import type { FaultRequest, ProtoChange } from './fault.js';
import { freeze, HEALING_PROCESSES } from './freeze.js';

/**
 * Keeps the groups of some instances from replacing them: a replaced instance could not be brought back.
 */
export function freezeOwners(
  chosen: readonly { readonly region: string; readonly group: string | undefined }[],
  { targets }: FaultRequest,
): readonly ProtoChange[] {
  const owners = new Set(chosen.map((instance) => `${instance.region}/${instance.group ?? ''}`));
  return targets.regions.flatMap(({ region, groups }) =>
    freeze(
      region,
      groups.filter((group) => owners.has(`${region}/${group.name}`)),
      HEALING_PROCESSES,
    ),
  );
}
