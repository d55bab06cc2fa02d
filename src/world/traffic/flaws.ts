import type { TrafficModel } from './model.js';
import type { World } from '../world.js';

/**
 * A world with its flaws in its parameters, so that nothing else needs to know of them.
 *
 * - `cold-caches` is what the parameters of the cache describe; without it, what one region's caches learn the others
 *   know at once.
 * - `broken-replication`: what is written in one region never arrives in another.
 * - `missing-fallbacks`: no call has a default answer.
 * - `cascade-retries`: each call, and each device, tries again far too often, and in other regions too.
 * - `no-headroom`: capacity for an ordinary evening, and groups that can't grow.
 *
 * How bad the last two are is in `flawStrength`.
 */
export function withFlaws(world: World): World {
  const { traffic } = world;
  const { flaws, flawStrength } = traffic;
  return {
    ...world,
    groups: flaws['no-headroom'] ? world.groups.map((group) => ({ ...group, max: group.desired })) : world.groups,
    traffic: {
      ...traffic,
      cache: flaws['cold-caches'] ? traffic.cache : { ...traffic.cache, coldHits: traffic.cache.copiedHits },
      replication: flaws['broken-replication'] ? { ...traffic.replication, throughput: 0 } : traffic.replication,
      services: servicesOf(traffic),
      devices: flaws['cascade-retries']
        ? { ...traffic.devices, crossRegionRetries: flawStrength.crossRegionRetries }
        : traffic.devices,
      pools: flaws['no-headroom']
        ? traffic.pools.map((pool) => ({
            ...pool,
            workers: Math.max(1, Math.round(pool.workers * flawStrength.workers)),
          }))
        : traffic.pools,
    },
  };
}

function servicesOf({ services, flaws, flawStrength }: TrafficModel): TrafficModel['services'] {
  return services.map((service) => ({
    ...service,
    calls: service.calls.map((call) => ({
      ...call,
      fallback: call.fallback && !flaws['missing-fallbacks'],
      retries: flaws['cascade-retries'] ? Math.max(call.retries, flawStrength.retries) : call.retries,
    })),
  }));
}
