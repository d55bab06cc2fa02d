import type { Cloud } from '../aws/cloud.js';
import { readCaches } from '../inventory/read-caches.js';
import { readRds } from '../inventory/read-rds.js';
import type { Database } from '../model/database.js';
import type { ResourceRef } from '../model/resource.js';

/** The databases of one region that some resources name, by `TYPE ID`; one that is gone is absent. */
export async function databasesNow(
  resources: readonly ResourceRef[],
  cloud: Cloud,
): Promise<ReadonlyMap<string, Database>> {
  const region = resources[0]?.region ?? '';
  const hasCaches = resources.some(({ type }) => type === 'cache-group');
  const hasOthers = resources.some(({ type }) => type !== 'cache-group');
  const read = await Promise.all([
    hasOthers ? readRds(region, cloud) : [],
    hasCaches ? readCaches(region, cloud, false) : [],
  ]);
  return new Map(read.flat().map((database) => [databaseKey(database), database]));
}

/** How {@link databasesNow} names one. */
export function databaseKey({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type} ${id}`;
}
