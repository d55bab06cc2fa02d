import type { Flow } from './devices.js';
import type { PeriodLatency } from './region-period.js';
import type { RegionTraffic } from './region.js';
import type { Lag } from './replication.js';

/** How a world's traffic fares at one moment: requests a second, shares as ratios 0..1. */
export interface TrafficSnapshot {
  readonly atMs: number;
  /** What members send, what no region answers of it, and what they send again. */
  readonly demandRps: number;
  readonly unreachedRps: number;
  readonly retriedRps: number;
  readonly regions: readonly RegionSnapshot[];
}

/** How one region fares: requests a second. */
export interface RegionSnapshot {
  readonly region: string;
  /** What arrives; served + shed + failed. */
  readonly sentRps: number;
  readonly servedRps: number;
  readonly shedRps: number;
  readonly failedRps: number;
  readonly cacheHitRatio: number;
  /** The longest lag behind another region. */
  readonly replicationLagMs: number;
  /** Over the last period that was published; undefined before there is one. */
  readonly latency: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } | undefined;
  readonly groups: readonly {
    readonly group: string;
    readonly serving: number;
    readonly total: number;
    readonly utilisation: number;
  }[];
  readonly services: readonly { readonly service: string; readonly rps: number; readonly failRatio: number }[];
}

interface Parts {
  readonly nowMs: number;
  readonly regions: readonly RegionTraffic[];
  readonly flows: readonly Flow[];
  readonly latencies: ReadonlyMap<string, PeriodLatency>;
  readonly lagsOf: (region: number) => readonly Lag[];
}

/** Puts a snapshot together. */
export function snapshotOf({ nowMs, regions, flows, latencies, lagsOf }: Parts): TrafficSnapshot {
  return {
    atMs: nowMs,
    demandRps: flows.reduce((sum, flow) => sum + flow.demand, 0),
    unreachedRps: flows.reduce((sum, flow) => sum + flow.unreached, 0),
    retriedRps: flows.reduce((sum, flow) => sum + flow.retries.reduce((all, one) => all + one, 0), 0),
    regions: regions.map((region, index) => regionSnapshot(region, latencies.get(region.name), lagsOf(index))),
  };
}

function regionSnapshot(
  { name, state, graph }: RegionTraffic,
  latency: PeriodLatency | undefined,
  lags: readonly Lag[],
): RegionSnapshot {
  return {
    region: name,
    sentRps: state.sent,
    servedRps: state.served,
    shedRps: state.shed,
    failedRps: state.failed,
    cacheHitRatio: 1 - state.missRatio,
    replicationLagMs: Math.max(0, ...lags.map(({ lagMs }) => lagMs)),
    latency: latency && { p50Ms: latency.p50Ms, p95Ms: latency.p95Ms, p99Ms: latency.p99Ms },
    groups: graph.pools.map(({ pool, reach, queue }) => ({
      group: pool.group,
      serving: reach.serving,
      total: reach.total,
      utilisation: queue.utilisation,
    })),
    services: graph.services.map(({ service, load, failRatio, turnedAwayRatio }) => ({
      service: service.name,
      rps: load,
      failRatio: 1 - (1 - failRatio) * (1 - turnedAwayRatio),
    })),
  };
}
