import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { MINUTE, openSmall, present, SECOND, servingOf, START_MS, zonesOf, type Small } from './small-world.js';

const AutoScalingGroupName = 'playback';

async function group({ autoScaling }: Small, name = 'playback'): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return present(AutoScalingGroups?.[0]);
}

async function memberIds(small: Small): Promise<readonly string[]> {
  return present((await group(small)).Instances).map((member) => present(member.InstanceId));
}

function totals({ sim }: Small): readonly number[] {
  return zonesOf(sim, 'playback').map((zone) => zone.total);
}

function suspend({ autoScaling }: Small, ...ScalingProcesses: string[]) {
  return autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
}

describe('groups that are refused', () => {
  it('refuses a capacity beyond the bounds', async () => {
    const { autoScaling } = openSmall();
    for (const DesiredCapacity of [13, 2]) {
      const command = new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity });
      await expect(autoScaling.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
    }
  });

  it('refuses a minimum above the maximum', async () => {
    const { autoScaling } = openSmall();
    const command = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 13 });
    await expect(autoScaling.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses a group that is not there, and a process of no such name', async () => {
    const { autoScaling } = openSmall();
    const nobody = new SuspendProcessesCommand({ AutoScalingGroupName: 'nobody', ScalingProcesses: ['Launch'] });
    await expect(autoScaling.send(nobody)).rejects.toMatchObject({ name: 'ValidationError' });
    const nothing = new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Lunch'] });
    await expect(autoScaling.send(nothing)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses to go below the minimum by terminating a member', async () => {
    const small = openSmall();
    await small.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
    const [InstanceId] = await memberIds(small);
    const command = new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId,
      ShouldDecrementDesiredCapacity: true,
    });
    await expect(small.autoScaling.send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('refuses to update what it does not simulate, instead of forgetting it', async () => {
    const { autoScaling } = openSmall();
    const command = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, HealthCheckGracePeriod: 10 });
    await expect(autoScaling.send(command)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a group that heals', () => {
  it('replaces a member that was stopped by one in the same zone', async () => {
    const small = openSmall();
    const [id] = await memberIds(small);
    await small.ec2.send(new StopInstancesCommand({ InstanceIds: [present(id)] }));
    small.pass(10 * SECOND);
    const members = present((await group(small)).Instances);
    expect(members.find((member) => member.InstanceId === id)).toMatchObject({
      LifecycleState: 'Terminating',
      HealthStatus: 'Unhealthy',
    });
    expect(members.filter((member) => member.LifecycleState === 'Pending')).toMatchObject([
      { AvailabilityZone: 'us-east-1a' },
    ]);
    small.pass(2 * MINUTE);
    expect(servingOf(small.sim, 'playback')).toEqual([2, 2, 2]);
    expect(await memberIds(small)).not.toContain(id);
  });

  it('replaces members that someone else terminated, and says why', async () => {
    const small = openSmall();
    const InstanceIds = (await memberIds(small)).slice(0, 2);
    await small.ec2.send(new TerminateInstancesCommand({ InstanceIds: [...InstanceIds] }));
    small.pass(3 * MINUTE);
    expect(totals(small)).toEqual([2, 2, 2]);
    const { Activities } = await small.autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }));
    const said = present(Activities).map((activity) => activity.Description?.replace(/: i-.*/, ''));
    expect(said.toSorted()).toEqual([
      'Launching a new EC2 instance',
      'Launching a new EC2 instance',
      'Terminating EC2 instance',
      'Terminating EC2 instance',
    ]);
    expect(Activities?.[0]?.Cause).toContain('difference between desired and actual capacity');
  });

  it.each(['HealthCheck', 'ReplaceUnhealthy', 'Terminate'])(
    'replaces nobody while %s is suspended',
    async (process) => {
      const small = openSmall();
      await suspend(small, process);
      const members = await memberIds(small);
      await small.ec2.send(new StopInstancesCommand({ InstanceIds: [present(members[0])] }));
      small.pass(5 * MINUTE);
      expect(await memberIds(small)).toEqual(members);
      await small.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses: [process] }));
      small.pass(5 * MINUTE);
      expect(await memberIds(small)).not.toContain(members[0]);
      expect(servingOf(small.sim, 'playback')).toEqual([2, 2, 2]);
    },
  );

  it('ends the unhealthy while Launch is suspended, and launches once it is resumed', async () => {
    const small = openSmall();
    await suspend(small, 'Launch');
    const [id] = await memberIds(small);
    await small.ec2.send(new StopInstancesCommand({ InstanceIds: [present(id)] }));
    small.pass(5 * MINUTE);
    expect(totals(small)).toEqual([1, 2, 2]);
    await small.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    small.pass(5 * MINUTE);
    expect(servingOf(small.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('launches elsewhere while a zone has no capacity', async () => {
    const small = openSmall({ withoutCapacity: ['us-east-1a'] });
    const [id] = await memberIds(small);
    await small.ec2.send(new TerminateInstancesCommand({ InstanceIds: [present(id)] }));
    small.pass(5 * MINUTE);
    expect(totals(small)).toEqual([1, 3, 2]);
    const { Activities } = await small.autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName }));
    const failed = present(Activities).filter((activity) => activity.StatusCode === 'Failed');
    expect(failed.map((activity) => activity.StatusMessage).join()).toContain('sufficient m5.large capacity');
  });
});

