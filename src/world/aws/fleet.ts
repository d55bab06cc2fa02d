import type { GroupRow, InstanceRow, SubnetRow } from './rows.js';
import { addressOf, addressText } from './acl-rules.js';
import type { SimState } from './sim-state.js';
import { commandsLost } from './ssm/commands.js';
import { ofGroup, registered, withoutDrained } from './targets.js';

/** From `stopping` to `stopped`, and from `shutting-down` to `terminated`. */
const ENDING_MS = 20_000;
/** A terminated instance is listed for about an hour. */
const LISTED_MS = 3_600_000;
/** Boot and warm-up of an instance that belongs to no group. */
const ALONE = { bootMs: 30_000, warmupMs: 0 };

/** EC2's reason for what a call stopped or terminated. */
export const USER_STOP = 'Client.UserInitiatedShutdown: User initiated shutdown';

/** Tag by which Auto Scaling marks its members in EC2. */
export const GROUP_TAG = 'aws:autoscaling:groupName';

/**
 * Launches an instance of a group: `pending`, `running` after its boot, serving after its warm-up.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 */
export function launch(sim: SimState, group: GroupRow, subnet: SubnetRow): InstanceRow {
  const runsMs = sim.nowMs + group.bootMs;
  const row: InstanceRow = {
    ...newMember(sim, group, subnet),
    state: 'pending',
    launchedMs: sim.nowMs,
    dueMs: runsMs,
    servesMs: runsMs + group.warmupMs,
    member: { lifecycle: 'Pending', health: 'Healthy', isProtected: false },
  };
  sim.store.instances.put(row, sim.seenFromMs());
  return row;
}

/** An instance of a group that has run since `launchedMs` and serves. */
export function launchedLongAgo(
  sim: SimState,
  group: GroupRow,
  place: { readonly subnet: SubnetRow; readonly launchedMs: number },
): void {
  sim.store.instances.put({
    ...newMember(sim, group, place.subnet),
    state: 'running',
    launchedMs: place.launchedMs,
    dueMs: null,
    servesMs: place.launchedMs,
    member: { lifecycle: 'InService', health: 'Healthy', isProtected: false },
  });
}

type NewMember = Omit<InstanceRow, 'state' | 'launchedMs' | 'dueMs' | 'servesMs' | 'member'>;

function newMember(sim: SimState, group: GroupRow, subnet: SubnetRow): NewMember {
  const id = sim.ids.next('i');
  // the first four and the last address of a subnet are AWS's own
  const host = 4 + (sim.ids.count % 4_000);
  return {
    id,
    region: group.region,
    vpc: subnet.vpc,
    subnet: subnet.id,
    zone: subnet.zone,
    type: group.instanceType,
    securityGroups: group.securityGroups,
    targets: group.suspended.includes('AddToLoadBalancer') ? [] : registered({ targets: [] }, ofGroup(sim, group)),
    keptFrom: { termination: false, stop: false },
    address: addressText(addressOf(subnet.cidr.split('/')[0] ?? '') + host),
    reason: null,
    group: group.id,
    tags: { Name: group.name, ...group.tags, [GROUP_TAG]: group.name },
  };
}

/** Begins to stop an instance: it serves no more at once. */
export function stop(sim: SimState, row: InstanceRow): void {
  if (row.state !== 'running') return;
  sim.store.instances.put(
    { ...row, state: 'stopping', dueMs: sim.nowMs + ENDING_MS, reason: USER_STOP },
    sim.seenFromMs(),
  );
  commandsLost(sim, row.id);
}

/** Begins to start a stopped instance. */
export function start(sim: SimState, row: InstanceRow): void {
  if (row.state !== 'stopped') return;
  const { bootMs, warmupMs } = sim.store.groups.get(row.group ?? '') ?? ALONE;
  const dueMs = sim.nowMs + bootMs;
  sim.store.instances.put(
    { ...row, state: 'pending', dueMs, servesMs: dueMs + warmupMs, reason: null },
    sim.seenFromMs(),
  );
}

/** Begins to end an instance for good; `member`: how it stands in its group meanwhile. */
export function terminate(sim: SimState, row: InstanceRow, how: Pick<InstanceRow, 'member' | 'reason'>): void {
  if (isEnding(row)) return;
  // nothing is left to shut down of one that is stopped
  const dueMs = sim.nowMs + (row.state === 'stopped' ? 0 : ENDING_MS);
  sim.store.instances.put({ ...row, ...how, state: 'shutting-down', dueMs }, sim.seenFromMs());
  commandsLost(sim, row.id);
}

/** Boots a running instance again: it stays `running`, and serves only when it is back and warm. */
export function reboot(sim: SimState, row: InstanceRow): void {
  const { bootMs, warmupMs } = sim.store.groups.get(row.group ?? '') ?? ALONE;
  sim.store.instances.put({ ...row, servesMs: sim.nowMs + bootMs + warmupMs });
  commandsLost(sim, row.id);
}

/** EC2's words for a zone without capacity. */
export function noCapacity(type: string, zone: string): string {
  return `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}).`;
}

/** Whether an instance is on its way out, or gone. */
export function isEnding(row: InstanceRow): boolean {
  return row.state === 'shutting-down' || row.state === 'terminated';
}

/** What an instance's timer means: its state changes by itself, or it is warm. */
export function instanceDue(sim: SimState, id: string): void {
  const kept = sim.store.instances.get(id);
  if (!kept) return;
  const row = withoutDrained(kept, sim.nowMs);
  if (row !== kept) sim.store.instances.put(row);
  if (row.group) sim.servingChanged(row.group);
  if (row.dueMs === null || row.dueMs > sim.nowMs) return;
  switch (row.state) {
    case 'pending':
      return sim.store.instances.put({ ...row, state: 'running', dueMs: null, member: arrived(row) });
    case 'stopping':
      return sim.store.instances.put({ ...row, state: 'stopped', dueMs: null });
    case 'shutting-down':
      return sim.store.instances.put({ ...row, state: 'terminated', dueMs: sim.nowMs + LISTED_MS, member: left(row) });
    case 'terminated':
      return sim.store.instances.remove(id);
    case 'running':
    case 'stopped':
      return undefined;
  }
}

function arrived({ member }: InstanceRow): InstanceRow['member'] {
  return member?.lifecycle === 'Pending' ? { ...member, lifecycle: 'InService' } : member;
}

/** Whom its group let go leaves it; whom someone else ended stays a member until the group notices. */
function left({ member }: InstanceRow): InstanceRow['member'] {
  return member?.lifecycle === 'Terminating' ? null : member;
}
