import type { Cell, Cells } from './cells.js';
import { sampleLatency, percentilesOf, slowerThan, type Hop, type LatencySample } from './latency.js';
import type { TrafficModel } from './model.js';
import type { Stress } from '../ports.js';
import type { GroupReach } from './balancer.js';
import type { QueueState } from './queue.js';
import type { RegionState } from './region.js';
import type { GraphState, ServiceGraph } from './service-graph.js';
import { Mean, Tally } from './tally.js';

/** What one tick adds. */
export interface Moment {
  /** Requests a second of devices that had to wait for another region's timeout. */
  readonly stalls: number;
  /** Requests a second that were sent again, after they had failed in another region. */
  readonly retries: number;
  /** Whether the region's edge answers at all: a region that does not publishes nothing. */
  readonly answered: boolean;
  readonly elapsedMs: number;
}

/** How busy one group was over a period. */
export interface GroupLoad {
  readonly group: string;
  /** 0..1. */
  readonly utilisation: number;
  /** Share of memory in use, 0..1. */
  readonly memory: number;
}

/** Latency over one period, in milliseconds. */
export interface PeriodLatency {
  readonly sample: LatencySample;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Share of requests that a member who plays may feel, 0..1. */
  readonly slowRatio: number;
}

interface HopMeans {
  readonly waitRatio: Mean;
  /** Weighted with those who wait. */
  readonly waitMs: Mean;
  readonly deadRatio: Mean;
}

interface PeriodSetup {
  readonly model: TrafficModel;
  readonly cells: Cells;
  /** The sums over all regions, to which this region adds its own. */
  readonly everywhere: Tally;
}

/** One region's sums and means over one period. */
export class RegionPeriod {
  readonly tally: Tally;
  private readonly model: TrafficModel;
  private readonly everywhere: Tally;
  private readonly graph: ServiceGraph;
  private readonly missRatio: Mean;
  private readonly originMs: Mean;
  private readonly hops: readonly HopMeans[];
  private readonly loads: readonly Mean[];
  /** Share of requests that have been slow for long enough to be felt; -1: none was seen yet. */
  private readonly felt: Cell;

  constructor(region: string, graph: ServiceGraph, { model, cells, everywhere }: PeriodSetup) {
    this.model = model;
    this.everywhere = everywhere;
    this.graph = graph;
    this.tally = new Tally(region, cells);
    this.felt = cells.make(`members/${region}/felt`, -1);
    this.missRatio = new Mean(`${region}/missRatio`, cells);
    this.originMs = new Mean(`${region}/originMs`, cells);
    this.hops = graph.services.map(({ service: { name } }) => ({
      waitRatio: new Mean(`${region}/${name}/waitRatio`, cells),
      waitMs: new Mean(`${region}/${name}/waitMs`, cells),
      deadRatio: new Mean(`${region}/${name}/deadRatio`, cells),
    }));
    this.loads = graph.pools.map(({ pool }) => new Mean(`${region}/${pool.group}/utilisation`, cells));
  }

  /** Adds one tick. */
  add(state: RegionState, graph: GraphState, { stalls, retries, answered, elapsedMs }: Moment): void {
    const seconds = elapsedMs / 1_000;
    const requests = state.sent * seconds;
    this.addMembers(state, requests, stalls * seconds);
    this.tally.add('lookups', graph.lookups * seconds);
    this.tally.add('hits', graph.lookups * (1 - state.missRatio) * seconds);
    this.tally.add('retries', (graph.retried + retries) * seconds);
    this.tally.add('crossRegion', (graph.crossRegion + retries) * seconds);
    if (answered) this.tally.add('answeredMs', elapsedMs);
    this.missRatio.add(state.missRatio, requests);
    this.originMs.add(graph.origin.readMs, requests * state.missRatio);
    for (const [i, { pool }] of this.graph.services.entries()) {
      const { waitRatio, waitMs } = pool.queue;
      this.hops[i]?.waitRatio.add(waitRatio, requests);
      this.hops[i]?.waitMs.add(waitMs, requests * waitRatio);
      this.hops[i]?.deadRatio.add(pool.reach.deadRatio, requests);
    }
    for (const [i, { reach, queue }] of this.graph.pools.entries()) {
      if (reach.serving > 0) this.loads[i]?.add(cpuOf(queue, reach), elapsedMs);
    }
  }

