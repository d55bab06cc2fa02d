import { DescribeAutoScalingGroupsCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
  SetSubnetsCommand,
  type Action,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import { seededRandom } from '../../../src/host/random.js';
import { moreClients, type MoreClients } from './more-clients.js';
import {
  clientsOf,
  MINUTE,
  openSmall,
  present,
  servingOf,
  SMALL_WORLD,
  zonesOf,
  type Small,
} from './small-world.js';

type Elb = ElasticLoadBalancingV2Client;

const DOWN: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } };
const EVERY_PATH = [{ Field: 'path-pattern', Values: ['/*'] }];

function open(): Small & MoreClients {
  const small = openSmall();
  return { ...small, ...moreClients(small) };
}

async function balancer(elb: Elb): Promise<LoadBalancer> {
  return present((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.[0]);
}

async function targetGroup(elb: Elb): Promise<string> {
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups).toHaveLength(1);
  return present(TargetGroups?.[0]?.TargetGroupArn);
}

async function listener(elb: Elb): Promise<string> {
  const { LoadBalancerArn } = await balancer(elb);
  return present((await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners?.[0]?.ListenerArn);
}

/** The state of each target by its id. */
async function health(elb: Elb): Promise<ReadonlyMap<string, string>> {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: await targetGroup(elb) });
  const { TargetHealthDescriptions } = await elb.send(command);
  return new Map(
    present(TargetHealthDescriptions).map(({ Target, TargetHealth }) => [
      present(Target?.Id),
      present(TargetHealth?.State),
    ]),
  );
}

async function first(elb: Elb): Promise<string> {
  return present([...(await health(elb)).keys()][0]);
}

async function freeze({ autoScaling }: Small): Promise<void> {
  await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'playback' }));
}

