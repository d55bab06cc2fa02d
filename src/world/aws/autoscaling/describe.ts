import type {
  AutoScalingGroup,
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
  DescribePoliciesCommandInput,
  DescribePoliciesCommandOutput,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  Filter,
  Instance,
} from '@aws-sdk/client-auto-scaling';
import { activitiesOf } from '../activities.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { GroupRow, InstanceRow } from '../rows.js';
import { policyName } from '../target-tracking.js';
import { arnOf, asgPage, groupNamed, invalid } from './find-group.js';

/** What Auto Scaling says about its groups. A name that is not there is left out, as AWS does, and is no error. */
export const describeOperations = {
  DescribeAutoScalingGroupsCommand(
    input: DescribeAutoScalingGroupsCommandInput,
    context: CallContext,
  ): Answer<DescribeAutoScalingGroupsCommandOutput> {
    const groups = groupsSeen(context)
      .filter((group) => isIn(input.AutoScalingGroupNames, group.name))
      .filter((group) => (input.Filters ?? []).every((filter) => matchesTag(group, filter)));
    const { items, next } = pageOf(groups, asgPage(input, context));
    return { AutoScalingGroups: items.map((group) => toGroup(group, context)), NextToken: next };
  },

  DescribeAutoScalingInstancesCommand(
    input: DescribeAutoScalingInstancesCommandInput,
    context: CallContext,
  ): Answer<DescribeAutoScalingInstancesCommandOutput> {
    const rows = groupsSeen(context)
      .flatMap((group) => membersSeen(group, context).map((row) => ({ group, row })))
      .filter(({ row }) => isIn(input.InstanceIds, row.id));
    const { items, next } = pageOf(rows, asgPage(input, context));
    return {
      AutoScalingInstances: items.map(({ group, row }) => ({
        ...basics(row),
        HealthStatus: row.member?.health.toUpperCase(),
        AutoScalingGroupName: group.name,
      })),
      NextToken: next,
    };
  },

  DescribeScalingActivitiesCommand(
    input: DescribeScalingActivitiesCommandInput,
    context: CallContext,
  ): Answer<DescribeScalingActivitiesCommandOutput> {
    const name = input.AutoScalingGroupName;
    const groups = name === undefined ? groupsSeen(context) : [groupNamed(name, context)];
    const all = groups
      .flatMap((group) => activitiesOf(context.sim, group.id).map((activity) => ({ group, activity })))
      .filter(({ activity }) => isIn(input.ActivityIds, activity.id))
      .reverse()
      .sort((a, b) => b.activity.startedMs - a.activity.startedMs);
    const { items, next } = pageOf(all, asgPage(input, context));
    return {
      Activities: items.map(({ group, activity }) => ({
        ActivityId: activity.id,
        AutoScalingGroupName: group.name,
        Description: activity.description,
        Cause: activity.cause,
        StartTime: new Date(activity.startedMs),
        EndTime: new Date(activity.endedMs),
        StatusCode: activity.status,
        Progress: 100,
        ...(activity.message === null ? {} : { StatusMessage: activity.message }),
      })),
      NextToken: next,
    };
  },

  DescribePoliciesCommand(
    input: DescribePoliciesCommandInput,
    context: CallContext,
  ): Answer<DescribePoliciesCommandOutput> {
    const groups = groupsSeen(context)
      .filter((group) => group.targetUtilisation !== null)
      .filter((group) => isIn(input.AutoScalingGroupName === undefined ? [] : [input.AutoScalingGroupName], group.name))
      .filter(
        (group) => isIn(input.PolicyNames, policyName(group)) && isIn(input.PolicyTypes, 'TargetTrackingScaling'),
      );
    const { items, next } = pageOf(groups, asgPage(input, context));
    return {
      ScalingPolicies: items.map((group) => ({
        AutoScalingGroupName: group.name,
        PolicyName: policyName(group),
        PolicyType: 'TargetTrackingScaling',
        Enabled: true,
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
          TargetValue: (group.targetUtilisation ?? 0) * 100,
          DisableScaleIn: false,
        },
      })),
      NextToken: next,
    };
  },
} satisfies Operations;

function groupsSeen({ sim, region }: CallContext): readonly GroupRow[] {
  return sim.store.groups.seen(sim.nowMs).filter((group) => group.region === region);
}

function isIn(wanted: readonly string[] | undefined, name: string): boolean {
  return !wanted || wanted.length === 0 || wanted.includes(name);
}

function matchesTag(group: GroupRow, { Name = '', Values = [] }: Filter): boolean {
  const tags = Object.entries(group.tags);
  if (Name === 'tag-key') return tags.some(([key]) => Values.includes(key));
  if (Name === 'tag-value') return tags.some(([, value]) => Values.includes(value));
  if (Name.startsWith('tag:')) return tags.some(([key, value]) => Name === `tag:${key}` && Values.includes(value));
  throw invalid(`Filter name '${Name}' is not valid. Valid values: tag-key, tag-value, tag:<key>`);
}

/** A member's row as a describing call sees it. */
function membersSeen(group: GroupRow, { sim }: CallContext): readonly InstanceRow[] {
  return sim
    .membersOf(group.id)
    .flatMap((row) => sim.store.instances.seenOne(row.id, sim.nowMs) ?? [])
    .filter((row) => row.member);
}

type Basics = Pick<Instance, 'InstanceType'> & {
  InstanceId: string;
  AvailabilityZone: string;
  LifecycleState: LifecycleState;
  ProtectedFromScaleIn: boolean;
};
type LifecycleState = NonNullable<InstanceRow['member']>['lifecycle'];

function basics(row: InstanceRow): Basics {
  return {
    InstanceId: row.id,
    InstanceType: row.type,
    AvailabilityZone: row.zone,
    LifecycleState: row.member?.lifecycle ?? 'InService',
    ProtectedFromScaleIn: row.member?.isProtected ?? false,
  };
}

function toGroup(group: GroupRow, context: CallContext): AutoScalingGroup {
  const { sim } = context;
  const zones = group.subnets.flatMap((id) => sim.store.subnets.get(id)?.zone ?? []);
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: arnOf(group, sim.world.account),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: Math.round(group.cooldownMs / 1_000),
    AvailabilityZones: [...new Set(zones)],
    VPCZoneIdentifier: group.subnets.join(','),
    CreatedTime: new Date(group.createdMs),
    HealthCheckType: sim.behaviour.elbHealthChecks ? 'ELB' : 'EC2',
    HealthCheckGracePeriod: 300,
    Instances: membersSeen(group, context).map((row) => ({ ...basics(row), HealthStatus: row.member?.health })),
    SuspendedProcesses: group.suspended.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    Tags: Object.entries(group.tags).map(([Key, Value]) => ({
      Key,
      Value,
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
      PropagateAtLaunch: true,
    })),
    NewInstancesProtectedFromScaleIn: false,
    TerminationPolicies: ['Default'],
    EnabledMetrics: [],
    LoadBalancerNames: [],
    TargetGroupARNs: [...group.targetGroups],
  };
}
