import type { BucketRow, ObjectRow } from '../bucket-rows.js';
import type { SimState } from '../sim-state.js';
import { carriesNow } from '../links.js';
import { keepObject, NO_VERSION } from './object-versions.js';

/**
 * Sends an object that was just written to where the enabled rules of its bucket say. What is under way arrives, even
 * if a rule is disabled meanwhile; what was written while it was disabled never does. A replica is not copied on.
 * Services that copy it themselves send it over the link, once that is there, until they have.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function sendReplicas(sim: SimState, { region, id: name, replication }: BucketRow, object: ObjectRow): void {
  if (sim.world.traffic.flaws['broken-replication']) return;
  const rules = replication?.rules.filter(({ enabled, prefix }) => enabled && object.key.startsWith(prefix)) ?? [];
  for (const bucket of new Set(rules.map(({ destination }) => destination))) send(sim, bucket, { region, object });
  const own = sim.world.buckets?.find((one) => one.name === name)?.copiedTo ?? [];
  for (const bucket of own) send(sim, bucket, { region, object, isOwn: true });
}

interface Sending {
  readonly region: string;
  readonly object: ObjectRow;
  /** Whether services copy it. */
  readonly isOwn?: boolean;
}

function send(sim: SimState, bucket: string, { region, object, isOwn = false }: Sending): void {
  const there = sim.store.buckets.get(bucket);
  if (!there) return;
  const version = there.versioning === null ? NO_VERSION : object.version;
  const copy = { ...object, id: `${bucket}/${object.key}`, bucket, version };
  const regions = [region, there.region] as const;
  sim.store.replicas.put({
    id: `${copy.id} ${object.version}`,
    source: `${object.id} ${object.version}`,
    dueMs: sim.nowMs + lagMs(sim, regions),
    object: copy,
    over: isOwn && region !== there.region ? regions : null,
  });
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
  for (const replica of [...store.replicas.all()]) {
    const { id, dueMs, object, over } = replica;
    if (dueMs > nowMs) continue;
    if (over && !carriesNow(sim, over)) {
      // sent again, and seen to arrive after the lag
      store.replicas.put({ ...replica, dueMs: nowMs + lagMs(sim, over) });
      continue;
    }
    store.replicas.remove(id);
    if (store.buckets.get(object.bucket)) keepObject(sim, { ...object, modifiedMs: dueMs });
  }
}

/** As long as what is written takes from one region to another while all is well. */
function lagMs({ world }: SimState, regions: readonly [string, string]): number {
  const link = world.links.find((one) => regions.every((region) => one.regions.includes(region)));
  return link && regions[0] !== regions[1] ? link.lagMs : world.traffic.replication.lagMs;
}
