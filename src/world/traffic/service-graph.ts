import type { GroupReach } from './balancer.js';
import type { Cell, Cells } from './cells.js';
import type { DeniedView } from '../ports.js';
import type { Call, OriginModel, Pool, Service, TrafficModel } from './model.js';
import { originState, type OriginState } from './origin.js';
import { queueState, type QueueState } from './queue.js';

/** One group of one region, as its services load it. */
export interface PoolState {
  readonly pool: Pool;
  reach: GroupReach;
  queue: QueueState;
  /** Share of arrivals that was shed a moment ago: so much less goes on to what its services call. */
  readonly shed: Cell;
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
  /** Share of them that fail for a reason that another attempt meets again: wrong, or out of reach. */
  failRatio: number;
  /** Share of the others that fail for a reason that another attempt may not meet: no place, or nobody there. */
  turnedAwayRatio: number;
}

interface CallState {
  readonly call: Call;
  readonly callee: ServiceState;
  /** Whether its packets are dropped on their way: nothing arrives, and the caller waits until it gives up. */
  denied: boolean;
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
  /** Share of requests from members whose home region is dark. */
  readonly strandedRatio: number;
  /** Share of requests from members whose home is another region, dark or not. */
  readonly visitorRatio: number;
  /** Whether services call no other region. */
  readonly isolated: boolean;
}

/** How members' requests fare in one region. */
export interface GraphState {
  /** Share that is shed at the edge. */
  readonly shedRatio: number;
  /** Share of the rest that fails. */
  readonly failRatio: number;
  readonly lookups: number;
  /** Calls between services that were made again because one failed, a second. */
  readonly retried: number;
  /** Attempts at services of other regions, a second. */
  readonly crossRegion: number;
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
  private pairs: readonly DeniedView[] = [];

  constructor(region: string, model: TrafficModel, cells: Cells) {
    this.origin = model.origin;
    this.cached = model.cache.service;
    this.pools = model.pools.map((pool) => ({
      pool,
      reach: NOTHING,
      queue: IDLE,
      shed: cells.make(`pool/${region}/${pool.group}/shed`, 0),
      offered: 0,
      arrivals: 0,
    }));
    this.services = this.build(region, model, cells);
    this.entry = this.services.find(({ service }) => service.name === model.entry);
  }

  /** Works out one tick. */
  step(input: GraphInput): GraphState {
    const { missRatio, staleRatio } = input;
    for (const pool of this.pools) pool.reach = input.reachOf(pool.pool.group);
    const sent = this.pushLoad(input);
    for (const pool of this.pools) settle(pool);
    const cached = this.services.find(({ service }) => service.name === this.cached);
    const lookups = cached?.load ?? 0;
    const origin = originState(this.origin, lookups * missRatio);
    for (let i = this.services.length - 1; i >= 0; i--) {
      const state = this.services[i];
      if (state) fail(state, { ...input, origin: state === cached ? missRatio * origin.failRatio : 0 });
    }
    const { entry } = this;
    if (!entry) return { shedRatio: 0, failRatio: 0, lookups, origin, ...sent };
    const { shedRatio } = entry.pool.queue;
    const passed = (1 - entry.failRatio) * (1 - entry.pool.reach.lostRatio);
    return { shedRatio, failRatio: 1 - passed * (1 - staleRatio), lookups, origin, ...sent };
  }

  /** Takes note of which calls between groups are dropped. */
  deny(pairs: readonly DeniedView[]): void {
    if (pairs === this.pairs) return;
    this.pairs = pairs;
    for (const { pool, calls } of this.services) {
      for (const one of calls) {
        const [from, to] = [pool.pool.group, one.callee.pool.pool.group];
        one.denied = pairs.some((pair) => pair.from === from && pair.to === to);
      }
    }
  }

  /** Share of the requests to a service that never get there, 0..1: their callers wait until they give up. */
  deniedRatio(state: ServiceState): number {
    const ways = this.services.flatMap(({ passing, calls }) =>
      calls
        .filter(({ callee }) => callee === state)
        .map(({ call, denied }) => ({ denied, share: passing * call.perRequest })),
    );
    const whole = ways.reduce((sum, { share }) => sum + share, 0);
    const dropped = ways.reduce((sum, { denied, share }) => sum + (denied ? share : 0), 0);
    return whole === 0 ? 0 : dropped / whole;
  }

  private pushLoad({ arrivals, visitorRatio, isolated }: GraphInput): Pick<GraphState, 'retried' | 'crossRegion'> {
    let retried = 0;
    let crossRegion = 0;
    for (const state of this.services) state.load = state === this.entry ? arrivals : 0;
    for (const pool of this.pools) pool.offered = pool.arrivals = 0;
    for (const { service, pool, calls, load } of this.services) {
      pool.arrivals += load * (1 - pool.reach.lostRatio);
      pool.offered += (load * (1 - pool.reach.lostRatio) * service.serviceMs) / 1_000;
      const worked = load * (1 - pool.reach.lostRatio) * (1 - pool.shed.value);
      for (const { call, callee, denied, failing } of calls) {
        const made = worked * call.perRequest;
        const tried = made * attempts(failing.value, call.retries);
        if (!denied) callee.load += tried;
        retried += tried - made;
        if (call.home && !isolated) crossRegion += tried * visitorRatio;
      }
    }
    return { retried, crossRegion };
  }

