import type { Pool, Population, Service, TrafficModel } from './traffic/model.js';
import { callersFirst } from './world-check.js';
import type { TrafficFile } from './world-schema-traffic.js';
import { behaviourOf } from './world-behaviour.js';
import type { WorldFile } from './world-schema.js';
import type { World, WorldGroup } from './world.js';

/** A checked file in the form in which the rest of kong uses it. */
export function buildWorldModel(file: WorldFile): World {
  return {
    name: file.name,
    account: file.account,
    startsAtMs: Date.parse(file.startsAt),
    historyMs: file.history,
    regions: Object.entries(file.regions).map(([name, { zones, cidr }]) => ({ name, zones, cidr })),
    links: linksOf(file),
    buckets: Object.entries(file.buckets).map(([name, bucket]) => ({ name, ...bucket })),
    groups: Object.entries(file.groups).map(([name, group]) => groupOf(name, group, Object.keys(file.regions))),
    domains: file.domains.map(({ zone, name, ttl, healthCheck, answers }) => ({
      zone,
      name,
      ttlSeconds: ttl / 1_000,
      ...(healthCheck && {
        healthCheck: { intervalMs: healthCheck.interval === '10s' ? 10_000 : 30_000, threshold: healthCheck.threshold },
      }),
      answers: Object.entries(answers).map(([region, { target, weight }]) => ({ region, target, weight })),
    })),
    databases: Object.entries(file.databases ?? {}).map(([name, database]) => ({
      name,
      kind: database.kind,
      regions: database.regions ?? Object.keys(file.regions),
      tags: database.tags,
      failoverMs: database.failover,
    })),
    metrics: { namespace: file.metrics.namespace, periodMs: file.metrics.period, delayMs: file.metrics.delay },
    behaviour: behaviourOf(file.aws),
    traffic: trafficOf(file.traffic),
  };
}

/** Every two regions, unless the file names pairs. */
function linksOf({ links, regions, traffic }: WorldFile): World['links'] {
  const names = Object.keys(regions);
  const all = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const));
  const { lag: usual } = traffic.replication;
  if (!links) return all.map((regions) => ({ regions, lagMs: usual }));
  return links.map(({ between: regions, lag = usual }) => ({ regions, lagMs: lag }));
}

function groupOf(name: string, group: WorldFile['groups'][string], regions: readonly string[]): WorldGroup {
  const { min, desired, max, instanceType, tags, boot, warmup, scaling } = group;
  return {
    name,
    min,
    desired,
    max,
    instanceType,
    tags,
    regions: group.regions ?? regions,
    bootMs: boot,
    warmupMs: warmup,
    scaling: scaling && { targetUtilisation: scaling.target, cooldownMs: scaling.cooldown },
  };
}

function trafficOf(file: TrafficFile): TrafficModel {
  const { dns, devices, balancer, origin, replication, flaws, flawStrength } = file;
  return {
    populations: Object.entries(file.populations).map(([name, population]) => populationOf(name, population)),
    dns: { stragglers: dns.stragglers, stragglerMs: dns.stragglerTime },
    devices: {
      knowFallback: devices.knowFallback,
      timeoutMs: devices.timeout,
      rememberMs: devices.remember,
      crossRegionRetries: devices.crossRegionRetries,
    },
    balancer: { noticeMs: balancer.notice, connectMs: balancer.connect, retries: balancer.retries },
    pools: Object.entries(file.pools).map(([group, pool]): Pool => ({ group, ...pool })),
    entry: file.entry,
    services: servicesOf(file),
    cache: cacheOf(file.cache),
    origin: {
      readMs: origin.read,
      readsPerSecond: origin.readsPerSecond,
      timeoutMs: origin.timeout,
      errors: origin.errors,
    },
    replication: {
      lagMs: replication.lag,
      catchUp: replication.catchUp,
      throughput: replication.throughput,
      staleMs: replication.stale,
      staleErrors: replication.staleErrors,
      ...(replication.pause === undefined ? {} : { pause: replication.pause }),
    },
    members: membersOf(file.members),
    ...(file.isolation === undefined ? {} : { isolation: file.isolation }),
    flaws: {
      'cold-caches': flaws['cold-caches'] ?? false,
      'broken-replication': flaws['broken-replication'] ?? false,
      'missing-fallbacks': flaws['missing-fallbacks'] ?? false,
      'cascade-retries': flaws['cascade-retries'] ?? false,
      'no-headroom': flaws['no-headroom'] ?? false,
    },
    flawStrength,
  };
}

function populationOf(name: string, population: TrafficFile['populations'][string]): Population {
  const { peakRps, utcOffset, hourlyPercent, noise, domains, fallback } = population;
  return {
    name,
    peakRps,
    utcOffsetHours: utcOffset,
    hours: hourlyPercent.map((percent) => percent / 100),
    noise,
    domains,
    fallback,
  };
}

function servicesOf({ services }: TrafficFile): readonly Service[] {
  return callersFirst(services).names.flatMap((name) => {
    const service = services[name];
    if (!service) return [];
    const calls = Object.entries(service.calls).map(([callee, { perRequest, timeout, retries, home, fallback }]) => ({
      service: callee,
      perRequest,
      timeoutMs: timeout,
      retries,
      home,
      fallback,
    }));
    return [
      {
        name,
        group: service.group,
        serviceMs: service.time,
        variation: service.variation,
        errors: service.errors,
        calls,
      },
    ];
  });
}

function cacheOf(cache: TrafficFile['cache']): TrafficModel['cache'] {
  const { service, warmHits, coldHits, copiedHits, fill, keep, copyInstances, copy, crowding } = cache;
  return { service, warmHits, coldHits, copiedHits, fillMs: fill, keepMs: keep, copyInstances, copyMs: copy, crowding };
}

function membersOf(members: TrafficFile['members']): TrafficModel['members'] {
  const {
    startsPerRequest,
    requestsPerStart,
    startFailures,
    requestEvery,
    rebuffering,
    slow,
    rebufferingWhenSlow,
    stall,
    buffer,
  } = members;
  return {
    startsPerRequest,
    requestsPerStart,
    startFailures,
    rebuffering,
    rebufferingWhenSlow,
    requestEveryMs: requestEvery,
    slowMs: slow,
    stallMs: stall,
    bufferMs: buffer,
  };
}
