import type { Experiment, Scope, Sli } from '../model/experiment.js';

/**
 * The regions that should go on serving: those that the experiment names, or else all that do not go dark.
 *
 * @param inventoryRegions - every region of the environment
 */
export function survivorsOf(experiment: Experiment, inventoryRegions: readonly string[]): readonly string[] {
  const { scope, survivors } = experiment.blastRadius;
  if (survivors.length > 0) return survivors;
  return scope.kind === 'region' ? inventoryRegions.filter((region) => region !== scope.region) : inventoryRegions;
}

/**
 * Where an SLI is read.
 *
 * `per: region`: in every survivor of a dark region. A zone, an instance or a link is felt first where it is, so
 * those scopes are read in their own regions, and in the survivors where the experiment names any. `per: global`: in
 * the SLI's own region, else in the first survivor, else in the scope's region unless that goes dark.
 *
 * @returns empty where there is no such region: then the SLI can't be measured, which is never a pass
 */
export function watchedRegions(
  sli: Sli,
  experiment: Experiment,
  inventoryRegions: readonly string[],
): readonly string[] {
  const { scope, survivors } = experiment.blastRadius;
  const own = scope.kind === 'region' ? [] : scopeRegions(scope);
  const others = scope.kind === 'region' ? survivorsOf(experiment, inventoryRegions) : survivors;
  if (sli.per === 'region') return [...new Set([...own, ...others])];
  return sli.region === undefined ? [...others, ...own].slice(0, 1) : [sli.region];
}

function scopeRegions(scope: Scope): readonly string[] {
  switch (scope.kind) {
    case 'region':
    case 'az':
    case 'instance':
      return [scope.region];
    case 'link':
      return scope.regions;
  }
}
