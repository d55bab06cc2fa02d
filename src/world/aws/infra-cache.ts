import type { AnswerView, DeniedView, GroupView, InfraView, RegionView, ZoneView } from '../ports.js';
import type { World } from '../world.js';
import { letsTrafficThrough } from './acl-rules.js';
import { callersOf } from './build-reach.js';
import { admitsGroup, admitsMembers, leadsToMembers, tableOf } from './reach-rules.js';
import { isHealthyCheck, routed } from './health-checks.js';
import { isolatedNow } from './isolation.js';
import { linksNow } from './links.js';
import type { CommandEffects } from './ssm/command-effects.js';
import { isCutOff, stressOf, type Effect } from './ssm/effects.js';
import { forwardsTo } from './targets.js';
import type { GroupRow, InstanceRow, RecordRow } from './rows.js';
import type { Store } from './store.js';

type Part = 'answers' | 'links' | 'isolated';

/**
 * The view that traffic has of the infrastructure, worked out again only for the groups that something happened to.
 */
export class InfraCache {
  private readonly world: World;
  private readonly store: Store;
  private readonly membersOf: (group: string) => Iterable<InstanceRow>;
  private readonly effects: CommandEffects;
  private readonly groups = new Map<string, GroupView>();
  private readonly touched = new Set<string>();
  private readonly reach = new Map<string, boolean>();
  /** What of the view has to be looked at again, beside the groups. */
  private readonly stale = new Set<Part>(['answers', 'links', 'isolated']);
  private denied: ReadonlyMap<string, readonly DeniedView[]> = new Map();
  private deniedTouched = true;
  private view: InfraView = { version: 0, regions: [], answers: [], links: [] };

  constructor(
    world: World,
    store: Store,
    membersOf: (group: string) => Iterable<InstanceRow>,
    effects: CommandEffects,
  ) {
    this.world = world;
    this.store = store;
    this.membersOf = membersOf;
    this.effects = effects;
  }

  /** Something of a group, or of its members, has changed. */
  touchGroup(id: string): void {
    this.touched.add(id);
  }

  /** An ACL of a region, or what it is associated with, has changed. */
  touchNetwork(region: string): void {
    this.reach.clear();
    this.stale.add('links');
    this.deniedTouched = true;
    for (const group of this.store.groups.all()) if (group.region === region) this.touched.add(group.id);
  }

  touchAnswers(): void {
    this.stale.add('answers');
  }

  /** A peering has changed, or what buckets replicate. */
  touchLinks(): void {
    this.stale.add('links');
  }

  /** A parameter that services may read has changed. */
  touchParameters(): void {
    this.stale.add('isolated').add('links');
  }

  /** The infrastructure now; the same object as before where nothing changed. */
  at(nowMs: number): InfraView {
    if (this.touched.size === 0 && this.stale.size === 0) return this.view;
    const groupsChanged = [this.refreshGroups(nowMs), this.refreshDenied()].includes(true);
    const { view, stale, world, store } = this;
    const answers = stale.has('answers') ? kept(view.answers, this.answers()) : view.answers;
    const links = stale.has('links') ? kept(view.links, linksNow(world, store)) : view.links;
    const isolated = stale.has('isolated') ? kept(view.isolated, isolatedNow(world, store)) : view.isolated;
    stale.clear();
    const isSame = answers === view.answers && links === view.links && isolated === view.isolated;
    if (!groupsChanged && isSame) return view;
    const regions = groupsChanged
      ? this.world.regions.map((region) => this.regionView(region.name))
      : view.regions;
    this.view = { version: view.version + 1, regions, answers, links, ...(isolated ? { isolated } : {}) };
    return this.view;
  }

  /**
   * Whether the network ACL and routes of its subnet, and one of its security groups, let traffic through, and nothing
   * on it keeps it from answering.
   */
  isReachable({ id, subnet, securityGroups }: Pick<InstanceRow, 'id' | 'subnet' | 'securityGroups'>): boolean {
    const effect = this.effects.of(id);
    return (
      !(effect && isCutOff(effect)) &&
      this.known(subnet, () => this.isOpen(subnet)) &&
      securityGroups.some((id) => this.known(id, () => this.admits(id)))
    );
  }

