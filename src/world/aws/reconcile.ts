import { noteActivity } from './activities.js';
import { isEnding, launch, noCapacity, terminate } from './fleet.js';
import type { ActivityRow, GroupRow, InstanceRow, SubnetRow } from './rows.js';
import type { SimState } from './sim-state.js';

/** The processes of a group that can be suspended. */
export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

/** Auto Scaling's own words for why. */
const UNHEALTHY =
  'an instance was taken out of service in response to an EC2 health check ' +
  'indicating it has been terminated or stopped.';
const DIFFERENCE = 'in response to a difference between desired and actual capacity';

type Process = (typeof PROCESSES)[number];

/**
 * A group's turn: finds unhealthy members, replaces them, launches or terminates up to the desired capacity, and
 * balances its zones; each only while its process is not suspended. A group in which nothing is to be done is left
 * as it is.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
export function reconcile(sim: SimState, groupId: string): void {
  const group = sim.store.groups.get(groupId);
  if (!group) return;
  if (does(group, 'HealthCheck')) markUnhealthy(sim, group);
  if (does(group, 'ReplaceUnhealthy') && does(group, 'Terminate')) endUnhealthy(sim, group);
  const active = activeMembers(sim, group);
  const short = Math.min(group.desired, group.max) - active.length;
  if (short > 0 && does(group, 'Launch'))
    launchSome(sim, group, { count: short, why: causeOfLaunch(group, active.length) });
  if (does(group, 'Terminate')) endSurplus(sim, group);
  if (short <= 0 && does(group, 'AZRebalance') && does(group, 'Launch')) rebalance(sim, group);
}

/** Members that count towards the desired capacity. */
export function activeMembers(sim: SimState, group: GroupRow): readonly InstanceRow[] {
  return sim
    .membersOf(group.id)
    .filter(({ member }) => member?.lifecycle === 'Pending' || member?.lifecycle === 'InService');
}

/** Takes a member out of its group: it is terminated, if it is not gone already. */
export function letGo(
  sim: SimState,
  group: GroupRow,
  member: { readonly row: InstanceRow; readonly why: string },
): ActivityRow {
  const { row, why } = member;
  const leaving = row.member && ({ ...row.member, lifecycle: 'Terminating' } as const);
  if (row.state === 'terminated') sim.store.instances.put({ ...row, member: null });
  else if (isEnding(row)) sim.store.instances.put({ ...row, member: leaving });
  else terminate(sim, row, { member: leaving, reason: 'Server.ScheduledStop: Terminated by Auto Scaling' });
  return noteActivity(sim, group, { description: `Terminating EC2 instance: ${row.id}`, cause: why });
}

function does(group: GroupRow, process: Process): boolean {
  return !group.suspended.includes(process);
}

function markUnhealthy(sim: SimState, group: GroupRow): void {
  for (const row of activeMembers(sim, group)) {
    if (!row.member || row.member.health === 'Unhealthy' || isHealthy(sim, row)) continue;
    sim.store.instances.put({ ...row, member: { ...row.member, health: 'Unhealthy' } });
  }
}

function isHealthy(sim: SimState, row: InstanceRow): boolean {
  if (row.state !== 'running' && row.state !== 'pending') return false;
  const warm = row.state === 'running' && sim.nowMs >= row.servesMs;
  return !sim.behaviour.elbHealthChecks || !warm || sim.infra.isReachable(row);
}

function endUnhealthy(sim: SimState, group: GroupRow): void {
  for (const row of activeMembers(sim, group)) {
    if (row.member?.health !== 'Unhealthy') continue;
    letGo(sim, group, { row, why: UNHEALTHY });
  }
}

function causeOfLaunch(group: GroupRow, has: number): string {
  return `an instance was started ${DIFFERENCE}, increasing the capacity from ${has} to ${group.desired}.`;
}

interface Wanted {
  readonly count: number;
  readonly why: string;
}

/** Launches one after the other where the group has the fewest, in zones that have capacity. */
function launchSome(sim: SimState, group: GroupRow, { count, why }: Wanted): void {
  const subnets = subnetsOf(sim, group);
  const open = subnets.filter((subnet) => hasCapacity(sim, subnet.zone));
  if (open.length < subnets.length) noteWithoutCapacity(sim, group, subnets);
  if (open.length === 0) return sim.attend(group.id);
  const counts = zoneCounts(activeMembers(sim, group));
  for (let launched = 0; launched < count; launched++) {
    const subnet = emptiest(open, counts);
    if (!subnet) return;
    counts.set(subnet.zone, (counts.get(subnet.zone) ?? 0) + 1);
    const row = launch(sim, group, subnet);
    noteActivity(sim, group, { description: `Launching a new EC2 instance: ${row.id}`, cause: why });
  }
}