describe('the size of a group', () => {
  it('follows the desired capacity out and in, evenly over its zones', async () => {
    const small = openSmall();
    await small.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 9 }));
    small.pass(3 * MINUTE);
    expect(servingOf(small.sim, 'playback')).toEqual([3, 3, 3]);
    await small.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
    small.pass(3 * MINUTE);
    expect(totals(small)).toEqual([1, 1, 1]);
  });

  it('rises to a raised minimum', async () => {
    const small = openSmall();
    await small.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 8 }));
    expect(await group(small)).toMatchObject({ MinSize: 8, DesiredCapacity: 8, MaxSize: 12 });
  });

  it('moves out of a zone that it gives up, new members first', async () => {
    const small = openSmall();
    const { VPCZoneIdentifier } = await group(small);
    const [, ...others] = present(VPCZoneIdentifier).split(',');
    await small.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, VPCZoneIdentifier: others.join(',') }),
    );
    small.pass(15 * SECOND);
    expect(totals(small).reduce((sum, total) => sum + total)).toBe(7);
    small.pass(20 * MINUTE);
    expect(totals(small)).toEqual([0, 3, 3]);
  });

  it('stays in a zone that it gives up while AZRebalance is suspended', async () => {
    const small = openSmall();
    await suspend(small, 'AZRebalance');
    const [, ...others] = present((await group(small)).VPCZoneIdentifier).split(',');
    await small.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, VPCZoneIdentifier: others.join(',') }),
    );
    small.pass(20 * MINUTE);
    expect(totals(small)).toEqual([2, 2, 2]);
  });

  it('loses a member for good when it is terminated with a decrement', async () => {
    const small = openSmall();
    const [InstanceId] = await memberIds(small);
    await small.autoScaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
    );
    small.pass(3 * MINUTE);
    expect(await group(small)).toMatchObject({ DesiredCapacity: 5 });
    expect(totals(small)).toEqual([1, 2, 2]);
  });
});

describe('what groups say of themselves', () => {
  it('lists groups over small pages, by name and by tag', async () => {
    const { autoScaling } = openSmall({ pageSize: 1 });
    const first = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    const second = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ NextToken: first.NextToken }));
    const names = [first, second]
      .flatMap((page) => page.AutoScalingGroups ?? [])
      .map((one) => one.AutoScalingGroupName);
    expect(names).toEqual(['playback', 'billing']);
    expect(second.NextToken).toBeUndefined();
    const Filters = [{ Name: 'tag:team', Values: ['money'] }];
    const tagged = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ Filters }));
    expect(tagged.AutoScalingGroups).toMatchObject([{ AutoScalingGroupName: 'billing' }]);
    expect(tagged.AutoScalingGroups?.[0]?.CreatedTime).toBeInstanceOf(Date);
  });

  it('suspends and resumes processes as a set', async () => {
    const small = openSmall();
    await suspend(small, 'Launch', 'Terminate');
    await suspend(small, 'Launch', 'HealthCheck');
    const names = async () => present((await group(small)).SuspendedProcesses).map((process) => process.ProcessName);
    expect(await names()).toEqual(['Launch', 'Terminate', 'HealthCheck']);
    await small.autoScaling.send(
      new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Launch', 'AZRebalance'] }),
    );
    expect(await names()).toEqual(['Terminate', 'HealthCheck']);
  });

  it('shows suspended processes only after the read lag', async () => {
    const small = openSmall({ readLagMs: SECOND });
    await suspend(small, 'Launch');
    expect((await group(small)).SuspendedProcesses).toEqual([]);
    small.pass(SECOND);
    expect((await group(small)).SuspendedProcesses).toMatchObject([{ ProcessName: 'Launch' }]);
  });

  it('tells members and policies', async () => {
    const { autoScaling } = openSmall();
    const members = await autoScaling.send(new DescribeAutoScalingInstancesCommand({}));
    expect(members.AutoScalingInstances).toHaveLength(9);
    expect(members.AutoScalingInstances?.[0]).toMatchObject({
      AutoScalingGroupName,
      LifecycleState: 'InService',
      HealthStatus: 'HEALTHY',
    });
    const { ScalingPolicies } = await autoScaling.send(new DescribePoliciesCommand({}));
    expect(ScalingPolicies).toMatchObject([{ AutoScalingGroupName, TargetTrackingConfiguration: { TargetValue: 50 } }]);
  });

  it('has been there since long before the drill', () => {
    const { sim } = openSmall();
    expect(sim.nowMs).toBe(START_MS);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
    expect(servingOf(sim, 'billing')).toEqual([1, 1, 1]);
  });
});