  private build(region: string, model: TrafficModel, cells: Cells): readonly ServiceState[] {
    const ways = waysThrough(model);
    const built = new Map<string, ServiceState>();
    // the called before their callers, so that each finds what it calls
    for (const service of [...model.services].reverse()) {
      const pool = this.pools.find((one) => one.pool.group === service.group);
      if (!pool) continue;
      const calls = service.calls.flatMap((call) => {
        const callee = built.get(call.service);
        const failing = (): Cell => cells.make(`calls/${region}/${service.name}/${call.service}/failing`, 0);
        return callee ? [{ call, callee, denied: false, failing: failing() }] : [];
      });
      const { passing, timeoutMs } = ways.get(service.name) ?? NO_WAY;
      built.set(service.name, { service, pool, calls, passing, timeoutMs, load: 0, failRatio: 0, turnedAwayRatio: 0 });
    }
    return model.services.flatMap((service) => built.get(service.name) ?? []);
  }
}

const NOTHING: GroupReach = { serving: 0, total: 0, deadRatio: 0, lostRatio: 0 };
const IDLE: QueueState = { utilisation: 0, shedRatio: 0, waitRatio: 0, waitMs: 0 };

/** The share of members' requests that come by a service, and how long its most patient caller waits. */
interface Way {
  readonly passing: number;
  readonly timeoutMs: number;
}

const NO_WAY: Way = { passing: 0, timeoutMs: 0 };

function waysThrough({ entry, services }: TrafficModel): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>([[entry, { passing: 1, timeoutMs: Number.POSITIVE_INFINITY }]]);
  for (const { name, calls } of services) {
    const { passing } = ways.get(name) ?? NO_WAY;
    for (const call of calls) {
      const known = ways.get(call.service) ?? NO_WAY;
      ways.set(call.service, {
        passing: Math.min(1, known.passing + passing * call.perRequest),
        timeoutMs: Math.max(known.timeoutMs, call.timeoutMs),
      });
    }
  }
  return ways;
}

/** Work spreads over a group's instances evenly, each a station of its own. */
function settle(state: PoolState): void {
  const { serving } = state.reach;
  if (serving === 0 || state.arrivals === 0) {
    state.queue = IDLE;
    state.shed.value = 0;
    return;
  }
  const left = 1 - (state.reach.stress?.capacityRatio ?? 0);
  state.queue = queueState({
    workers: state.pool.workers,
    places: state.pool.queue,
    arrivalsPerSecond: state.arrivals / serving,
    serviceMs: (1_000 * state.offered) / state.arrivals / left,
  });
  state.shed.value = state.queue.shedRatio;
}

/** What goes wrong beside the services themselves: shares of requests. */
interface Trouble extends Pick<GraphInput, 'strandedRatio' | 'isolated'> {
  readonly origin: number;
}

function fail(state: ServiceState, { origin, strandedRatio, isolated }: Trouble): void {
  const { service, pool, calls } = state;
  let good = (1 - service.errors) * (1 - origin);
  for (const { call, callee, denied, failing } of calls) {
    const failed = denied ? 1 : callee.failRatio;
    const lasting = 1 - (1 - failed) * (1 - (call.home ? strandedRatio : 0));
    const passing = 1 - (1 - callee.turnedAwayRatio) * (1 - lateRatio(callee, call.timeoutMs));
    // an isolated region does not even try to reach another, so that there is nothing to try again
    const met = isolated ? failed : lasting;
    const now = Math.min(MOST_FAILING, 1 - (1 - met) * (1 - passing));
    failing.value += (now - failing.value) * LEARN;
    if (!call.fallback) good *= 1 - call.perRequest * (1 - (1 - lasting) * (1 - passing ** (call.retries + 1)));
  }
  state.failRatio = 1 - good;
  state.turnedAwayRatio = 1 - (1 - pool.queue.shedRatio) * (1 - pool.reach.lostRatio);
}

/**
 * Share of answers that come after the caller has given up, because they waited for a worker or were slowed down on
 * their way.
 */
function lateRatio({ service, pool }: ServiceState, timeoutMs: number): number {
  const { waitRatio, waitMs } = pool.queue;
  const { slowRatio = 0, addedMs = 0 } = pool.reach.stress ?? {};
  const waited = waitMs > 0 ? waitRatio * Math.exp(-Math.max(0, timeoutMs - service.serviceMs) / waitMs) : 0;
  return service.serviceMs + addedMs > timeoutMs ? 1 - (1 - waited) * (1 - slowRatio) : waited;
}

/** Attempts for each call when a share `failing` of them fails and each is made again at most `retries` times. */
function attempts(failing: number, retries: number): number {
  return failing > 0 ? (1 - failing ** (retries + 1)) / (1 - failing) : 1;
}
