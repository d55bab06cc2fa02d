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
 * the SLI's own region, else in the first survivor, else in the scope's region unless that goes dark. An SLI by which
 * traffic is seen to leave a region is read there too.
 *
 * @returns empty where there is no such region: then the SLI can't be measured, which is never a pass
 */
export function watchedRegions(
  sli: Sli,
  experiment: Experiment,
  inventoryRegions: readonly string[],
): readonly string[] {
  const { scope, survivors } = experiment.blastRadius;
  // what leaves a dark region is compared with what it had
  const own = scopeRegions(scope).filter((region) => scope.kind !== 'region' || isLeft(sli, region, experiment));
  const others = scope.kind === 'region' ? survivorsOf(experiment, inventoryRegions) : survivors;
  if (sli.per === 'region') return [...new Set([...own, ...others])];
  return sli.region === undefined ? [...others, ...own].slice(0, 1) : [sli.region];
}

/** Whether it is seen by an SLI how traffic leaves a region: nobody has to be asked anything there any more. */
export function isLeft({ id }: Sli, region: string, { method, blastRadius: { scope } }: Experiment): boolean {
  const isObserved = method.some((step) => step.kind === 'observe' && step.traffic === id);
  return isObserved && scope.kind === 'region' && scope.region === region;
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
