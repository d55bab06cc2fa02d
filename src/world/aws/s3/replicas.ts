import type { BucketRow, ObjectRow } from '../bucket-rows.js';
import type { SimState } from '../sim-state.js';
import { keepObject } from './object-versions.js';

/**
 * Sends an object that was just written to where the enabled rules of its bucket say. What is under way arrives, even
 * if a rule is disabled meanwhile; what was written while it was disabled never does. A replica is not copied on.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function sendReplicas(sim: SimState, { region, replication }: BucketRow, object: ObjectRow): void {
  if (sim.world.traffic.flaws['broken-replication']) return;
  const rules = replication?.rules.filter(({ enabled, prefix }) => enabled && object.key.startsWith(prefix)) ?? [];
  for (const bucket of new Set(rules.map(({ destination }) => destination))) {
    const there = sim.store.buckets.get(bucket);
    if (!there) continue;
    const copy = { ...object, id: `${bucket}/${object.key}`, bucket };
    const id = `${copy.id} ${object.version}`;
    const source = `${object.id} ${object.version}`;
    const dueMs = sim.nowMs + lagMs(sim, [region, there.region]);
    sim.store.replicas.put({ id, source, dueMs, object: copy });
  }
}

/**
 * A version was deleted: where it was not copied yet, it is not copied any more.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html (`SrcVersionNotFound`)
 */
export function dropReplicas({ store }: SimState, source: string): void {
  for (const replica of [...store.replicas.all()]) if (replica.source === source) store.replicas.remove(replica.id);
}

/** Puts what has arrived by now where it belongs. */
export function landReplicas(sim: SimState): void {
  const { store, nowMs } = sim;
  for (const { id, dueMs, object } of [...store.replicas.all()]) {
    if (dueMs > nowMs) continue;
    store.replicas.remove(id);
    if (store.buckets.get(object.bucket)) keepObject(sim, { ...object, modifiedMs: dueMs });
  }
}

/** As long as what is written takes from one region to another while all is well. */
function lagMs({ world }: SimState, regions: readonly [string, string]): number {
  const link = world.links.find((one) => regions.every((region) => one.regions.includes(region)));
  return link && regions[0] !== regions[1] ? link.lagMs : world.traffic.replication.lagMs;
}