function noteWithoutCapacity(sim: SimState, group: GroupRow, subnets: readonly SubnetRow[]): void {
  const zone = subnets.find((subnet) => !hasCapacity(sim, subnet.zone))?.zone ?? '';
  noteActivity(sim, group, {
    description: 'Launching a new EC2 instance.  Status Reason: Could not launch',
    cause: `an instance was started ${DIFFERENCE}.`,
    failure: `${noCapacity(group.instanceType, zone)} Launching EC2 instance failed.`,
  });
}

/** Terminates what is in service beyond the desired capacity, from the fullest zone, the oldest first. */
function endSurplus(sim: SimState, group: GroupRow): void {
  const zones = new Set(subnetsOf(sim, group).map((subnet) => subnet.zone));
  let serving = activeMembers(sim, group).filter(({ member }) => member?.lifecycle === 'InService');
  while (serving.length > group.desired) {
    const row = firstToGo(
      serving.filter(({ member }) => !member?.isProtected),
      zones,
    );
    if (!row) return;
    serving = serving.filter((other) => other !== row);
    letGo(sim, group, {
      row,
      why: `an instance was taken out of service ${DIFFERENCE}, shrinking the capacity to ${group.desired}.`,
    });
  }
}

function firstToGo(rows: readonly InstanceRow[], zones: ReadonlySet<string>): InstanceRow | undefined {
  const counts = zoneCounts(rows);
  const rank = (row: InstanceRow): number => (zones.has(row.zone) ? (counts.get(row.zone) ?? 0) : Infinity);
  return rows.reduce<InstanceRow | undefined>((first, row) => {
    if (!first || rank(row) > rank(first)) return row;
    return rank(row) === rank(first) && row.launchedMs < first.launchedMs ? row : first;
  }, undefined);
}

/**
 * Launches into the emptiest zone first; what is then too many in the fullest goes once the new ones are in service.
 * At most a tenth beyond the desired capacity.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage
 */
function rebalance(sim: SimState, group: GroupRow): void {
  const active = activeMembers(sim, group);
  const room = group.desired + Math.max(1, Math.floor(group.desired / 10)) - active.length;
  const zones = [...new Set(subnetsOf(sim, group).map((subnet) => subnet.zone))];
  const open = zones.filter((zone) => hasCapacity(sim, zone));
  const misplaced = Math.min(room, outsideOf(zones, active) || unevenness(open, active));
  if (active.length > group.desired || misplaced <= 0) return;
  launchSome(sim, group, {
    count: misplaced,
    why: 'instances were launched to balance instances in zones with other zones.',
  });
}

/** Members in zones that the group has given up. */
function outsideOf(zones: readonly string[], active: readonly InstanceRow[]): number {
  return active.filter((row) => !zones.includes(row.zone)).length;
}

/** How many members a zone has too many: one more than another is none, since the numbers need not divide. */
function unevenness(zones: readonly string[], active: readonly InstanceRow[]): number {
  if (zones.length === 0) return 0;
  const counts = zoneCounts(active);
  const sizes = zones.map((zone) => counts.get(zone) ?? 0);
  return Math.floor((Math.max(...sizes) - Math.min(...sizes)) / 2);
}

function zoneCounts(rows: readonly InstanceRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { zone } of rows) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

function emptiest(subnets: readonly SubnetRow[], counts: ReadonlyMap<string, number>): SubnetRow | undefined {
  return subnets.reduce<SubnetRow | undefined>(
    (least, subnet) => (!least || (counts.get(subnet.zone) ?? 0) < (counts.get(least.zone) ?? 0) ? subnet : least),
    undefined,
  );
}

function subnetsOf(sim: SimState, group: GroupRow): readonly SubnetRow[] {
  return group.subnets.flatMap((id) => sim.store.subnets.get(id) ?? []);
}

function hasCapacity(sim: SimState, zone: string): boolean {
  return !sim.behaviour.withoutCapacity.includes(zone);
}
