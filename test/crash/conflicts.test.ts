import {
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateNetworkAclCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  StartInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import type { Lab } from './lab.js';
import { changes, conflictsOf, meddled, nth } from './meddling.js';
import { expectRecovery, prepare, remainingOf } from './trials.js';

/** Puts another ACL on a subnet, as a colleague would. */
async function swapAcl(lab: Lab, subnet: string, to?: string): Promise<string> {
  const ec2 = lab.rival.ec2('us-east-1');
  const { NetworkAcls: acls = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] }),
  );
  const own = acls[0]?.Associations?.find((association) => association.SubnetId === subnet);
  const made = to ? undefined : await ec2.send(new CreateNetworkAclCommand({ VpcId: acls[0]?.VpcId }));
  const acl = to ?? made?.NetworkAcl?.NetworkAclId ?? '';
  const swap = { AssociationId: own?.NetworkAclAssociationId, NetworkAclId: acl };
  await ec2.send(new ReplaceNetworkAclAssociationCommand(swap));
  return acl;
}

async function setWeight(lab: Lab, record: string, weight: number): Promise<void> {
  const [zone = '', name = ''] = record.split('/');
  const route53 = lab.rival.route53();
  const list = new ListResourceRecordSetsCommand({ HostedZoneId: zone });
  const { ResourceRecordSets: sets = [] } = await route53.send(list);
  const known = sets.find((one) => one.Name?.startsWith(name) === true && record.includes(one.SetIdentifier ?? '?'));
  if (!known) throw new Error(`no record ${record}`);
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: { ...known, Weight: weight } }] },
    }),
  );
}

const RESTORE_SWAP = 4; // three subnets go dark, the fourth swap is the first of the way back

