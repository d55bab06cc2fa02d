import type {
  AttachInstancesCommandInput,
  AttachInstancesCommandOutput,
  AttachLoadBalancerTargetGroupsCommandInput,
  AttachLoadBalancerTargetGroupsCommandOutput,
  DescribeLoadBalancerTargetGroupsCommandInput,
  DescribeLoadBalancerTargetGroupsCommandOutput,
  DetachInstancesCommandInput,
  DetachInstancesCommandOutput,
  DetachLoadBalancerTargetGroupsCommandInput,
  DetachLoadBalancerTargetGroupsCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { GROUP_TAG } from '../fleet.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { GroupRow, InstanceRow } from '../rows.js';
import { deregistered, ofGroup, registered } from '../targets.js';
import { asgPage, groupNamed, invalid } from './find-group.js';
import { memberOf, noted } from './standby.js';

/**
 * What joins and leaves a group: instances, and the target groups whose targets its members are.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 */
export const attachOperations = {
  DetachInstancesCommand(
    input: DetachInstancesCommandInput,
    context: CallContext,
  ): Answer<DetachInstancesCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    if (input.ShouldDecrementDesiredCapacity === undefined)
      throw invalid('ShouldDecrementDesiredCapacity must be given');
    const rows = [...new Set(input.InstanceIds ?? [])].map((id) => memberOf(id, group, context));
    const desired = group.desired - (input.ShouldDecrementDesiredCapacity ? rows.length : 0);
    if (desired < group.min)
      throw invalid(`AutoScalingGroup ${group.name} has min-size=${group.min}, and cannot have desired=${desired}`);
    for (const row of rows) {
      const tags = Object.fromEntries(Object.entries(row.tags).filter(([key]) => key !== GROUP_TAG));
      const targets = deregistered(sim, row, group.targetGroups);
      sim.store.instances.put({ ...row, targets, tags, group: null, member: null }, sim.seenFromMs());
    }
    put({ ...group, desired }, context);
    return { Activities: rows.map((row) => noted(group, `Detaching EC2 instance: ${row.id}`, context)) };
  },

  AttachInstancesCommand(
    input: AttachInstancesCommandInput,
    context: CallContext,
  ): Answer<AttachInstancesCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const rows = [...new Set(input.InstanceIds ?? [])].map((id) => attachable(id, group, context));
    const desired = group.desired + rows.length;
    if (desired > group.max)
      throw invalid(`AutoScalingGroup ${group.name} has max-size=${group.max}, and cannot have desired=${desired}`);
    for (const row of rows) {
      const targets = registered(row, ofGroup(sim, group));
      const tags = { ...row.tags, [GROUP_TAG]: group.name };
      const member = { lifecycle: 'InService', health: 'Healthy', isProtected: false } as const;
      sim.store.instances.put({ ...row, targets, tags, group: group.id, member }, sim.seenFromMs());
      noted(group, `Attaching an existing EC2 instance: ${row.id}`, context);
    }
    put({ ...group, desired }, context);
    return {};
  },

  AttachLoadBalancerTargetGroupsCommand(
    input: AttachLoadBalancerTargetGroupsCommandInput,
    context: CallContext,
  ): Answer<AttachLoadBalancerTargetGroupsCommandOutput> {
    const { sim, region } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const arns = input.TargetGroupARNs ?? [];
    const unknown = arns.find((arn) => sim.store.targetGroups.get(arn)?.region !== region);
    if (unknown !== undefined) throw invalid(`Provided Target Groups may not be valid: ${unknown}`);
    const changed = { ...group, targetGroups: [...new Set([...group.targetGroups, ...arns])] };
    put(changed, context);
    for (const row of balanced(changed, context))
      sim.store.instances.put({ ...row, targets: registered(row, ofGroup(sim, changed)) }, sim.seenFromMs());
    return {};
  },

  DetachLoadBalancerTargetGroupsCommand(
    input: DetachLoadBalancerTargetGroupsCommandInput,
    context: CallContext,
  ): Answer<DetachLoadBalancerTargetGroupsCommandOutput> {
    const { sim } = context;
    const group = groupNamed(input.AutoScalingGroupName, context);
    const arns = input.TargetGroupARNs ?? [];
    const unknown = arns.find((arn) => !group.targetGroups.includes(arn));
    if (unknown !== undefined)
      throw invalid(`Trying to remove Target Groups that are not part of the group: ${unknown}`);
    put({ ...group, targetGroups: group.targetGroups.filter((arn) => !arns.includes(arn)) }, context);
    for (const row of sim.membersOf(group.id))
      sim.store.instances.put({ ...row, targets: deregistered(sim, row, arns) }, sim.seenFromMs());
    return {};
  },

  DescribeLoadBalancerTargetGroupsCommand(
    input: DescribeLoadBalancerTargetGroupsCommandInput,
    context: CallContext,
  ): Answer<DescribeLoadBalancerTargetGroupsCommandOutput> {
    const { sim } = context;
    const { id } = groupNamed(input.AutoScalingGroupName, context);
    const arns = sim.store.groups.seenOne(id, sim.nowMs)?.targetGroups ?? [];
    const { items, next } = pageOf(arns, asgPage(input, context));
    return {
      LoadBalancerTargetGroups: items.map((LoadBalancerTargetGroupARN) => ({
        LoadBalancerTargetGroupARN,
        State: 'InService',
      })),
      NextToken: next,
    };
  },
} satisfies Operations;

function attachable(id: string, group: GroupRow, { sim, region }: CallContext): InstanceRow {
  const row = sim.store.instances.get(id);
  if (row?.region !== region) throw invalid(`Invalid Instance ID(s): ${id} specified`);
  if (row.member || row.group !== null) throw invalid(`Instance ${id} is already part of an Auto Scaling group`);
  if (row.state !== 'running')
    throw invalid(`Instance ${id} is not in correct state. Instance must be in 'running' state.`);
  const zones = group.subnets.map((subnet) => sim.store.subnets.get(subnet)?.zone);
  if (!zones.includes(row.zone)) throw invalid(`Instance ${id} is not in an Availability Zone of the group`);
  return row;
}

/** Whom a group keeps behind its load balancers. */
function balanced(group: GroupRow, { sim }: CallContext): readonly InstanceRow[] {
  return sim
    .membersOf(group.id)
    .filter(({ member }) => member?.lifecycle === 'Pending' || member?.lifecycle === 'InService');
}

function put(group: GroupRow, { sim }: CallContext): void {
  sim.store.groups.put(group, sim.seenFromMs());
}
