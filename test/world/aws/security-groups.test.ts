import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type Instance,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { openSmall, present, SECOND, servingOf } from './small-world.js';

const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const FROM_ALL = [{ CidrIp: '0.0.0.0/0' }];

async function groupNamed(ec2: EC2Client, name: string): Promise<SecurityGroup> {
  const Filters = [{ Name: 'group-name', Values: [name] }];
  return present((await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0]);
}

async function idOf(ec2: EC2Client, name: string): Promise<string> {
  return present((await groupNamed(ec2, name)).GroupId);
}

async function emptyGroup(ec2: EC2Client, GroupName = 'nothing-in'): Promise<string> {
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  const command = new CreateSecurityGroupCommand({ GroupName, Description: 'nothing', VpcId: Vpcs?.[0]?.VpcId });
  return present((await ec2.send(command)).GroupId);
}

async function members(ec2: EC2Client): Promise<readonly Instance[]> {
  const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: ['playback'] }];
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return (Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
}

describe('security group calls that are refused', () => {
  it('refuses a second group of the same name', async () => {
    const { ec2 } = openSmall();
    await emptyGroup(ec2);
    await expect(emptyGroup(ec2)).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
  });

  it('refuses to delete a group that an instance has, and the default one', async () => {
    const { ec2 } = openSmall();
    const remove = async (name: string) =>
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: await idOf(ec2, name) }));
    await expect(remove('playback')).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(remove('default')).rejects.toMatchObject({ name: 'CannotDelete' });
  });

  it('refuses a rule that is there, and with it those beside it', async () => {
    const { ec2 } = openSmall();
    const GroupId = await idOf(ec2, 'playback');
    const IpPermissions = [
      { IpProtocol: 'udp', FromPort: 1, ToPort: 2, IpRanges: FROM_ALL },
      { ...HTTPS, IpRanges: FROM_ALL },
    ];
    const command = new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    expect((await groupNamed(ec2, 'playback')).IpPermissions).toHaveLength(1);
  });

  it('refuses to revoke what is not there', async () => {
    const { ec2 } = openSmall();
    const command = new RevokeSecurityGroupIngressCommand({
      GroupId: await idOf(ec2, 'playback'),
      IpPermissions: [{ ...HTTPS, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
  });

  it('refuses groups that do not exist, none at all, or more than five', async () => {
    const { ec2 } = openSmall();
    const [instance] = await members(ec2);
    const modify = (Groups: string[]) =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instance?.InstanceId, Groups }));
    const six = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => emptyGroup(ec2, `group-${n}`)));
    await expect(modify(['sg-0'])).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(modify([])).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(modify(six)).rejects.toMatchObject({ name: 'SecurityGroupsPerInterfaceLimitExceeded' });
  });

  it('changes nothing in a dry run', async () => {
    const { ec2, sim } = openSmall();
    const GroupId = await idOf(ec2, 'playback');
    const IpPermissions = [{ ...HTTPS, IpRanges: FROM_ALL }];
    const command = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions, DryRun: true });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'DryRunOperation' });
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });
});

describe('security groups', () => {
  it('lets nobody in by a new one, and everything out', async () => {
    const { ec2 } = openSmall();
    await emptyGroup(ec2);
    const group = await groupNamed(ec2, 'nothing-in');
    expect(group.IpPermissions).toEqual([]);
    expect(group.IpPermissionsEgress).toMatchObject([{ IpProtocol: '-1', IpRanges: FROM_ALL }]);
  });

  it('stops an instance from serving whose groups let nothing in, and lets it serve again with its own', async () => {
    const { ec2, sim } = openSmall();
    const [instance] = await members(ec2);
    const before = present(instance?.SecurityGroups?.map(({ GroupId }) => present(GroupId)));
    const InstanceId = present(instance?.InstanceId);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: [await emptyGroup(ec2)] }));
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: before }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it("changes an instance's groups by its network interface too", async () => {
    const { ec2, sim } = openSmall();
    const [instance] = await members(ec2);
    const Filters = [{ Name: 'attachment.instance-id', Values: [present(instance?.InstanceId)] }];
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
    const NetworkInterfaceId = present(NetworkInterfaces?.[0]?.NetworkInterfaceId);
    expect(instance?.NetworkInterfaces?.[0]?.NetworkInterfaceId).toBe(NetworkInterfaceId);
    const GroupId = await emptyGroup(ec2);
    await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }));
    expect(servingOf(sim, 'playback')).toEqual([1, 2, 2]);
    const attribute = new DescribeInstanceAttributeCommand({ InstanceId: instance?.InstanceId, Attribute: 'groupSet' });
    expect((await ec2.send(attribute)).Groups).toEqual([{ GroupId, GroupName: 'nothing-in' }]);
  });

  it('stops a whole group from serving when its rule is revoked, until it is authorized again', async () => {
    const { ec2, sim } = openSmall();
    const GroupId = await idOf(ec2, 'playback');
    const IpPermissions = [{ ...HTTPS, IpRanges: FROM_ALL }];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
    expect(servingOf(sim, 'billing')).toEqual([1, 1, 1]);
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('revokes a rule by its id', async () => {
    const { ec2, sim } = openSmall();
    const GroupId = await idOf(ec2, 'playback');
    const Filters = [{ Name: 'group-id', Values: [GroupId] }];
    const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    const rule = present(SecurityGroupRules?.find(({ IsEgress }) => IsEgress === false)?.SecurityGroupRuleId);
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [rule] }));
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
  });

  it('shows a changed rule only after the read lag, while traffic feels it at once', async () => {
    const { ec2, sim, pass } = openSmall({ readLagMs: SECOND });
    const GroupId = await idOf(ec2, 'playback');
    const IpPermissions = [{ ...HTTPS, IpRanges: FROM_ALL }];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    expect((await groupNamed(ec2, 'playback')).IpPermissions).toHaveLength(1);
    expect(servingOf(sim, 'playback')).toEqual([0, 0, 0]);
    pass(SECOND);
    expect((await groupNamed(ec2, 'playback')).IpPermissions).toEqual([]);
  });
});
