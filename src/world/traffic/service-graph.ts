import type { GroupReach } from './balancer.js';
import type { Cell, Cells } from './cells.js';
import type { Call, OriginModel, Pool, Service, TrafficModel } from './model.js';
import { originState, type OriginState } from './origin.js';
import { queueState, type QueueState } from './queue.js';

/** One group of one region, as its services load it. */
export interface PoolState {
  readonly pool: Pool;
  reach: GroupReach;
  queue: QueueState;
  /** Work that arrives, in busy workers. */
  offered: number;
  arrivals: number;
}

/** One service of one region. */
export interface ServiceState {
  readonly service: Service;
  readonly pool: PoolState;
  readonly calls: readonly CallState[];
  /** Share of members' requests that come by here, 0..1. */
  readonly passing: number;
  /** The longest that its caller waits. */
  readonly timeoutMs: number;
  /** Requests a second. */
  load: number;
  /** Share of them that fail. */
  failRatio: number;
}

interface CallState {
  readonly call: Call;
  readonly callee: ServiceState;
  /** Share of attempts that fail, smoothed: retries answer to what was, not to what will be. */
  readonly failing: Cell;
}

/** What comes in from outside the services. */
export interface GraphInput {
  readonly arrivals: number;
  readonly reachOf: (group: string) => GroupReach;
  readonly missRatio: number;
  /** Share of requests that fail because the state they meet is too old. */
  readonly staleRatio: number;
}

/** How members' requests fare in one region. */
export interface GraphState {
  /** Share that is shed at the edge. */
  readonly shedRatio: number;
  /** Share of the rest that fails. */
  readonly failRatio: number;
  readonly lookups: number;
  readonly origin: OriginState;
}

/** How fast callers learn that a call fails. */
const LEARN = 0.5;
/** An attempt is never so surely lost that the number of attempts could run away. */
const MOST_FAILING = 0.999;

/** The services of one region: load flows from callers to the called, failures and waits flow back. */
export class ServiceGraph {
  readonly pools: readonly PoolState[];
  /** Callers first. */
  readonly services: readonly ServiceState[];
  private readonly origin: OriginModel;
  private readonly cached: string;
  private readonly entry: ServiceState | undefined;

  constructor(region: string, model: TrafficModel, cells: Cells) {
    this.origin = model.origin;
    this.cached = model.cache.service;
    this.pools = model.pools.map((pool) => ({ pool, reach: NOTHING, queue: IDLE, offered: 0, arrivals: 0 }));
    this.services = this.build(region, model, cells);
    this.entry = this.services.find(({ service }) => service.name === model.entry);
  }

  /** Works out one tick. */
  step({ arrivals, reachOf, missRatio, staleRatio }: GraphInput): GraphState {
    this.pushLoad(arrivals);
    for (const pool of this.pools) settle(pool, reachOf(pool.pool.group));
    const cached = this.services.find(({ service }) => service.name === this.cached);
    const lookups = cached?.load ?? 0;
    const origin = originState(this.origin, lookups * missRatio);
    for (let i = this.services.length - 1; i >= 0; i--) {
      const state = this.services[i];
      if (state) state.failRatio = failRatioOf(state, state === cached ? missRatio * origin.failRatio : 0);
    }
    const { entry } = this;
    if (!entry) return { shedRatio: 0, failRatio: 0, lookups, origin };
    const { shedRatio } = entry.pool.queue;
    const passed = shedRatio < 1 ? (1 - entry.failRatio) / (1 - shedRatio) : 0;
    return { shedRatio, failRatio: 1 - passed * (1 - staleRatio), lookups, origin };
  }

