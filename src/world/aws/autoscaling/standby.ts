import type {
  Activity,
  EnterStandbyCommandInput,
  EnterStandbyCommandOutput,
  ExitStandbyCommandInput,
  ExitStandbyCommandOutput,
  SetInstanceHealthCommandInput,
  SetInstanceHealthCommandOutput,
  SetInstanceProtectionCommandInput,
  SetInstanceProtectionCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { noteActivity } from '../activities.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { ActivityRow, GroupRow, InstanceRow, Membership } from '../rows.js';
import { deregistered, ofGroup, registered } from '../targets.js';
import { groupNamed, invalid } from './find-group.js';

/** A health report is not heeded for so long after a launch, unless the caller says otherwise. */
const GRACE_MS = 300_000;
const MOST_PROTECTED = 50;

/**
 * What a call does to single members and leaves them members: standby, protection, health.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
 */
export const standbyOperations = {
  EnterStandbyCommand(input: EnterStandbyCommandInput, context: CallContext): Answer<EnterStandbyCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    if (input.ShouldDecrementDesiredCapacity === undefined)
      throw invalid('ShouldDecrementDesiredCapacity must be given');
    const rows = membersIn(input.InstanceIds, 'InService', { group, context });
    const desired = group.desired - (input.ShouldDecrementDesiredCapacity ? rows.length : 0);
    if (desired < group.min)
      throw invalid(`AutoScalingGroup ${group.name} has min-size=${group.min}, and cannot have desired=${desired}`);
    for (const row of rows) {
      const targets = deregistered(sim, row, group.targetGroups);
      put({ ...row, targets, member: { ...row.member, lifecycle: 'Standby' } }, context);
    }
    resize(group, desired, context);
    return { Activities: rows.map((row) => noted(group, `Moving EC2 instance to Standby: ${row.id}`, context)) };
  },

  ExitStandbyCommand(input: ExitStandbyCommandInput, context: CallContext): Answer<ExitStandbyCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const rows = membersIn(input.InstanceIds, 'Standby', { group, context });
    const desired = group.desired + rows.length;
    if (desired > group.max)
      throw invalid(`AutoScalingGroup ${group.name} has max-size=${group.max}, and cannot have desired=${desired}`);
    for (const row of rows) {
      const joins = !group.suspended.includes('AddToLoadBalancer');
      const targets = joins ? registered(row, ofGroup(sim, group)) : row.targets;
      put({ ...row, targets, member: { ...row.member, lifecycle: 'InService' } }, context);
    }
    resize(group, desired, context);
    return { Activities: rows.map((row) => noted(group, `Moving EC2 instance out of Standby: ${row.id}`, context)) };
  },

  SetInstanceProtectionCommand(
    input: SetInstanceProtectionCommandInput,
    context: CallContext,
  ): Answer<SetInstanceProtectionCommandOutput> {
    const group = groupNamed(input.AutoScalingGroupName, context);
    const isProtected = input.ProtectedFromScaleIn;
    if (isProtected === undefined) throw invalid('ProtectedFromScaleIn must be given');
    const ids = input.InstanceIds ?? [];
    if (ids.length > MOST_PROTECTED) throw invalid(`At most ${MOST_PROTECTED} instances a call`);
    const rows = ids.map((id) => memberOf(id, group, context));
    for (const row of rows) put({ ...row, member: { ...row.member, isProtected } }, context);
    return {};
  },

  SetInstanceHealthCommand(
    input: SetInstanceHealthCommandInput,
    context: CallContext,
  ): Answer<SetInstanceHealthCommandOutput> {
    const { sim, region } = context;
    const row = sim.store.instances.get(input.InstanceId ?? '');
    if (!row?.member || row.region !== region)
      throw invalid(`Instance Id not found - No managed instance found for instance ID: ${input.InstanceId ?? ''}`);
    const health = healthNamed(input.HealthStatus);
    const isInGrace = sim.nowMs - row.launchedMs < GRACE_MS && input.ShouldRespectGracePeriod !== false;
    if (!isInGrace) put({ ...row, member: { ...row.member, health } }, context);
    return {};
  },
} satisfies Operations;

/** An instance that is a member of a group. */
type Member = InstanceRow & { readonly member: Membership };

interface Within {
  readonly group: GroupRow;
  readonly context: CallContext;
}

/**
 * A group's member by its id.
 * @throws AwsFault where it is not one
 */
export function memberOf(id: string, group: GroupRow, { sim }: CallContext): Member {
  const row = sim.store.instances.get(id);
  if (!row?.member || row.group !== group.id)
    throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
  return { ...row, member: row.member };
}

function membersIn(
  ids: readonly string[] | undefined,
  lifecycle: Membership['lifecycle'],
  { group, context }: Within,
): readonly Member[] {
  const rows = [...new Set(ids ?? [])].map((id) => memberOf(id, group, context));
  if (rows.length === 0) throw invalid('At least one instance must be given');
  const other = rows.find((row) => row.member.lifecycle !== lifecycle);
  if (other) throw invalid(`The instance ${other.id} is not in ${lifecycle}.`);
  return rows;
}

function healthNamed(name: string | undefined): Membership['health'] {
  if (name === 'Healthy' || name === 'Unhealthy') return name;
  throw invalid(`Valid instance health states are: [Healthy, Unhealthy]. Given: ${name ?? ''}`);
}

function put(row: InstanceRow, { sim }: CallContext): void {
  sim.store.instances.put(row, sim.seenFromMs());
}

function resize(group: GroupRow, desired: number, { sim }: CallContext): void {
  if (desired !== group.desired) sim.store.groups.put({ ...group, desired }, sim.seenFromMs());
}

/** Notes what was asked for, and says so as Auto Scaling answers it. */
export function noted(group: GroupRow, description: string, { sim }: CallContext): Activity {
  const activity: ActivityRow = noteActivity(sim, group, {
    description,
    cause: 'instance was moved in response to a user request.',
  });
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedMs),
    StatusCode: 'InProgress',
    Progress: 50,
  };
}
