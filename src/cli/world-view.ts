import type { GroupSight, RegionSight, ServiceSight, WorldView } from '../report/world-text.js';
import type { SimSight, World } from './wire.js';

type RegionInfra = SimSight['infra']['regions'][number];
type RegionTraffic = SimSight['traffic']['regions'][number];

/** A world at one moment, in the form in which it is told. */
export function worldView(world: World, { infra, traffic }: SimSight): WorldView {
  const several = world.regions.length > 1;
  return {
    name: world.name,
    account: world.account,
    at: new Date(traffic.atMs).toISOString(),
    historySeconds: world.historyMs / 1_000,
    requestsPerSecond: traffic.demandRps,
    unreachedPerSecond: traffic.unreachedRps,
    regions: infra.regions.flatMap((region) => {
      const seen = traffic.regions.find((one) => one.region === region.region);
      return seen ? [regionSight(world, { region, seen, several })] : [];
    }),
    populations: world.traffic.populations.map(({ name, peakRps, domains }) => ({
      name,
      peakRequestsPerSecond: peakRps,
      domains,
    })),
    entry: world.traffic.entry,
    services: world.traffic.services.map(serviceSight),
    answers: infra.answers,
    flaws: Object.entries(world.traffic.flaws).flatMap(([flaw, on]) => (on ? [flaw] : [])),
  };
}

function regionSight(
  world: World,
  { region, seen, several }: { readonly region: RegionInfra; readonly seen: RegionTraffic; readonly several: boolean },
): RegionSight {
  const { latency, sentRps } = seen;
  return {
    region: region.region,
    requestsPerSecond: sentRps,
    errorRatio: sentRps > 0 ? (seen.shedRps + seen.failedRps) / sentRps : 0,
    cacheHitRatio: seen.cacheHitRatio,
    replicationLagSeconds: several ? seen.replicationLagMs / 1_000 : null,
    latencyMs: latency ? { p50: latency.p50Ms, p95: latency.p95Ms, p99: latency.p99Ms } : null,
    groups: region.groups.map((group) => groupSight(world, group, seen)),
  };
}

function groupSight(
  world: World,
  { name, max, zones }: RegionInfra['groups'][number],
  seen: RegionTraffic,
): GroupSight {
  const made = world.groups.find((group) => group.name === name);
  return {
    name,
    instanceType: made?.instanceType ?? '',
    min: made?.min ?? 0,
    max,
    utilisation: seen.groups.find(({ group }) => group === name)?.utilisation ?? null,
    zones,
  };
}

function serviceSight({ name, group, serviceMs, calls }: World['traffic']['services'][number]): ServiceSight {
  return { name, group, timeMs: serviceMs, calls };
}
