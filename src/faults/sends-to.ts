import { matchesTags } from '../inventory/tags.js';
import type { Balancer, Target } from '../model/inventory.js';
import type { FaultRequest, TargetRegion } from './fault.js';

/** What stands behind the load balancers of one region. */
export interface Behind {
  /** Every target of the region. */
  readonly targets: readonly Target[];
  /** Ids of the instances that are selected. */
  readonly selected: ReadonlySet<string>;
}

/** What stands behind the load balancers of a region, and what of it may be touched. */
export function behindIn({ region, instances }: TargetRegion, { inventory }: FaultRequest): Behind {
  const { targets = [] } = inventory.regions.find((one) => one.region === region) ?? {};
  return { targets, selected: new Set(instances.map((instance) => instance.id)) };
}

/** Whether a load balancer sends to a selected instance, or carries the tags that are selected itself. */
export function isSelected({ arn, tags }: Balancer, { targets, selected }: Behind, { select }: FaultRequest): boolean {
  if (targets.some((target) => target.balancers.includes(arn) && selected.has(target.instance))) return true;
  return Object.keys(select.tags).length > 0 && matchesTags(tags, select.tags);
}
