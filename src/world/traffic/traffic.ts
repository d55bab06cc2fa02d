import type { Json } from '../../model/json.js';
import type { Random } from '../../model/ports.js';
import type { InfraView, LoadSink, MetricPoint, MetricSink } from '../ports.js';
import type { World } from '../world.js';
import { Cells, type Cell } from './cells.js';
import { chanceAt } from './chance.js';
import { demandAt } from './demand.js';
import { Devices, type Flow } from './devices.js';
import { NameResolution } from './dns.js';
import { homeDarkFrom, homesOf, usualNodesOf } from './homes.js';
import type { Population, TrafficModel } from './model.js';
import { memberPoints, regionPoints } from './publish.js';
import { cpuOf, type PeriodLatency } from './region-period.js';
import { RegionTraffic } from './region.js';
import { Replication } from './replication.js';
import { snapshotOf, type TrafficSnapshot } from './snapshot.js';
import { Tally } from './tally.js';

/** What the traffic of a world needs beside its file. */
export interface TrafficOptions {
  /** Drawn from once: everything else follows from that number. */
  readonly random: Random;
  readonly metrics: MetricSink;
  readonly load: LoadSink;
  /** When the traffic begins; the first tick is after it. */
  readonly startMs: number;
}

/** How often autoscaling is told how busy its groups are. */
const OBSERVE_EVERY_MS = 5_000;

/** What holds at one tick, by region. */
interface Now {
  readonly answers: readonly boolean[];
  readonly isolated: readonly boolean[];
  readonly elapsedMs: number;
}

interface Crowd {
  readonly population: Population;
  readonly seed: number;
  readonly devices: Devices;
  /** By region: the share of the population that is at home there. */
  readonly homes: readonly number[];
}

/**
 * The load that flows through a world's infrastructure, and the metrics that it leaves. It knows the infrastructure
 * only by what it is shown at each tick: who serves, and what DNS answers.
 */
export class Traffic {
  private readonly model: TrafficModel;
  private readonly world: World;
  private readonly options: TrafficOptions;
  private readonly cells = new Cells();
  private readonly seed: number;
  private readonly names: ReadonlyMap<string, NameResolution>;
  private readonly crowds: readonly Crowd[];
  private readonly regions: readonly RegionTraffic[];
  private readonly replication: Replication;
  private readonly everywhere: Tally;
  private readonly now: Cell;
  private readonly latencies = new Map<string, PeriodLatency>();
  private flows: readonly Flow[] = [];

  constructor(world: World, options: TrafficOptions) {
    const { cells } = this;
    const model = world.traffic;
    const regions = world.regions.map(({ name }) => name);
    this.model = model;
    this.world = world;
    this.options = options;
    this.seed = Math.floor(options.random.next() * 0x1_0000_0000);
    this.now = cells.make('now', options.startMs);
    this.names = new Map(
      world.domains.map(({ name }) => [name, new NameResolution(name, regions, { model: model.dns, cells })]),
    );
    const homes = regions.map((name) => homesOf(name, world));
    this.crowds = model.populations.map((population, i) => ({
      population,
      seed: this.seed + i + 1,
      homes: homes.map((at) => at[i]?.home ?? 0),
      devices: new Devices(population, regions, { devices: model.devices, members: model.members, cells }),
    }));
    const usualNodes = usualNodesOf(world);
    const everywhere = new Tally('global', cells);
    this.everywhere = everywhere;
    this.regions = regions.map(
      (name, i) => new RegionTraffic(name, { model, cells, everywhere, homes: homes[i] ?? [], usualNodes }),
    );
    this.replication = new Replication(regions, { model: model.replication, links: world.links, cells });
  }

  /**
   * Lets the traffic flow up to `nowMs`, at best a second after the tick before. A tick that is not later does
   * nothing.
   */
  tick(nowMs: number, infra: InfraView): void {
    const beforeMs = this.now.value;
    const elapsedMs = nowMs - beforeMs;
    if (elapsedMs <= 0) return;
    const answers = this.regions.map((region) =>
      region.look(
        infra.regions.find((one) => one.region === region.name),
        nowMs,
      ),
    );
    for (const name of this.names.values()) name.step(infra.answers, infra.version, elapsedMs);
    this.replication.step({ up: answers, links: infra.links, elapsedMs });
    const isolated = this.regions.map(({ name }) => infra.isolated?.includes(name) ?? false);
    const now: Now = { answers, isolated, elapsedMs };
    this.flows = this.route(nowMs, now);
    for (const [index, region] of this.regions.entries()) this.serve(region, index, now);
    this.countUnreached(elapsedMs);
    this.now.value = nowMs;
    if (passed(OBSERVE_EVERY_MS, beforeMs, nowMs)) this.observe(nowMs);
    const { periodMs } = this.world.metrics;
    if (passed(periodMs, beforeMs, nowMs)) this.publish(Math.floor(beforeMs / periodMs) * periodMs);
  }

