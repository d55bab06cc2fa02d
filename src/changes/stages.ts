import { driverOf } from './registry.js';
import { chunks } from '../inventory/paging.js';
import type { AttributeKind } from '../model/change.js';
import type { ResourceRef } from '../model/resource.js';

interface Touching {
  readonly attribute: string;
  readonly resource: ResourceRef;
}

/**
 * Cuts a list where the attribute changes: what stands together may be written side by side, the order of the pieces
 * matters.
 */
export function stagesOf<T extends Touching>(items: readonly T[]): readonly (readonly T[])[] {
  const stages: T[][] = [];
  for (const item of items) {
    const last = stages.at(-1);
    if (last && last[0]?.attribute === item.attribute) last.push(item);
    else stages.push([item]);
  }
  return stages;
}

/** Cuts a stage into what one write of its driver takes. */
export function batchesOf<T extends Touching>(
  attribute: AttributeKind,
  stage: readonly T[],
): readonly (readonly T[])[] {
  const driver = driverOf(attribute);
  const byKey = new Map<string, T[]>();
  for (const item of stage) {
    const key = driver.batchKey(item.resource);
    byKey.set(key, [...(byKey.get(key) ?? []), item]);
  }
  return [...byKey.values()].flatMap((items) => chunks(items, driver.batchSize));
}
