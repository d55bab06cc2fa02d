import type { World, WorldBucket } from '../world.js';
import type { BucketReplication } from './bucket-rows.js';
import type { SimState } from './sim-state.js';

const DAY_MS = 86_400_000;

/** Makes the buckets of a world file, and lets each be replicated as it says: a rule for each destination. */
export function buildBuckets(sim: SimState): void {
  const { buckets = [] } = sim.world;
  const createdMs = sim.nowMs - 30 * DAY_MS;
  for (const bucket of buckets) {
    const { name: id, region, tags } = bucket;
    const versioning = isReplicated(bucket, sim.world) ? 'Enabled' : null;
    sim.store.buckets.put({ id, region, createdMs, tags, versioning, replication: replicationOf(bucket, sim.world) });
  }
}

/** Whether S3 copies it to another bucket or from one, and so keeps its versions. */
export function isReplicated({ name, replicatesTo }: WorldBucket, { buckets = [] }: World): boolean {
  return replicatesTo.length > 0 || buckets.some((other) => other.replicatesTo.includes(name));
}

/** The rules by which S3 copies it; null: none. */
export function replicationOf({ name, replicatesTo }: WorldBucket, { account }: World): BucketReplication | null {
  const rules = replicatesTo.map((destination, index) => ({
    id: `to-${destination}`,
    priority: index + 1,
    enabled: true,
    prefix: '',
    destination,
    deleteMarkers: false,
  }));
  const role = `arn:aws:iam::${account}:role/replicate-${name}`.slice(0, 90);
  return rules.length === 0 ? null : { role, rules };
}
