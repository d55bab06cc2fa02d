import type { RegionView } from '../ports.js';
import { Balancer, type GroupReach } from './balancer.js';
import { RegionCache, type CacheNodes, type Visitors } from './cache.js';
import type { Cell, Cells } from './cells.js';
import type { Home } from './homes.js';
import type { TrafficModel } from './model.js';
import { RegionPeriod } from './region-period.js';
import { ServiceGraph, type GraphState } from './service-graph.js';
import type { Tally } from './tally.js';

/** What one tick sends to one region. */
export interface RegionInput {
  /** By population. */
  readonly visitors: readonly Visitors[];
  /** Sent again after it failed elsewhere, a second. */
  readonly retries: number;
  /** Requests of devices that ran into another region first, a second. */
  readonly stalls: number;
  /** The most that the region lacks of what was written in another. */
  readonly missingMs: number;
  /** Whether its services are told to keep to themselves. */
  readonly isolated: boolean;
  readonly elapsedMs: number;
}

/** How one region fares now: requests a second. */
export interface RegionState {
  readonly sent: number;
  readonly served: number;
  readonly shed: number;
  readonly failed: number;
  readonly missRatio: number;
}

interface Setup {
  readonly model: TrafficModel;
  readonly cells: Cells;
  readonly everywhere: Tally;
  readonly homes: readonly Home[];
  /** Instances on a usual day of the group that caches. */
  readonly usualNodes: number;
}

const IDLE: RegionState = { sent: 0, served: 0, shed: 0, failed: 0, missRatio: 0 };
const NOBODY: GroupReach = { serving: 0, total: 0, deadRatio: 0, lostRatio: 1 };

/** What is inside one region: load balancers, caches, services, and the sums of the period. */
export class RegionTraffic {
  readonly name: string;
  readonly graph: ServiceGraph;
  readonly period: RegionPeriod;
  state: RegionState = IDLE;
  private readonly model: TrafficModel;
  private readonly balancers: ReadonlyMap<string, Balancer>;
  private readonly reach = new Map<string, GroupReach>();
  private readonly cache: RegionCache;
  private readonly usualNodes: number;
  private readonly failed: Cell;

  constructor(name: string, { model, cells, everywhere, homes, usualNodes }: Setup) {
    this.name = name;
    this.model = model;
    this.usualNodes = usualNodes;
    this.failed = cells.make(`region/${name}/failing`, 0);
    this.graph = new ServiceGraph(name, model, cells);
    this.cache = new RegionCache(name, homes, { model: model.cache, cells });
    this.period = new RegionPeriod(name, this.graph, { model, cells, everywhere });
    this.balancers = new Map(
      model.pools.map(({ group }) => [group, new Balancer(`${name}/${group}`, model.balancer, cells)]),
    );
  }

  /** Looks at the infrastructure; whether the edge answers at all. */
  look(view: RegionView | undefined, nowMs: number): boolean {
    for (const [group, balancer] of this.balancers) {
      this.reach.set(
        group,
        balancer.look(
          view?.groups.find((one) => one.name === group),
          nowMs,
        ),
      );
    }
    this.graph.deny(view?.denied ?? []);
    return this.reachOf(this.groupOf(this.model.entry)).serving > 0;
  }

  /** Share of the requests of the last tick that failed. */
  get failing(): number {
    return this.failed.value;
  }

  step(input: RegionInput): void {
    const sent = input.retries + input.visitors.reduce((sum, { rps }) => sum + rps, 0);
    const cache = this.cache.step(input.visitors, this.nodes(), input.elapsedMs);
    const { replication } = this.model;
    const stale = input.missingMs > replication.staleMs ? cache.visitorRatio * replication.staleErrors : 0;
    const graph = this.graph.step({
      arrivals: sent,
      reachOf: (group) => this.reachOf(group),
      missRatio: cache.missRatio,
      staleRatio: stale,
      strandedRatio: cache.strandedRatio,
      visitorRatio: cache.visitorRatio,
      isolated: input.isolated,
    });
    this.state = stateOf(sent, graph, cache.missRatio);
    this.failed.value = sent > 0 ? (this.state.shed + this.state.failed) / sent : 0;
    const edge = this.reachOf(this.groupOf(this.model.entry));
    this.period.add(this.state, graph, {
      stalls: input.stalls,
      retries: input.retries,
      answered: edge.serving > 0,
      elapsedMs: input.elapsedMs,
    });
  }

  private nodes(): CacheNodes {
    return { serving: this.reachOf(this.groupOf(this.model.cache.service)).serving, usual: this.usualNodes };
  }

  private reachOf(group: string): GroupReach {
    return this.reach.get(group) ?? NOBODY;
  }

  private groupOf(service: string): string {
    return this.model.services.find((one) => one.name === service)?.group ?? '';
  }
}

function stateOf(sent: number, { shedRatio, failRatio }: GraphState, missRatio: number): RegionState {
  const shed = sent * shedRatio;
  const failed = (sent - shed) * failRatio;
  return { sent, shed, failed, served: sent - shed - failed, missRatio };
}