  /**
   * Whether a security group lets somebody in. What a group of internal services is launched with does, whoever may
   * call it: which calls are let in is told call by call.
   */
  private admits(id: string): boolean {
    const launched = [...this.store.groups.all()].filter((group) => group.securityGroups.includes(id));
    if (launched.some(({ name }) => callersOf(name, this.world).length > 0)) return true;
    return admitsMembers(this.store.securityGroups.get(id)?.rules ?? []);
  }

  /** Calls between the groups of a region that the called one's security groups do not let in. */
  private deniedIn(region: string): readonly DeniedView[] {
    const own = [...this.store.groups.all()].filter((group) => group.region === region);
    return own.flatMap((callee) =>
      own
        .filter(({ name }) => callersOf(callee.name, this.world).includes(name))
        .filter((caller) => !callee.securityGroups.some((id) => this.letsIn(id, caller)))
        .map((caller) => ({ from: caller.name, to: callee.name })),
    );
  }

  private letsIn(id: string, caller: GroupRow): boolean {
    const rules = this.store.securityGroups.get(id)?.rules ?? [];
    return admitsMembers(rules) || admitsGroup(rules, caller.securityGroups);
  }

  /** Whether an instance serves now: it runs, is warm, is not on standby, and can be reached. */
  isServing(instance: InstanceRow, nowMs: number): boolean {
    return (
      instance.state === 'running' &&
      nowMs >= instance.servesMs &&
      instance.member?.lifecycle !== 'Standby' &&
      this.isReachable(instance) &&
      this.isBalanced(instance)
    );
  }

  /** Whether a load balancer in this zone sends members' requests to a target group. */
  isForwarded(targetGroup: string, zone: string): boolean {
    return this.known(`${targetGroup} ${zone}`, () => this.leadsTo(targetGroup, zone));
  }

  /** Whether the load balancer may send to a member, alive or not. */
  private isSentTo({ member, targets, zone }: InstanceRow, { servesThrough }: GroupRow): boolean {
    // a group takes an instance that it ends, or puts aside, out of its load balancer first
    if (member?.lifecycle === 'Terminating' || member?.lifecycle === 'Standby') return false;
    if (servesThrough === null) return true;
    return (
      targets.some((one) => one.group === servesThrough && one.drainsMs === null) && this.isIn(servesThrough, zone)
    );
  }

  /** Whether a group that members reach through a load balancer is reached through it in this zone. */
  private isBalanced(instance: InstanceRow): boolean {
    const group = this.store.groups.get(instance.group ?? '');
    if (!group || group.servesThrough === null) return true;
    return this.isSentTo(instance, group) && this.isForwarded(group.servesThrough, instance.zone);
  }

  /** Whether the load balancer of a target group is in a zone: elsewhere it sends to nobody. */
  private isIn(targetGroup: string, zone: string): boolean {
    return this.known(`${targetGroup} in ${zone}`, () =>
      this.sendsTo(this.store.targetGroups.get(targetGroup)?.loadBalancer ?? '', zone),
    );
  }

  /** Whether a load balancer has a subnet in a zone, and is not shifted away from it. */
  private sendsTo(arn: string, zone: string): boolean {
    const { subnets = [], shiftedFrom = [] } = this.store.loadBalancers.get(arn) ?? {};
    return !shiftedFrom.includes(zone) && subnets.some((id) => this.store.subnets.get(id)?.zone === zone);
  }

  private leadsTo(targetGroup: string, zone: string): boolean {
    return [...this.store.listeners.all()].some(
      (listener) =>
        forwardsTo(listener, targetGroup) &&
        this.isOpenDoor(listener.loadBalancer) &&
        this.sendsTo(listener.loadBalancer, zone),
    );
  }

