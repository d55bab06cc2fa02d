import type { SimState } from '../sim-state.js';

/** Load balancers that are kept out of a zone. */
export interface ZonalShift {
  readonly balancers: readonly string[];
  readonly zone: string;
}

/**
 * Has load balancers send nothing to a zone, as a zonal shift of ARC does: they keep their subnets there.
 *
 * @returns those that did until now
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#start-zonal-autoshift
 */
export function shiftAway(sim: SimState, { balancers, zone }: ZonalShift): readonly string[] {
  return balancers.filter((arn) => {
    const row = sim.store.loadBalancers.get(arn);
    if (!row || row.shiftedFrom.includes(zone)) return false;
    sim.store.loadBalancers.put({ ...row, shiftedFrom: [...row.shiftedFrom, zone] }, sim.seenFromMs());
    return true;
  });
}

/** Ends a zonal shift. */
export function shiftBack(sim: SimState, { balancers, zone }: ZonalShift): void {
  for (const arn of balancers) {
    const row = sim.store.loadBalancers.get(arn);
    if (!row) continue;
    const shiftedFrom = row.shiftedFrom.filter((one) => one !== zone);
    sim.store.loadBalancers.put({ ...row, shiftedFrom }, sim.seenFromMs());
  }
}
