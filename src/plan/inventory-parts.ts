import { faultNamed } from '../faults/registry.js';
import type { Experiment } from '../model/experiment.js';
import type { InventoryPart } from '../model/inventory.js';

type Asking = Pick<Experiment, 'method' | 'marker'>;

/** The parts of the inventory that a method needs, beside what every plan reads. */
export function inventoryParts({ method, marker }: Asking): readonly InventoryPart[] {
  const parts = method.flatMap((step): readonly InventoryPart[] => {
    const fault = step.kind === 'fault' ? faultNamed(step.fault) : undefined;
    if (step.kind === 'fault') return [...(fault?.needs ?? []), ...(fault?.needsWith?.(step.params) ?? [])];
    return step.kind === 'isolate' && step.by.kind === 'routes' ? ['routes'] : [];
  });
  return [...new Set([...parts, ...(marker ? (['buckets'] as const) : [])])];
}

/** The names of the buckets that an experiment's faults are about, and of those that markers are written to. */
export function bucketsNamed({ method, marker }: Asking): readonly string[] {
  const steps = method.flatMap((step) => (step.kind === 'fault' ? [step] : []));
  const marked = marker ? [marker.from.bucket, marker.to.bucket] : [];
  return [...new Set([...steps.flatMap(({ fault, params }) => faultNamed(fault)?.buckets?.(params) ?? []), ...marked])];
}