  /** Whether one of a load balancer's security groups lets members in; without any, everybody gets in. */
  private isOpenDoor(arn: string): boolean {
    const { securityGroups = [] } = this.store.loadBalancers.get(arn) ?? {};
    const rules = securityGroups.map((id) => this.store.securityGroups.get(id)?.rules ?? []);
    return rules.length === 0 || rules.some(admitsMembers);
  }

  /** What was found of a subnet or a security group stands until the network is touched. */
  private known(id: string, find: () => boolean): boolean {
    const known = this.reach.get(id);
    if (known !== undefined) return known;
    const found = find();
    this.reach.set(id, found);
    return found;
  }

  private isOpen(id: string): boolean {
    const subnet = this.store.subnets.get(id);
    const acl = this.store.acls.get(subnet?.acl ?? '');
    if (!subnet || !acl || !letsTrafficThrough(acl.entries)) return false;
    return leadsToMembers(tableOf(this.store.routeTables.all(), subnet)?.routes ?? []);
  }

  private refreshDenied(): boolean {
    if (!this.deniedTouched) return false;
    this.deniedTouched = false;
    const found = new Map(this.world.regions.map(({ name }) => [name, this.deniedIn(name)]));
    if (same([...found], [...this.denied])) return false;
    this.denied = found;
    return true;
  }

  private refreshGroups(nowMs: number): boolean {
    let changed = false;
    for (const id of this.touched) {
      const group = this.store.groups.get(id);
      if (!group) continue;
      const view = this.groupView(group, nowMs);
      if (same(view, this.groups.get(id))) continue;
      this.groups.set(id, view);
      changed = true;
    }
    this.touched.clear();
    return changed;
  }

  private groupView(group: GroupRow, nowMs: number): GroupView {
    const zones = this.world.regions.find((region) => region.name === group.region)?.zones ?? [];
    const counts = new Map(zones.map((zone) => [zone, { serving: 0, total: 0, felt: new Array<Effect>() }]));
    for (const instance of this.membersOf(group.id)) {
      const count = counts.get(instance.zone);
      if (!count || instance.state === 'terminated' || !this.isSentTo(instance, group)) continue;
      count.total++;
      if (!this.isServing(instance, nowMs)) continue;
      count.serving++;
      const effect = this.effects.of(instance.id);
      if (effect) count.felt.push(effect);
    }
    const views = [...counts].map(([zone, { serving, total, felt }]): ZoneView => {
      const stress = stressOf(felt, serving);
      return stress ? { zone, serving, total, stress } : { zone, serving, total };
    });
    return { name: group.name, max: group.max, zones: views };
  }

  private regionView(region: string): RegionView {
    const own = [...this.store.groups.all()].filter((group) => group.region === region);
    const denied = this.denied.get(region) ?? [];
    const groups = own.flatMap((group) => this.groups.get(group.id) ?? []);
    return denied.length === 0 ? { region, groups } : { region, groups, denied };
  }

  private answers(): readonly AnswerView[] {
    const candidates = [...this.store.records.all()].flatMap((record) => {
      const answer = answerOf(record, this.world);
      const check = this.store.healthChecks.get(record.served?.healthCheck ?? '');
      return answer ? [{ record, answer, healthy: !check || isHealthyCheck(check) }] : [];
    });
    return candidates.map((one) => routed(one, candidates));
  }
}

function answerOf(record: RecordRow, world: World): AnswerView | undefined {
  if (!record.served) return undefined;
  const targets = [...record.values, record.alias?.name ?? ''];
  const region = world.regions.find(
    ({ name }) => record.setIdentifier === name || targets.some((target) => target.split('.').includes(name)),
  );
  if (!region) return undefined;
  const { weight, ttlSeconds } = record.served;
  return { domain: record.name.replace(/\.$/, ''), region: region.name, weight, ttlSeconds };
}

/** What is there already, where what was found is the same. */
function kept<T>(before: T, found: T): T {
  return same(before, found) ? before : found;
}

/** Both are made by the same code, so that their fields come in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
