import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { openSmall, present } from './small-world.js';

async function members(ec2: EC2Client): Promise<readonly Instance[]> {
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: ['playback'] }];
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return (Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
}

async function oneInEachZone(ec2: EC2Client): Promise<readonly [string, string]> {
  const all = await members(ec2);
  const [a] = all;
  const b = all.find((one) => one.Placement?.AvailabilityZone !== a?.Placement?.AvailabilityZone);
  return [present(a?.InstanceId), present(b?.InstanceId)];
}

async function states(ec2: EC2Client, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
  const all = await members(ec2);
  return ids.map((id) => all.find((one) => one.InstanceId === id)?.State?.Name);
}

describe('protection of an instance', () => {
  it('refuses to stop an instance that is kept from it', async () => {
    const { ec2 } = openSmall();
    const [InstanceId] = await oneInEachZone(ec2);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiStop: { Value: true } }));
    const stop = new StopInstancesCommand({ InstanceIds: [InstanceId] });
    await expect(ec2.send(stop)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiStop: { Value: false } }));
    await expect(ec2.send(stop)).resolves.toMatchObject({ StoppingInstances: [{ InstanceId }] });
  });

  it('terminates, of a refused call, those in other zones than the protected instance', async () => {
    const { ec2 } = openSmall();
    const [a, b] = await oneInEachZone(ec2);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: a, DisableApiTermination: { Value: true } }));
    const terminate = new TerminateInstancesCommand({ InstanceIds: [a, b] });
    await expect(ec2.send(terminate)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    expect(await states(ec2, [a, b])).toEqual(['running', 'shutting-down']);
  });

  it('tells each protection by itself, and refuses attributes that it does not know', async () => {
    const { ec2 } = openSmall();
    const [InstanceId] = await oneInEachZone(ec2);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }));
    const read = (Attribute: 'disableApiTermination' | 'disableApiStop' | 'userData') =>
      ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));
    expect(await read('disableApiTermination')).toMatchObject({ DisableApiTermination: { Value: true } });
    expect(await read('disableApiStop')).toMatchObject({ DisableApiStop: { Value: false } });
    await expect(read('userData')).rejects.toMatchObject({ name: 'NotImplemented' });
    const other = new ModifyInstanceAttributeCommand({ InstanceId, EbsOptimized: { Value: true } });
    await expect(ec2.send(other)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
