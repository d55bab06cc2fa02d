import {
  AttachInstancesCommand,
  AttachLoadBalancerTargetGroupsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DetachInstancesCommand,
  DetachLoadBalancerTargetGroupsCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  type AutoScalingClient,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { MINUTE, openSmall, present, SECOND, servingOf, zonesOf } from './small-world.js';

const AutoScalingGroupName = 'playback';

async function playback(autoScaling: AutoScalingClient): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  );
  return present(AutoScalingGroups?.[0]);
}

async function ids(autoScaling: AutoScalingClient): Promise<readonly string[]> {
  return present((await playback(autoScaling)).Instances).map(({ InstanceId }) => present(InstanceId));
}

async function freeze(autoScaling: AutoScalingClient): Promise<void> {
  await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName }));
}

describe('calls about members that are refused', () => {
  it('refuses standby below the minimum, twice, and of strangers', async () => {
    const { autoScaling } = openSmall();
    const all = await ids(autoScaling);
    const enter = (...InstanceIds: string[]) =>
      autoScaling.send(
        new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: true }),
      );
    const wrong = { name: 'ValidationError' };
    await expect(enter(...all.slice(0, 4))).rejects.toMatchObject(wrong);
    await expect(enter('i-0')).rejects.toMatchObject(wrong);
    await enter(present(all[0]));
    await expect(enter(present(all[0]))).rejects.toMatchObject(wrong);
    expect((await playback(autoScaling)).DesiredCapacity).toBe(5);
  });

  it('refuses to end a standby that would pass the maximum', async () => {
    const { autoScaling } = openSmall();
    const InstanceIds = (await ids(autoScaling)).slice(0, 1);
    await autoScaling.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: true }),
    );
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 12 }));
    const exit = new ExitStandbyCommand({ AutoScalingGroupName, InstanceIds });
    await expect(autoScaling.send(exit)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses to attach an instance that is in a group, or does not run', async () => {
    const { autoScaling, ec2 } = openSmall();
    const [first = ''] = await ids(autoScaling);
    const attach = new AttachInstancesCommand({ AutoScalingGroupName, InstanceIds: [first] });
    await expect(autoScaling.send(attach)).rejects.toMatchObject({ name: 'ValidationError' });
    await autoScaling.send(
      new DetachInstancesCommand({
        AutoScalingGroupName,
        InstanceIds: [first],
        ShouldDecrementDesiredCapacity: true,
      }),
    );
    await ec2.send(new StopInstancesCommand({ InstanceIds: [first] }));
    await expect(autoScaling.send(attach)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses target groups that it does not have', async () => {
    const { autoScaling } = openSmall();
    const input = { AutoScalingGroupName, TargetGroupARNs: ['arn:none'] };
    const wrong = { name: 'ValidationError' };
    await expect(autoScaling.send(new AttachLoadBalancerTargetGroupsCommand(input))).rejects.toMatchObject(wrong);
    await expect(autoScaling.send(new DetachLoadBalancerTargetGroupsCommand(input))).rejects.toMatchObject(wrong);
  });
});

describe('standby', () => {
  it('puts a member aside with its place, and leaves it alone while it is stopped', async () => {
    const { autoScaling, ec2, sim, pass } = openSmall();
    const [first = ''] = await ids(autoScaling);
    const { Activities } = await autoScaling.send(
      new EnterStandbyCommand({
        AutoScalingGroupName,
        InstanceIds: [first],
        ShouldDecrementDesiredCapacity: true,
      }),
    );
    expect(Activities?.[0]?.Description).toContain(first);
    expect(zonesOf(sim, 'playback')[0]).toMatchObject({ serving: 1, total: 1 });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [first] }));
    pass(5 * MINUTE);
    const group = await playback(autoScaling);
    expect(group.DesiredCapacity).toBe(5);
    expect(group.Instances?.find((one) => one.InstanceId === first)).toMatchObject({ LifecycleState: 'Standby' });
    expect(group.Instances).toHaveLength(6);
  });

  it('has another one launched in its place where its place is not given up', async () => {
    const { autoScaling, sim, pass } = openSmall();
    const InstanceIds = (await ids(autoScaling)).slice(0, 1);
    await autoScaling.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: false }),
    );
    pass(3 * MINUTE);
    expect(await ids(autoScaling)).toHaveLength(7);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('takes a member back, with its place', async () => {
    const { autoScaling, sim } = openSmall();
    const InstanceIds = (await ids(autoScaling)).slice(0, 1);
    await autoScaling.send(
      new EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: true }),
    );
    await autoScaling.send(new ExitStandbyCommand({ AutoScalingGroupName, InstanceIds }));
    expect((await playback(autoScaling)).DesiredCapacity).toBe(6);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });
});

