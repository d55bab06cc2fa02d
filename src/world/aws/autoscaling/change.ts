import type {
  ResumeProcessesCommandInput,
  ResumeProcessesCommandOutput,
  SetDesiredCapacityCommandInput,
  SetDesiredCapacityCommandOutput,
  SuspendProcessesCommandInput,
  SuspendProcessesCommandOutput,
  TerminateInstanceInAutoScalingGroupCommandInput,
  TerminateInstanceInAutoScalingGroupCommandOutput,
  UpdateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { letGo, PROCESSES } from '../reconcile.js';
import type { GroupRow, InstanceRow } from '../rows.js';
import { groupNamed, invalid } from './find-group.js';

/** What changes an Auto Scaling group. The group itself acts at its next turn, within ten seconds. */
export const changeOperations = {
  SuspendProcessesCommand(
    input: SuspendProcessesCommandInput,
    context: CallContext,
  ): Answer<SuspendProcessesCommandOutput> {
    const group = groupNamed(input.AutoScalingGroupName, context);
    const suspended = new Set([...group.suspended, ...processes(input.ScalingProcesses)]);
    put(context, { ...group, suspended: [...suspended] });
    return {};
  },

  ResumeProcessesCommand(
    input: ResumeProcessesCommandInput,
    context: CallContext,
  ): Answer<ResumeProcessesCommandOutput> {
    const group = groupNamed(input.AutoScalingGroupName, context);
    const resumed = new Set(processes(input.ScalingProcesses));
    put(context, { ...group, suspended: group.suspended.filter((name) => !resumed.has(name)) });
    return {};
  },

  UpdateAutoScalingGroupCommand(
    input: UpdateAutoScalingGroupCommandInput,
    context: CallContext,
  ): Answer<UpdateAutoScalingGroupCommandOutput> {
    refuseUnknown(input);
    const group = groupNamed(input.AutoScalingGroupName, context);
    const min = input.MinSize ?? group.min;
    const max = input.MaxSize ?? group.max;
    if (min > max) throw invalid(`Min bound, ${min}, must be less than or equal to max bound, ${max}`);
    // a size that no longer fits follows its bounds; one that was asked for must fit
    const desired = input.DesiredCapacity ?? Math.min(max, Math.max(min, group.desired));
    checkDesired(desired, { ...group, min, max });
    const subnets = input.VPCZoneIdentifier === undefined ? group.subnets : subnetIds(input.VPCZoneIdentifier, context);
    put(context, { ...group, min, max, desired, subnets });
    return {};
  },

  SetDesiredCapacityCommand(
    input: SetDesiredCapacityCommandInput,
    context: CallContext,
  ): Answer<SetDesiredCapacityCommandOutput> {
    const group = groupNamed(input.AutoScalingGroupName, context);
    const desired = input.DesiredCapacity ?? group.desired;
    checkDesired(desired, group);
    if (input.HonorCooldown === true && context.sim.nowMs - group.scaledMs < group.cooldownMs) {
      throw new AwsFault(
        'ScalingActivityInProgress',
        `Scaling activity is in progress: group ${group.name} is in cooldown`,
      );
    }
    put(context, { ...group, desired });
    return {};
  },

  TerminateInstanceInAutoScalingGroupCommand(
    input: TerminateInstanceInAutoScalingGroupCommandInput,
    context: CallContext,
  ): Answer<TerminateInstanceInAutoScalingGroupCommandOutput> {
    const { sim } = context;
    const { row, group } = memberWithId(input.InstanceId, context);
    if (input.ShouldDecrementDesiredCapacity === true) decrement(context, group);
    const activity = letGo(sim, group, {
      row,
      why: 'instance was taken out of service in response to a user request.',
    });
    return {
      Activity: {
        ActivityId: activity.id,
        AutoScalingGroupName: group.name,
        Cause: activity.cause,
        Description: activity.description,
        StartTime: new Date(sim.nowMs),
        StatusCode: 'InProgress',
        Progress: 0,
      },
    };
  },
} satisfies Operations;

function memberWithId(id = '', { sim, region }: CallContext): { readonly row: InstanceRow; readonly group: GroupRow } {
  const row = sim.store.instances.get(id);
  const group = sim.store.groups.get(row?.group ?? '');
  if (!row?.member || group?.region !== region)
    throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`);
  return { row, group };
}

function decrement(context: CallContext, group: GroupRow): void {
  if (group.desired - 1 < group.min) {
    const why = "Terminating instance without replacement will violate group's min size constraint.";
    throw invalid(`Currently, desiredSize equals minSize (${group.min}). ${why}`);
  }
  put(context, { ...group, desired: group.desired - 1 });
}

const UPDATABLE: readonly string[] = [
  'AutoScalingGroupName',
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'VPCZoneIdentifier',
];

/** What an update asks for beyond what is simulated is refused, not forgotten. */
function refuseUnknown(input: UpdateAutoScalingGroupCommandInput): void {
  const unknown = Object.entries(input).find(([key, value]) => value !== undefined && !UPDATABLE.includes(key));
  if (unknown) throw notSimulated(`UpdateAutoScalingGroup with ${unknown[0]}`);
}

function put({ sim }: CallContext, group: GroupRow): void {
  sim.store.groups.put(group, sim.seenFromMs());
}

/** The named processes; none named means all. */
function processes(names: readonly string[] | undefined): readonly string[] {
  if (!names || names.length === 0) return PROCESSES;
  const known: readonly string[] = PROCESSES;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`${unknown} is not a valid process type`);
  return names;
}

function checkDesired(desired: number, { name, min, max }: GroupRow): void {
  if (desired > max)
    throw invalid(
      `New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup ${name}.`,
    );
  if (desired < min)
    throw invalid(
      `New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup ${name}.`,
    );
}

function subnetIds(list: string, { sim, region }: CallContext): readonly string[] {
  const ids = list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw invalid('At least one Availability Zone or VPC Subnet is required.');
  const unknown = ids.find((id) => sim.store.subnets.get(id)?.region !== region);
  if (unknown !== undefined) throw invalid(`The subnet ID '${unknown}' does not exist`);
  return ids;
}