  private pushLoad(arrivals: number): void {
    for (const state of this.services) state.load = state === this.entry ? arrivals : 0;
    for (const pool of this.pools) pool.offered = pool.arrivals = 0;
    for (const { service, pool, calls, load } of this.services) {
      pool.arrivals += load * (1 - pool.reach.lostRatio);
      pool.offered += (load * (1 - pool.reach.lostRatio) * service.serviceMs) / 1_000;
      const worked = load * (1 - pool.reach.lostRatio) * (1 - pool.queue.shedRatio);
      for (const { call, callee, failing } of calls) {
        callee.load += worked * call.perRequest * attempts(failing.value, call.retries);
      }
    }
  }

  private build(region: string, model: TrafficModel, cells: Cells): readonly ServiceState[] {
    const built = new Map<string, ServiceState>();
    // the called before their callers, so that each finds what it calls
    for (const service of [...model.services].reverse()) {
      const pool = this.pools.find((one) => one.pool.group === service.group);
      if (!pool) continue;
      const calls = service.calls.flatMap((call) => {
        const callee = built.get(call.service);
        const failing = (): Cell => cells.make(`calls/${region}/${service.name}/${call.service}/failing`, 0);
        return callee ? [{ call, callee, failing: failing() }] : [];
      });
      const { passing, timeoutMs } = wayTo(service.name, model);
      built.set(service.name, { service, pool, calls, passing, timeoutMs, load: 0, failRatio: 0 });
    }
    return model.services.flatMap((service) => built.get(service.name) ?? []);
  }
}

const NOTHING: GroupReach = { serving: 0, total: 0, deadRatio: 0, lostRatio: 0 };
const IDLE: QueueState = { utilisation: 0, shedRatio: 0, waitRatio: 0, waitMs: 0 };

/** The share of members' requests that come by a service, and how long its most patient caller waits. */
function wayTo(name: string, model: TrafficModel): { readonly passing: number; readonly timeoutMs: number } {
  if (name === model.entry) return { passing: 1, timeoutMs: Number.POSITIVE_INFINITY };
  let passing = 0;
  let timeoutMs = 0;
  for (const caller of model.services) {
    for (const call of caller.calls) {
      if (call.service !== name) continue;
      passing += wayTo(caller.name, model).passing * call.perRequest;
      timeoutMs = Math.max(timeoutMs, call.timeoutMs);
    }
  }
  return { passing: Math.min(1, passing), timeoutMs };
}

/** Work spreads over a group's instances evenly, each a station of its own. */
function settle(state: PoolState, reach: GroupReach): void {
  state.reach = reach;
  if (reach.serving === 0 || state.arrivals === 0) {
    state.queue = IDLE;
    return;
  }
  state.queue = queueState({
    workers: state.pool.workers,
    places: state.pool.queue,
    arrivalsPerSecond: state.arrivals / reach.serving,
    serviceMs: (1_000 * state.offered) / state.arrivals,
  });
}

function failRatioOf({ service, pool, calls }: ServiceState, originRatio: number): number {
  let good = (1 - service.errors) * (1 - pool.queue.shedRatio) * (1 - pool.reach.lostRatio) * (1 - originRatio);
  for (const { call, callee, failing } of calls) {
    const now = Math.min(MOST_FAILING, 1 - (1 - callee.failRatio) * (1 - lateRatio(callee, call.timeoutMs)));
    failing.value += (now - failing.value) * LEARN;
    if (!call.fallback) good *= 1 - call.perRequest * failing.value ** (call.retries + 1);
  }
  return 1 - good;
}

/** Share of answers that come after the caller has given up, because they waited for a worker. */
function lateRatio({ service, pool }: ServiceState, timeoutMs: number): number {
  const { waitRatio, waitMs } = pool.queue;
  return waitMs > 0 ? waitRatio * Math.exp(-Math.max(0, timeoutMs - service.serviceMs) / waitMs) : 0;
}

/** Attempts for each call when a share `failing` of them fails and each is made again at most `retries` times. */
function attempts(failing: number, retries: number): number {
  return failing > 0 ? (1 - failing ** (retries + 1)) / (1 - failing) : 1;
}
