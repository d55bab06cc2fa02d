import { seededRandom } from '../../../src/host/random.js';
import type {
  AnswerView,
  GroupView,
  InfraView,
  LinkView,
  LoadSink,
  MetricBatch,
  MetricSink,
  RegionView,
} from '../../../src/world/ports.js';
import { Traffic } from '../../../src/world/traffic/traffic.js';
import type { World, WorldGroup } from '../../../src/world/world.js';

interface FakeGroup {
  readonly group: WorldGroup;
  desired: number;
  /** Zone and serving-from of each instance. */
  instances: { readonly zone: string; readonly servesMs: number }[];
  frozen: boolean;
  scaledMs: number;
  aboveSinceMs: number | undefined;
}

/**
 * Infrastructure by hand: regions and zones that can be darkened, weights that can be moved, groups that scale out
 * with a boot delay.
 */
export class FakeInfra implements LoadSink, MetricSink {
  readonly batches: MetricBatch[] = [];
  nowMs: number;
  private readonly world: World;
  private readonly groups = new Map<string, FakeGroup>();
  private readonly dark = new Set<string>();
  private readonly traffic: Traffic;
  private answers: readonly AnswerView[];
  private links: readonly LinkView[];
  private version = 0;

  constructor(world: World, seed = 1) {
    this.world = world;
    this.nowMs = world.startsAtMs - world.historyMs;
    for (const region of world.regions) {
      for (const group of world.groups.filter(({ regions }) => regions.includes(region.name))) {
        const fake: FakeGroup = {
          group,
          desired: group.desired,
          instances: [],
          frozen: false,
          scaledMs: 0,
          aboveSinceMs: undefined,
        };
        this.groups.set(`${region.name}/${group.name}`, fake);
        this.grow(region.name, fake, group.desired, this.nowMs);
      }
    }
    this.answers = world.domains.flatMap(({ name, ttlSeconds, answers }) =>
      answers.map(({ region, weight }) => ({ domain: name, region, weight, ttlSeconds })),
    );
    this.links = world.links.flatMap(({ regions: [one, other] }) => [
      { from: one, to: other, flows: true },
      { from: other, to: one, flows: true },
    ]);
    this.traffic = new Traffic(world, { random: seededRandom(seed), metrics: this, load: this, startMs: this.nowMs });
  }

  publish(batch: MetricBatch): void {
    this.batches.push(batch);
  }

  /** Target tracking, as simple as it gets: out after a minute above target, never in. */
  observe({ region, group: name, utilisation, atMs }: Parameters<LoadSink['observe']>[0]): void {
    const fake = this.groups.get(`${region}/${name}`);
    const scaling = fake?.group.scaling;
    if (!fake || !scaling || fake.frozen) return;
    const { targetUtilisation, cooldownMs } = scaling;
    fake.aboveSinceMs = utilisation > targetUtilisation ? (fake.aboveSinceMs ?? atMs) : undefined;
    const due = fake.aboveSinceMs !== undefined && atMs - fake.aboveSinceMs >= 60_000;
    if (!due || atMs - fake.scaledMs < cooldownMs) return;
    const serving = fake.instances.filter(({ zone, servesMs }) => servesMs <= atMs && !this.dark.has(zone)).length;
    this.resize(region, name, Math.min(fake.group.max, Math.ceil((serving * utilisation) / targetUtilisation)));
  }

  /** Lets seconds pass. */
  run(seconds: number): this {
    for (let i = 0; i < seconds; i++) {
      this.nowMs += 1_000;
      this.traffic.tick(this.nowMs, this.view());
    }
    return this;
  }

  darken(zones: readonly string[]): this {
    for (const zone of zones) this.dark.add(zone);
    for (const fake of this.groupsOf(zones)) fake.frozen = true;
    return this;
  }

  restore(zones: readonly string[]): this {
    for (const zone of zones) this.dark.delete(zone);
    for (const fake of this.groupsOf(zones)) fake.frozen = false;
    return this;
  }

  zonesOf(region: string): readonly string[] {
    return this.world.regions.find(({ name }) => name === region)?.zones ?? [];
  }

  weigh(region: string, weight: number): this {
    this.answers = this.answers.map((answer) => (answer.region === region ? { ...answer, weight } : answer));
    return this;
  }

  /** Cuts one direction of a link, or heals it. */
  link(from: string, to: string, flows: boolean): this {
    this.links = this.links.map((link) => (link.from === from && link.to === to ? { ...link, flows } : link));
    return this;
  }

  resize(region: string, name: string, desired: number): this {
    const fake = this.groups.get(`${region}/${name}`);
    if (!fake || desired <= fake.desired) return this;
    this.grow(region, fake, desired - fake.desired, this.nowMs + fake.group.bootMs + fake.group.warmupMs);
    fake.desired = desired;
    fake.scaledMs = this.nowMs;
    return this;
  }

  prewarm(region: string, factor: number): this {
    for (const { group } of this.groupsOf(this.zonesOf(region)))
      this.resize(region, group.name, Math.ceil(group.desired * factor));
    return this;
  }

  get running(): Traffic {
    return this.traffic;
  }

  view(): InfraView {
    this.version += 1;
    return {
      version: this.version,
      regions: this.world.regions.map(({ name }) => this.regionView(name)),
      answers: this.answers,
      links: this.links,
    };
  }

  private grow(region: string, fake: FakeGroup, by: number, servesMs: number): void {
    const zones = this.zonesOf(region);
    for (let i = 0; i < by; i++) {
      fake.instances.push({ zone: zones[fake.instances.length % zones.length] ?? '', servesMs });
    }
  }

  private groupsOf(zones: readonly string[]): readonly FakeGroup[] {
    return [...this.groups.values()].filter((fake) => fake.instances.some(({ zone }) => zones.includes(zone)));
  }

  private regionView(region: string): RegionView {
    const groups = [...this.groups]
      .filter(([key]) => key.startsWith(`${region}/`))
      .map(([, fake]): GroupView => ({
        name: fake.group.name,
        max: fake.group.max,
        zones: this.zonesOf(region).map((zone) => {
          const own = fake.instances.filter((instance) => instance.zone === zone);
          const serving = this.dark.has(zone) ? 0 : own.filter(({ servesMs }) => servesMs <= this.nowMs).length;
          return { zone, serving, total: own.length };
        }),
      }));
    return { region, groups };
  }
}
