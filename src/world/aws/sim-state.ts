import type { Random } from '../../model/ports.js';
import type { World } from '../world.js';
import type { AlarmRow } from './alarm-rows.js';
import type { SimBehaviour } from './behaviour.js';
import { hashText, Ids } from './ids.js';
import type { CommandRow } from './command-rows.js';
import type { HealthCheckRow } from './health-rows.js';
import { InfraCache } from './infra-cache.js';
import type { GroupRow, InstanceRow, MetaRow, RecordRow } from './rows.js';
import { CommandEffects } from './ssm/command-effects.js';
import { Store, type RowChange } from './store.js';
import { nextDrained } from './targets.js';
import { Timers } from './timers.js';

/** Auto Scaling looks at a group about this often. */
const RECONCILE_MS = 10_000;
/** Alarms look every minute, those on shorter periods six times as often. */
const MINUTE_MS = 60_000;
const FAST_LOOK_MS = 10_000;

/** What a simulated AWS is made from. */
export interface SimOptions {
  readonly world: World;
  readonly seed: number;
  readonly random: Random;
  readonly behaviour?: Partial<SimBehaviour>;
}

/** How busy a group was at the last look, and since when it has been above or below its target. */
export interface GroupLoad {
  aboveSinceMs: number | undefined;
  belowSinceMs: number | undefined;
}

/**
 * The rows, and all that follows from them: who is in which group, what happens when, what traffic sees. Everything
 * here but the rows can be worked out again from the rows.
 */
export class SimState {
  readonly world: World;
  readonly behaviour: SimBehaviour;
  readonly ids: Ids;
  readonly store = new Store();
  readonly timers = new Timers();
  readonly infra: InfraCache;
  readonly loads = new Map<string, GroupLoad>();
  /** What running commands do to instances. */
  readonly effects = new CommandEffects(({ vpc }) =>
    [...this.store.subnets.all()].filter((subnet) => subnet.vpc === vpc).map(({ cidr }) => cidr),
  );
  nowMs: number;
  private readonly random: Random;
  private readonly members = new Map<string, Set<string>>();
  private readonly attended = new Set<string>();
  private readonly probed = new Set<string>();
  private readonly looking = new Set<string>();
  private draws = 0;

  constructor(options: SimOptions, behaviour: SimBehaviour) {
    this.world = options.world;
    this.behaviour = behaviour;
    this.ids = new Ids(options.seed);
    this.random = options.random;
    this.nowMs = options.world.startsAtMs - options.world.historyMs;
    this.infra = new InfraCache(this.world, this.store, (group) => this.membersOf(group), this.effects);
    this.watch();
  }

  /** The members of a group, in the order of their launch. */
  membersOf(group: string): readonly InstanceRow[] {
    return [...(this.members.get(group) ?? [])].flatMap((id) => this.store.instances.get(id) ?? []);
  }

  /** Lets Auto Scaling look at a group at its next turn. Groups take their turns at different moments. */
  attend(group: string): void {
    if (this.attended.has(group)) return;
    this.attended.add(group);
    const offset = hashText(group) % RECONCILE_MS;
    const turns = Math.floor((this.nowMs - offset) / RECONCILE_MS) + 1;
    this.timers.add({ atMs: turns * RECONCILE_MS + offset, kind: 'group', id: group });
  }

  /** Who serves in a group may have changed: traffic looks again, and health checks of its region probe. */
  servingChanged(group: string): void {
    this.infra.touchGroup(group);
    this.probeAll();
  }

  /** A check's probe is made now. */
  probing(check: string): void {
    this.probed.delete(check);
  }

  /** Lets an alarm look at its metric as soon as its next period can be read. */
  awaitLook({ id, periodMs }: Pick<AlarmRow, 'id' | 'periodMs'>): void {
    if (this.looking.has(id)) return;
    this.looking.add(id);
    const step = periodMs < MINUTE_MS ? FAST_LOOK_MS : MINUTE_MS;
    const { delayMs } = this.world.metrics;
    const atMs = (Math.floor((this.nowMs - delayMs) / step) + 1) * step + delayMs;
    this.timers.add({ atMs, kind: 'alarm', id });
  }

  /** An alarm looks now. */
  lookingAt(alarm: string): void {
    this.looking.delete(alarm);
  }

  /** A group's turn has come. */
  attending(group: string): void {
    this.attended.delete(group);
  }

  /** When describing calls begin to see a write of this moment; undefined: at once. */
  seenFromMs(): number | undefined {
    if (this.behaviour.readLagMs <= 0) return undefined;
    this.draws++;
    return this.nowMs + Math.ceil(this.random.next() * this.behaviour.readLagMs);
  }

  /** A chance from 0 to 1, the next one of the seed's. */
  chance(): number {
    this.draws++;
    return this.random.next();
  }

