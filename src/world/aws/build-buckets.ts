import type { SimState } from './sim-state.js';

const DAY_MS = 86_400_000;

/** Makes the buckets of a world file, and lets each be replicated as it says: a rule for each destination. */
export function buildBuckets(sim: SimState): void {
  const { buckets = [], account } = sim.world;
  const createdMs = sim.nowMs - 30 * DAY_MS;
  for (const { name, region, tags, replicatesTo } of buckets) {
    const isReplicated = replicatesTo.length > 0 || buckets.some((other) => other.replicatesTo.includes(name));
    const rules = replicatesTo.map((destination, index) => ({
      id: `to-${destination}`,
      priority: index + 1,
      enabled: true,
      prefix: '',
      destination,
      deleteMarkers: false,
    }));
    const role = `arn:aws:iam::${account}:role/replicate-${name}`.slice(0, 90);
    sim.store.buckets.put({
      id: name,
      region,
      createdMs,
      tags,
      versioning: isReplicated ? 'Enabled' : null,
      replication: rules.length === 0 ? null : { role, rules },
    });
  }
}