describe('load balancer calls that are refused', () => {
  it('refuses what is not there, by the name of its kind', async () => {
    const { elb } = open();
    const arn = 'arn:none';
    await expect(elb.send(new DescribeLoadBalancersCommand({ Names: ['none'] }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
    await expect(elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }))).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
    await expect(elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }))).rejects.toMatchObject({
      name: 'ListenerNotFoundException',
    });
    await expect(elb.send(new DeleteRuleCommand({ RuleArn: arn }))).rejects.toMatchObject({
      name: 'RuleNotFoundException',
    });
  });

  it('refuses a load balancer in one zone', async () => {
    const { elb } = open();
    const { LoadBalancerArn, AvailabilityZones } = await balancer(elb);
    const Subnets = [present(AvailabilityZones?.[0]?.SubnetId)];
    await expect(elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets }))).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
    });
  });

  it('refuses to register what does not run, and passes over what is deregistered and never was', async () => {
    const small = open();
    await freeze(small);
    const { elb, ec2, autoScaling } = small;
    const TargetGroupArn = await targetGroup(elb);
    const Id = await first(elb);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [Id] }));
    const wrong = { name: 'InvalidTargetException' };
    const register = new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] });
    await expect(elb.send(register)).rejects.toMatchObject(wrong);
    const { AutoScalingGroups } = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['billing'] }),
    );
    const stranger = AutoScalingGroups?.[0]?.Instances?.[0]?.InstanceId;
    const before = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: stranger }] }));
    const after = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(after.TargetHealthDescriptions).toEqual(before.TargetHealthDescriptions);
  });

  it('refuses a priority in use, to delete the default rule, and actions that it does not know', async () => {
    const { elb } = open();
    const ListenerArn = await listener(elb);
    const rule = { ListenerArn, Priority: 1, Conditions: EVERY_PATH, Actions: [DOWN] };
    await elb.send(new CreateRuleCommand(rule));
    await expect(elb.send(new CreateRuleCommand(rule))).rejects.toMatchObject({ name: 'PriorityInUseException' });
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
    expect(Rules?.map(({ Priority }) => Priority)).toEqual(['1', 'default']);
    const last = new DeleteRuleCommand({ RuleArn: Rules?.[1]?.RuleArn });
    await expect(elb.send(last)).rejects.toMatchObject({ name: 'OperationNotPermittedException' });
    const redirect = new CreateRuleCommand({ ...rule, Priority: 2, Actions: [{ Type: 'redirect' }] });
    await expect(elb.send(redirect)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('targets', () => {
  it('has every member of the edge as a healthy target, and no other instance', async () => {
    const { elb } = open();
    expect([...(await health(elb)).values()]).toEqual(Array.from({ length: 6 }, () => 'healthy'));
  });

  it('sends nothing to one that is deregistered, which drains for five minutes, until it is registered', async () => {
    const { elb, sim, pass } = open();
    const TargetGroupArn = await targetGroup(elb);
    const Id = await first(elb);
    const Targets = [{ Id }];
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    expect((await health(elb)).get(Id)).toBe('draining');
    expect(zonesOf(sim, 'playback')[0]).toMatchObject({ serving: 1, total: 1 });
    pass(5 * MINUTE);
    expect((await health(elb)).has(Id)).toBe(false);
    const asked = new DescribeTargetHealthCommand({ TargetGroupArn, Targets });
    expect((await elb.send(asked)).TargetHealthDescriptions).toMatchObject([
      { TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ]);
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('shows a stopped target as unused, and its replacement first as initial', async () => {
    const { elb, ec2, pass } = open();
    const Id = await first(elb);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [Id] }));
    expect((await health(elb)).get(Id)).toBe('unused');
    pass(30_000);
    expect([...(await health(elb)).values()].filter((state) => state === 'initial')).toHaveLength(1);
    pass(2 * MINUTE);
    expect([...(await health(elb)).values()]).toEqual(Array.from({ length: 6 }, () => 'healthy'));
  });

  it('goes on draining in another process', async () => {
    const { elb, sim } = open();
    const TargetGroupArn = await targetGroup(elb);
    const Id = await first(elb);
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] }));
    const options = { world: SMALL_WORLD, seed: 1, random: seededRandom(1), behaviour: { throttle: {} } };
    const restored = SimAws.restore(options, sim.takeChanges());
    const other = clientsOf(restored, restored);
    const { elb: again } = moreClients({ sim: restored, clock: other.clock });
    expect((await health(again)).get(Id)).toBe('draining');
    other.pass(5 * MINUTE);
    expect((await health(again)).has(Id)).toBe(false);
  });
});

describe('load balancers', () => {
  it('serves nobody in a zone that it has left', async () => {
    const { elb, sim } = open();
    const { LoadBalancerArn, AvailabilityZones } = await balancer(elb);
    const all = present(AvailabilityZones).map(({ SubnetId }) => present(SubnetId));
    await elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: all.slice(1) }));
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
    // nor is anything lost on those that are there: it does not send to them
    expect(zonesOf(sim, 'playback').map(({ total }) => total)).toEqual([0, 2, 2]);
    expect(servingOf(sim, 'billing')).toEqual([1, 1, 1]);
    expect([...(await health(elb)).values()].filter((state) => state === 'unused')).toHaveLength(2);
    await elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: all }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('serves nobody while a rule answers every path itself', async () => {
    const { elb, sim } = open();
    const ListenerArn = await listener(elb);
    const rule = { ListenerArn, Priority: 5, Conditions: [{ Field: 'path-pattern', Values: ['/admin/*'] }] };
    const { Rules } = await elb.send(new CreateRuleCommand({ ...rule, Actions: [DOWN] }));
    const RuleArn = present(Rules?.[0]?.RuleArn);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
    await elb.send(new ModifyRuleCommand({ RuleArn, Conditions: EVERY_PATH }));
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
    await elb.send(new DeleteRuleCommand({ RuleArn }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('serves nobody while its default action does not forward', async () => {
    const { elb, sim } = open();
    const ListenerArn = await listener(elb);
    const { Listeners } = await elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
    const before = present(Listeners?.[0]?.DefaultActions);
    await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: [DOWN] }));
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
    await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: before }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });
});