  private addMembers({ sent, shed, failed }: RegionState, requests: number, stalled: number): void {
    const { startsPerRequest, requestsPerStart, startFailures, requestEveryMs, stallMs } = this.model.members;
    const bad = sent > 0 ? (shed + failed) / sent : 0;
    const starts = requests * startsPerRequest;
    this.count('requests', requests);
    this.count('failed', requests * bad);
    this.count('starts', starts);
    this.count('startsOk', starts * (1 - startFailures) * (1 - bad) ** requestsPerStart);
    this.count('playSeconds', (requests * requestEveryMs) / 1_000);
    this.count('delaySeconds', (stalled * startsPerRequest * this.model.devices.timeoutMs) / 1_000);
    this.count('stallSeconds', (stalled * stallMs) / 1_000);
  }

  private count(name: Parameters<Tally['add']>[0], amount: number): void {
    this.tally.add(name, amount);
    this.everywhere.add(name, amount);
  }

  /** The latencies of the period, what members who play felt of them, and the end of it for both. */
  takeLatency(seed: number, periodMs: number): PeriodLatency {
    const sample = sampleLatency(
      {
        hops: this.graph.services.map((state, i) => {
          const { service, passing, timeoutMs, pool } = state;
          return {
            passing,
            timeoutMs,
            serviceMs: service.serviceMs,
            variation: service.variation,
            waitRatio: this.hops[i]?.waitRatio.take() ?? 0,
            waitMs: this.hops[i]?.waitMs.take() ?? 0,
            deadRatio: this.hops[i]?.deadRatio.take() ?? 0,
            slow: slownessOf(pool.reach.stress, { ratio: this.graph.deniedRatio(state), timeoutMs }),
          };
        }),
        connectMs: this.model.balancer.connectMs,
        missRatio: this.missRatio.take() ?? 0,
        originMs: this.originMs.take() ?? 0,
        originTimeoutMs: this.model.origin.timeoutMs,
      },
      seed,
    );
    const { slowMs, bufferMs, rebuffering, rebufferingWhenSlow } = this.model.members;
    const [p50Ms = 0, p95Ms = 0, p99Ms = 0] = percentilesOf(sample, [0.5, 0.95, 0.99]);
    const slowRatio = slowerThan(sample, slowMs);
    const { felt } = this;
    felt.value =
      felt.value < 0 ? slowRatio : felt.value + (slowRatio - felt.value) * (1 - Math.exp(-periodMs / bufferMs));
    this.count('stallSeconds', this.tally.peek('playSeconds') * (rebuffering + rebufferingWhenSlow * felt.value));
    return { sample, p50Ms, p95Ms, p99Ms, slowRatio };
  }

  /** How busy each group was; those of which no instance worked are left out. */
  takeLoads(): readonly GroupLoad[] {
    return this.graph.pools.flatMap(({ pool, reach }, i) => {
      const utilisation = this.loads[i]?.take();
      if (utilisation === undefined) return [];
      const memory = pool.memoryIdle + pool.memoryBusy * utilisation + (reach.stress?.memoryRatio ?? 0);
      return [{ group: pool.group, utilisation, memory: Math.min(1, memory) }];
    });
  }
}

/** How busy the cores of a group are, with its own work and with what else works there; 0..1. */
export function cpuOf({ utilisation }: QueueState, { stress }: GroupReach): number {
  return stress ? Math.min(1, utilisation * (1 - stress.capacityRatio) + stress.cpuRatio) : utilisation;
}

interface Denied {
  readonly ratio: number;
  readonly timeoutMs: number;
}

/** What nobody answers takes as long as the caller waits; the rest is slowed down by what works beside it. */
function slownessOf(stress: Stress | undefined, { ratio, timeoutMs }: Denied): Hop['slow'] {
  if (ratio > 0) return { ratio, ms: timeoutMs, resentRatio: stress?.resentRatio ?? 0 };
  return stress && { ratio: stress.slowRatio, ms: stress.addedMs, resentRatio: stress.resentRatio };
}
