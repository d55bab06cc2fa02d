import type { RecordRow } from './rows.js';
import type { SimState } from './sim-state.js';

/** How a record is known: a name may have several of one type, told apart by their set identifiers. */
export function recordKey(record: Pick<RecordRow, 'zone' | 'name' | 'type' | 'setIdentifier'>): string {
  return [record.zone, record.name, record.type, record.setIdentifier ?? ''].join('/');
}

/** What resolvers answer for a record once it is in sync; null: it is not one of several answers. */
export function servedBy(
  record: Pick<RecordRow, 'weight' | 'ttlSeconds' | 'failover' | 'healthCheck'>,
): RecordRow['served'] {
  // an alias to a load balancer is answered with 60 seconds
  const { weight, ttlSeconds, failover, healthCheck } = record;
  if (weight === null && failover === null) return null;
  return { weight: weight ?? 1, ttlSeconds: ttlSeconds ?? 60, failover, healthCheck };
}

/** A change of a record is in sync: from now on it is what resolvers answer. */
export function recordDue(sim: SimState, id: string): void {
  const record = sim.store.records.get(id);
  if (!record || record.syncMs === null || record.syncMs > sim.nowMs) return;
  sim.store.records.put({ ...record, served: servedBy(record), syncMs: null });
}