  /** All that the traffic remembers, to go on in another process. */
  state(): Json {
    return this.cells.save();
  }

  /**
   * Goes on from a saved state.
   * @throws KongError STATE_NOT_READABLE when it is none
   */
  restore(saved: Json): void {
    this.cells.load(saved);
  }

  /** How everything fares at this moment. */
  snapshot(): TrafficSnapshot {
    return snapshotOf({
      nowMs: this.now.value,
      regions: this.regions,
      flows: this.flows,
      latencies: this.latencies,
      lagsOf: (index) => this.replication.lagsOf(index),
    });
  }

  private route(nowMs: number, { answers, isolated, elapsedMs }: Now): readonly Flow[] {
    const failing = this.regions.map((region) => region.failing);
    return this.crowds.map(({ population, seed, devices }) =>
      devices.route({
        // the second that ends now
        demand: demandAt({ population, seed }, nowMs - 1),
        shares: this.regions.map(({ name }) =>
          population.domains.reduce(
            (sum, domain) => sum + domain.share * (this.names.get(domain.name)?.shareOf(name) ?? 0),
            0,
          ),
        ),
        answers,
        failing,
        isolated,
        elapsedMs,
      }),
    );
  }

  private serve(region: RegionTraffic, index: number, now: Now): void {
    const copyable = now.answers.some((up, other) => up && other !== index);
    region.step({
      visitors: this.flows.map(({ arrivals, demand }, crowd) => {
        const rps = arrivals[index] ?? 0;
        const homeDark = homeDarkFrom(index, this.crowds[crowd]?.homes ?? [], now.answers);
        return { rps, share: demand > 0 ? rps / demand : 0, homeDark, copyable };
      }),
      retries: sumOf(this.flows, (flow) => flow.retries[index] ?? 0),
      stalls: sumOf(this.flows, (flow) => flow.stalls[index] ?? 0),
      missingMs: this.replication.missingOf(index),
      isolated: now.isolated[index] ?? false,
      elapsedMs: now.elapsedMs,
    });
  }

  /** Members whom no region answers are seen by nobody but their own devices. */
  private countUnreached(elapsedMs: number): void {
    const { startsPerRequest, requestEveryMs, stallMs, rebuffering } = this.model.members;
    const seconds = elapsedMs / 1_000;
    const unreached = sumOf(this.flows, (flow) => flow.unreached) * seconds;
    this.everywhere.add('starts', unreached * startsPerRequest);
    this.everywhere.add('playSeconds', (unreached * requestEveryMs) / 1_000);
    this.everywhere.add('stallSeconds', (unreached * (stallMs + rebuffering * requestEveryMs)) / 1_000);
  }

  private observe(atMs: number): void {
    for (const region of this.regions) {
      for (const { pool, reach, queue } of region.graph.pools) {
        if (reach.serving === 0) continue;
        this.options.load.observe({ region: region.name, group: pool.group, utilisation: cpuOf(queue, reach), atMs });
      }
    }
  }

  private publish(atMs: number): void {
    const batches = this.regions.map((region, index) => ({
      region: region.name,
      points: this.pointsOf(region, index, atMs),
    }));
    const anyone = batches.some(({ points }) => points.length > 0);
    const global = anyone ? memberPoints(this.everywhere, { Scope: 'global' }) : [];
    for (const { region, points } of batches) {
      const all = [...points, ...global];
      if (all.length > 0)
        this.options.metrics.publish({ region, namespace: this.world.metrics.namespace, atMs, points: all });
    }
  }

  /** A region whose edge served nobody says nothing: what would say it can't be reached either. */
  private pointsOf(region: RegionTraffic, index: number, atMs: number): readonly MetricPoint[] {
    const { period } = region;
    const { tally } = period;
    const latency = period.takeLatency(
      Math.floor(chanceAt(this.seed, index, Math.floor(atMs / 1_000)) * 0x1_0000_0000),
      this.world.metrics.periodMs,
    );
    const loads = period.takeLoads();
    if (tally.takeSum('answeredMs') === 0) return [];
    this.latencies.set(region.name, latency);
    return regionPoints({ tally, latency, loads, lags: this.replication.lagsOf(index) });
  }
}

/** Whether a boundary of `everyMs` lies between two moments. */
function passed(everyMs: number, beforeMs: number, nowMs: number): boolean {
  return Math.floor(nowMs / everyMs) > Math.floor(beforeMs / everyMs);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
