import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type Filter,
  type Instance,
} from '@aws-sdk/client-ec2';
import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { MINUTE, openSmall, present, SECOND, servingOf, type Small } from './small-world.js';

async function instances(ec2: EC2Client, ...Filters: Filter[]): Promise<readonly Instance[]> {
  const found: Instance[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }));
    found.push(...(answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  return found;
}

const inGroup = (name: string): Filter => ({ Name: 'tag:aws:autoscaling:groupName', Values: [name] });

async function firstOf(ec2: EC2Client, group: string): Promise<string> {
  return present((await instances(ec2, inGroup(group)))[0]?.InstanceId);
}

async function stateOf(ec2: EC2Client, id: string): Promise<string | undefined> {
  return (await instances(ec2, { Name: 'instance-id', Values: [id] }))[0]?.State?.Name;
}

/** So that the group leaves what a test does to its members alone. */
async function freeze({ autoScaling }: Small): Promise<void> {
  await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'playback' }));
}

describe('instances that are refused', () => {
  it('refuses to start an instance that is stopping', async () => {
    const { ec2 } = openSmall();
    const InstanceIds = [await firstOf(ec2, 'playback')];
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
  });

  it('refuses to stop an instance that is terminated', async () => {
    const { ec2, pass } = openSmall();
    const InstanceIds = [await firstOf(ec2, 'playback')];
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    pass(MINUTE);
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
  });

  it('stops none of several where one is not there', async () => {
    const { ec2 } = openSmall();
    const id = await firstOf(ec2, 'playback');
    const command = new StopInstancesCommand({ InstanceIds: [id, 'i-00000000000000000'] });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect(await stateOf(ec2, id)).toBe('running');
  });

  it('refuses a filter that it does not know', async () => {
    const { ec2 } = openSmall();
    await expect(instances(ec2, { Name: 'colour', Values: ['red'] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('stops nothing in a dry run', async () => {
    const { ec2 } = openSmall();
    const id = await firstOf(ec2, 'playback');
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds: [id], DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation',
    });
    expect(await stateOf(ec2, id)).toBe('running');
  });

  it('refuses to start an instance in a zone without capacity', async () => {
    const small = openSmall({ withoutCapacity: ['us-east-1a'] });
    const { ec2, pass } = small;
    await freeze(small);
    const InstanceIds = [await firstOf(ec2, 'playback')];
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    pass(MINUTE);
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
    });
  });

  it("refuses tags of AWS's own", async () => {
    const { ec2 } = openSmall();
    const command = new CreateTagsCommand({
      Resources: [await firstOf(ec2, 'playback')],
      Tags: [{ Key: 'aws:mine', Value: 'no' }],
    });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('the life of an instance', () => {
  it('stops in twenty seconds and serves no more from the first', async () => {
    const small = openSmall();
    const { ec2, sim, pass } = small;
    await freeze(small);
    const id = await firstOf(ec2, 'playback');
    const answer = await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(answer.StoppingInstances).toMatchObject([
      { CurrentState: { Name: 'stopping' }, PreviousState: { Name: 'running' } },
    ]);
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    pass(19 * SECOND);
    expect(await stateOf(ec2, id)).toBe('stopping');
    pass(SECOND);
    expect(await stateOf(ec2, id)).toBe('stopped');
  });

  it('boots, then warms up, and only then serves', async () => {
    const small = openSmall();
    const { ec2, sim, pass } = small;
    await freeze(small);
    const InstanceIds = [await firstOf(ec2, 'playback')];
    await ec2.send(new StopInstancesCommand({ InstanceIds }));
    pass(MINUTE);
    await ec2.send(new StartInstancesCommand({ InstanceIds }));
    expect(await stateOf(ec2, present(InstanceIds[0]))).toBe('pending');
    pass(60 * SECOND);
    expect(await stateOf(ec2, present(InstanceIds[0]))).toBe('running');
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    pass(29 * SECOND);
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    pass(SECOND);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('stays running through a reboot, without serving', async () => {
    const { ec2, sim, pass } = openSmall();
    const id = await firstOf(ec2, 'playback');
    await ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(ec2, id)).toBe('running');
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    pass(90 * SECOND);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('is listed as terminated for an hour', async () => {
    const { ec2, pass } = openSmall();
    const id = await firstOf(ec2, 'playback');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(ec2, id)).toBe('shutting-down');
    pass(20 * SECOND);
    expect(await stateOf(ec2, id)).toBe('terminated');
    pass(61 * MINUTE);
    expect(await stateOf(ec2, id)).toBeUndefined();
  });

  it('can be stopped and started twice with the same answer', async () => {
    const small = openSmall();
    await freeze(small);
    const InstanceIds = [await firstOf(small.ec2, 'playback')];
    await small.ec2.send(new StopInstancesCommand({ InstanceIds }));
    small.pass(MINUTE);
    const again = await small.ec2.send(new StopInstancesCommand({ InstanceIds }));
    expect(again.StoppingInstances).toMatchObject([
      { CurrentState: { Name: 'stopped' }, PreviousState: { Name: 'stopped' } },
    ]);
  });
});

describe('listing instances', () => {
  it('gives every instance once over small pages', async () => {
    const { ec2 } = openSmall({ pageSize: 2 });
    const ids = (await instances(ec2)).map((instance) => instance.InstanceId);
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(9);
  });

  it('narrows by zone, subnet, state and tags together', async () => {
    const { ec2 } = openSmall();
    const [one] = await instances(ec2, inGroup('playback'), { Name: 'availability-zone', Values: ['us-east-1b'] });
    const same = await instances(
      ec2,
      { Name: 'subnet-id', Values: [present(one?.SubnetId)] },
      { Name: 'instance-state-name', Values: ['running'] },
      { Name: 'tag-key', Values: ['team'] },
      { Name: 'tag:team', Values: ['stream*'] },
    );
    expect(same.map((instance) => instance.Placement?.AvailabilityZone)).toEqual(['us-east-1b', 'us-east-1b']);
  });

  it('has the tags that were created, until they are deleted', async () => {
    const { ec2 } = openSmall();
    const Resources = [await firstOf(ec2, 'billing')];
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'kong:protect', Value: 'yes' }] }));
    const wanted = { Name: 'tag:kong:protect', Values: ['yes'] };
    expect(await instances(ec2, wanted)).toHaveLength(1);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'kong:protect', Value: 'no' }] }));
    expect(await instances(ec2, wanted)).toHaveLength(1);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'kong:protect' }] }));
    expect(await instances(ec2, wanted)).toEqual([]);
  });

  it('shows the old state until the read lag is over', async () => {
    const small = openSmall({ readLagMs: 3 * SECOND });
    const { ec2, pass } = small;
    await freeze(small);
    const id = await firstOf(ec2, 'playback');
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(await stateOf(ec2, id)).toBe('running');
    pass(3 * SECOND);
    expect(await stateOf(ec2, id)).toBe('stopping');
  });
});