  meta(): MetaRow {
    return { id: 'meta', nowMs: this.nowMs, ids: this.ids.count, draws: this.draws };
  }

  /** Goes on where the rows of another left off. */
  resume(rows: readonly RowChange[]): void {
    // first of all what the time is: whatever is loaded sets its timers by it
    this.store.load(rows.filter(({ table }) => table === 'meta'));
    this.resumeMeta();
    this.store.load(rows.filter(({ table }) => table !== 'meta'));
  }

  private resumeMeta(): void {
    const meta = this.store.meta.get('meta');
    if (!meta) return;
    this.nowMs = meta.nowMs;
    this.ids.restore(meta.ids);
    while (this.draws < meta.draws) {
      this.draws++;
      this.random.next();
    }
  }

  private watch(): void {
    const { store, infra } = this;
    store.instances.watch((after, before) => this.instanceChanged(after, before));
    store.groups.watch((after, before) => this.groupTouched((after ?? before)?.id));
    store.subnets.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.acls.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.securityGroups.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.routeTables.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.peerings.watch(() => infra.touchLinks());
    store.parameters.watch(() => infra.touchParameters());
    store.buckets.watch(() => infra.touchLinks());
    store.loadBalancers.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.listeners.watch((after, before) => this.networkChanged((after ?? before)?.region));
    store.commands.watch((after, before) => this.commandChanged(after, before));
    store.alarms.watch((after) => {
      if (after) this.awaitLook(after);
    });
    store.fisExperiments.watch((after) => {
      if (after && after.dueMs !== null) this.timers.add({ atMs: after.dueMs, kind: 'experiment', id: after.id });
    });
    store.databases.watch((after) => {
      if (after?.failing) this.timers.add({ atMs: after.failing.dueMs, kind: 'database', id: after.id });
    });
    store.refreshes.watch((after) => {
      if (after) this.attend(after.group);
    });
    store.healthChecks.watch((after) => {
      infra.touchAnswers();
      if (after) this.probe(after);
    });
    store.records.watch((after) => {
      infra.touchAnswers();
      if (after) this.expectSync(after);
    });
  }

  private commandChanged(after: CommandRow | undefined, before: CommandRow | undefined): void {
    for (const { group } of this.effects.changed(after, before, (id) => this.store.instances.get(id)))
      if (group !== null) this.servingChanged(group);
    if (after && after.dueMs !== null && after.dueMs !== before?.dueMs)
      this.timers.add({ atMs: after.dueMs, kind: 'command', id: after.id });
  }

  private networkChanged(region = ''): void {
    this.infra.touchNetwork(region);
    this.probeAll();
    if (!this.behaviour.elbHealthChecks) return;
    for (const group of this.store.groups.all()) if (group.region === region) this.attend(group.id);
  }

  private groupTouched(group: GroupRow['id'] | null | undefined): void {
    if (!group) return;
    this.servingChanged(group);
    this.attend(group);
  }

  private probeAll(): void {
    for (const check of this.store.healthChecks.all()) this.probe(check);
  }

  /** Lets a check look at its endpoint at its next interval. */
  private probe({ id, intervalMs, disabled }: HealthCheckRow): void {
    if (disabled || this.probed.has(id)) return;
    this.probed.add(id);
    const offset = hashText(id) % intervalMs;
    const turns = Math.floor((this.nowMs - offset) / intervalMs) + 1;
    this.timers.add({ atMs: turns * intervalMs + offset, kind: 'health', id });
  }

  private expectSync(record: RecordRow): void {
    if (record.syncMs !== null) this.timers.add({ atMs: record.syncMs, kind: 'dns', id: record.id });
  }

  private instanceChanged(after: InstanceRow | undefined, before: InstanceRow | undefined): void {
    const row = after ?? before;
    if (!row) return;
    if (before?.group && before.group !== row.group) this.leave(before.group, row.id);
    this.index(row, Boolean(after?.member));
    this.groupTouched(row.group);
    if (!after) return;
    const old = before && momentsOf(before, this.nowMs);
    for (const atMs of momentsOf(after, this.nowMs)) {
      if (!old?.includes(atMs)) this.timers.add({ atMs, kind: 'instance', id: after.id });
    }
  }

  private leave(group: string, id: string): void {
    this.members.get(group)?.delete(id);
    this.groupTouched(group);
  }

  private index(row: InstanceRow, isMember: boolean): void {
    if (!row.group) return;
    const own = this.members.get(row.group) ?? new Set();
    if (isMember) own.add(row.id);
    else own.delete(row.id);
    this.members.set(row.group, own);
  }
}

/** When something happens to an instance by itself: its state changes, it is warm, a target has drained. */
function momentsOf(row: InstanceRow, nowMs: number): readonly number[] {
  const warmMs = row.servesMs > nowMs ? row.servesMs : undefined;
  return [row.dueMs, warmMs, nextDrained(row)].flatMap((atMs) => atMs ?? []);
}