describe('what someone else changes in the middle of a drill', () => {
  it('is left alone and listed: the ACL of a subnet', async () => {
    const prepared = await prepare('kong-us-east-1');
    const subnet = nth(changes(prepared, 'subnet.networkAcl'), 1).resource.id;
    let theirs = '';
    const at = { command: 'ChangeResourceRecordSetsCommand', nth: 3 };
    const result = await meddled(prepared, at, async () => {
      theirs = await swapAcl(prepared.lab, subnet);
    });
    const { subnets, leftovers } = await prepared.lab.snapshot();
    expect(subnets).toContain(`${subnet} ${theirs}`);
    expect(conflictsOf(result)).toEqual([`subnet.networkAcl subnet us-east-1/${subnet}`]);
    expect(remainingOf(result)).toEqual([]);
    expect(leftovers).toEqual([]);
  });

  it('is listed as remaining: an ACL of the run that someone else put on a subnet of theirs', async () => {
    const prepared = await prepare('gorilla-us-east-1a');
    const { lab } = prepared;
    const dark = nth(changes(prepared, 'subnet.networkAcl'), 0).resource.id;
    const ec2 = lab.rival.ec2('us-east-1');
    const { NetworkAcls: all = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
    const other = all.flatMap((acl) => acl.Associations ?? []).find((one) => one.SubnetId !== dark);
    const theirs = other?.SubnetId ?? '';
    const result = await meddled(prepared, { command: 'ReplaceNetworkAclAssociationCommand', nth: 2 }, async () => {
      const filter = { Name: 'association.subnet-id', Values: [dark] };
      const { NetworkAcls: acls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters: [filter] }));
      await swapAcl(lab, theirs, acls[0]?.NetworkAclId);
    });
    expect(result.exitCode).toBe(4);
    expect(result.rollback.remaining.map((one) => one.attribute)).toEqual(['networkAcl.exists']);
    await swapAcl(lab, theirs, other?.NetworkAclId);
    await expectRecovery(prepared, 'after the subnet was given back');
  });

  it('is left alone and listed: a weight that was set in the middle of a shift, which then stops', async () => {
    const prepared = await prepare('kong-us-east-1');
    const record = nth(changes(prepared, 'record.weight'), 0).resource.id;
    const { lab } = prepared;
    let wasSet = false;
    let hasShifted = false;
    const own = lab.process(async (call, answer) => {
      // between the first step of the shift and the second
      if (call.command === 'GetMetricDataCommand' && hasShifted && !wasSet) {
        wasSet = true;
        await lab.clock.sleep(1_000);
        await setWeight(lab, record, 77);
      }
      if (call.command === 'ChangeResourceRecordSetsCommand') hasShifted = true;
      return answer();
    });
    const end = await own.drill(prepared.plan);
    if (end === 'dead') throw new Error('died');
    expect(end.result).toMatchObject({ outcome: 'failed', error: { code: 'NOT_VERIFIED' } });
    expect(conflictsOf(end.result)).toEqual([`record.weight record global/${record}`]);
    const { records } = await lab.snapshot();
    expect(records.filter((one) => one.endsWith(' 77'))).toHaveLength(1);
    expect(records.filter((one) => !prepared.before.records.includes(one))).toHaveLength(1);
    expect(await lab.process().recover()).toEqual([]);
  });

  it('is merged: processes suspended before or meanwhile stay suspended, the others are resumed', async () => {
    const prepared = await prepare('kong-us-east-1', {}, async (lab) => {
      await lab.rival
        .autoScaling('us-east-1')
        .send(new SuspendProcessesCommand({ AutoScalingGroupName: 'edge', ScalingProcesses: ['AZRebalance'] }));
    });
    const groups = prepared.lab.rival.autoScaling('us-east-1');
    const at = { command: 'ReplaceNetworkAclAssociationCommand', nth: RESTORE_SWAP };
    const result = await meddled(prepared, at, async () => {
      const theirs = { AutoScalingGroupName: 'edge', ScalingProcesses: ['AddToLoadBalancer'] };
      await groups.send(new SuspendProcessesCommand(theirs));
      await groups.send(new ResumeProcessesCommand({ AutoScalingGroupName: 'playback', ScalingProcesses: ['Launch'] }));
    });
    const after = (await prepared.lab.snapshot()).groups;
    expect(after).toContain('us-east-1 edge 6 6 18 AZRebalance AddToLoadBalancer');
    expect(after).toContain('us-east-1 playback 6 6 18');
    expect(result.rollback).toMatchObject({ conflicts: [], remaining: [] });
  });

  it('is left alone and listed: the least size of a group, with what it forbids to take back', async () => {
    const prepared = await prepare('kong-us-east-1-prewarmed');
    const result = await meddled(prepared, { command: 'SuspendProcessesCommand', nth: 1 }, () =>
      prepared.lab.rival
        .autoScaling('us-west-2')
        .send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'edge', MinSize: 8 })),
    );
    expect(conflictsOf(result)).toEqual(['asg.minSize asg us-west-2/edge']);
    expect((await prepared.lab.snapshot()).groups).toContain('us-west-2 edge 8 8 18');
    expect(remainingOf(result)).toEqual([]);
  });

  it('is left to autoscaling: a desired capacity that is none of ours', async () => {
    const prepared = await prepare('kong-us-east-1-prewarmed');
    const result = await meddled(prepared, { command: 'SuspendProcessesCommand', nth: 1 }, () =>
      prepared.lab.rival
        .autoScaling('us-west-2')
        .send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'edge', DesiredCapacity: 12 })),
    );
    expect((await prepared.lab.snapshot()).groups).toContain('us-west-2 edge 6 12 18');
    expect(result.rollback).toMatchObject({ conflicts: [], remaining: [] });
  });

  it('is listed: a stopped instance that someone ended; one that someone started is simply back', async () => {
    const prepared = await prepare('monkey-stop');
    const stopped = changes(prepared, 'instance.state').map((change) => change.resource.id);
    const [gone = '', started = ''] = stopped;
    const ec2 = prepared.lab.rival.ec2('us-east-1');
    const result = await meddled(prepared, { command: 'StartInstancesCommand', nth: 1 }, async () => {
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));
      await ec2.send(new StartInstancesCommand({ InstanceIds: [started] }));
    });
    expect(conflictsOf(result)).toEqual([`instance.state instance us-east-1/${gone}`]);
    expect(remainingOf(result)).toEqual([]);
    const { instances } = await prepared.lab.snapshot();
    expect(instances).toEqual(expect.arrayContaining(stopped.slice(1).map((id) => `${id} running`)));
  });
});