describe('single members', () => {
  it('takes others than the protected ones when a group shrinks', async () => {
    const { autoScaling, pass } = openSmall();
    const all = await ids(autoScaling);
    const InstanceIds = all.slice(0, 4);
    await autoScaling.send(
      new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn: true }),
    );
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
    pass(MINUTE);
    const left = present((await playback(autoScaling)).Instances);
    expect(left.map(({ InstanceId }) => InstanceId)).toEqual(InstanceIds);
    expect(left.every(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn)).toBe(true);
  });

  it('replaces a member that is said to be unhealthy', async () => {
    const { autoScaling, pass } = openSmall();
    const [InstanceId = ''] = await ids(autoScaling);
    await autoScaling.send(new SetInstanceHealthCommand({ InstanceId, HealthStatus: 'Unhealthy' }));
    pass(15 * SECOND);
    expect((await playback(autoScaling)).Instances?.find((one) => one.InstanceId === InstanceId)).toMatchObject({
      LifecycleState: 'Terminating',
    });
    pass(3 * MINUTE);
    const after = await ids(autoScaling);
    expect(after).toHaveLength(6);
    expect(after).not.toContain(InstanceId);
  });

  it('heeds no report of a member that has just been launched, unless it is told to', async () => {
    const { autoScaling, pass } = openSmall();
    const old = await ids(autoScaling);
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 7 }));
    pass(2 * MINUTE);
    await freeze(autoScaling);
    const InstanceId = present((await ids(autoScaling)).find((id) => !old.includes(id)));
    const report = { InstanceId, HealthStatus: 'Unhealthy' };
    const health = async () =>
      (await playback(autoScaling)).Instances?.find((one) => one.InstanceId === InstanceId)?.HealthStatus;
    await autoScaling.send(new SetInstanceHealthCommand(report));
    expect(await health()).toBe('Healthy');
    await autoScaling.send(new SetInstanceHealthCommand({ ...report, ShouldRespectGracePeriod: false }));
    expect(await health()).toBe('Unhealthy');
  });

  it('lets a member go without ending it, and takes it in again', async () => {
    const { autoScaling, sim, pass } = openSmall();
    const all = await ids(autoScaling);
    const InstanceIds = all.slice(0, 1);
    await autoScaling.send(
      new DetachInstancesCommand({ AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: true }),
    );
    pass(MINUTE);
    expect(await ids(autoScaling)).toEqual(all.slice(1));
    expect(zonesOf(sim, 'playback')[0]).toMatchObject({ serving: 1, total: 1 });
    await autoScaling.send(new AttachInstancesCommand({ AutoScalingGroupName, InstanceIds }));
    expect((await playback(autoScaling)).DesiredCapacity).toBe(6);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });
});

describe('the target groups of a group', () => {
  it('takes all members out of the load balancer with the target group, and puts them back with it', async () => {
    const { autoScaling, sim } = openSmall();
    const TargetGroupARNs = present((await playback(autoScaling)).TargetGroupARNs);
    const listed = async () =>
      (await autoScaling.send(new DescribeLoadBalancerTargetGroupsCommand({ AutoScalingGroupName })))
        .LoadBalancerTargetGroups;
    expect(await listed()).toMatchObject([{ LoadBalancerTargetGroupARN: TargetGroupARNs[0], State: 'InService' }]);
    const input = { AutoScalingGroupName, TargetGroupARNs };
    await autoScaling.send(new DetachLoadBalancerTargetGroupsCommand(input));
    expect(await listed()).toEqual([]);
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
    await autoScaling.send(new AttachLoadBalancerTargetGroupsCommand(input));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('leaves out of the load balancer whom it launches while AddToLoadBalancer is suspended', async () => {
    const { autoScaling, sim, pass } = openSmall();
    const ScalingProcesses = ['AddToLoadBalancer'];
    await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 9 }));
    pass(3 * MINUTE);
    expect(await ids(autoScaling)).toHaveLength(9);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('has no instance refreshes', async () => {
    const { autoScaling } = openSmall();
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName });
    expect((await autoScaling.send(command)).InstanceRefreshes).toEqual([]);
  });
});
