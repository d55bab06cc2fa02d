import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DescribeNetworkAclsCommand,
  DescribeSubnetsCommand,
  ReplaceNetworkAclAssociationCommand,
  type EC2Client,
  type NetworkAclAssociation,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { openSmall, present, SECOND, servingOf } from './small-world.js';

async function vpcOf(ec2: EC2Client): Promise<string> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  return present(Subnets?.[0]?.VpcId);
}

async function associationIn(ec2: EC2Client, zone: string): Promise<NetworkAclAssociation> {
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: [zone] }] }),
  );
  const subnet = present(Subnets?.[0]?.SubnetId);
  const { NetworkAcls } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] }),
  );
  return present(NetworkAcls?.[0]?.Associations?.find((association) => association.SubnetId === subnet));
}

async function createAcl(ec2: EC2Client, token?: string): Promise<string> {
  const answer = await ec2.send(new CreateNetworkAclCommand({ VpcId: await vpcOf(ec2), ClientToken: token }));
  return present(answer.NetworkAcl?.NetworkAclId);
}

function addEntry(
  ec2: EC2Client,
  acl: string,
  entry: { readonly number: number; readonly egress: boolean; readonly allow: boolean },
) {
  return ec2.send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId: acl,
      RuleNumber: entry.number,
      Egress: entry.egress,
      RuleAction: entry.allow ? 'allow' : 'deny',
      Protocol: '-1',
      CidrBlock: '0.0.0.0/0',
    }),
  );
}

/** Puts a zone's subnet behind an ACL; the new association's id. */
async function swap(ec2: EC2Client, zone: string, acl: string): Promise<string> {
  const { NetworkAclAssociationId } = await associationIn(ec2, zone);
  const answer = await ec2.send(
    new ReplaceNetworkAclAssociationCommand({ AssociationId: NetworkAclAssociationId, NetworkAclId: acl }),
  );
  return present(answer.NewAssociationId);
}

describe('network ACLs that are refused', () => {
  it('refuses to delete an ACL that a subnet is associated with', async () => {
    const { ec2 } = openSmall();
    const acl = await createAcl(ec2);
    await swap(ec2, 'us-east-1a', acl);
    await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: acl }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
  });

  it('refuses to delete the default ACL', async () => {
    const { ec2 } = openSmall();
    const { NetworkAclId } = await associationIn(ec2, 'us-east-1a');
    await expect(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('does not know an association by the id that it had before its last swap', async () => {
    const { ec2 } = openSmall();
    const acl = await createAcl(ec2);
    const old = await associationIn(ec2, 'us-east-1a');
    await swap(ec2, 'us-east-1a', acl);
    const again = new ReplaceNetworkAclAssociationCommand({
      AssociationId: old.NetworkAclAssociationId,
      NetworkAclId: acl,
    });
    await expect(ec2.send(again)).rejects.toMatchObject({
      name: 'InvalidAssociationID.NotFound',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses a second rule with the same number in the same direction', async () => {
    const { ec2 } = openSmall();
    const acl = await createAcl(ec2);
    await addEntry(ec2, acl, { number: 100, egress: false, allow: true });
    await addEntry(ec2, acl, { number: 100, egress: true, allow: true });
    await expect(addEntry(ec2, acl, { number: 100, egress: false, allow: false })).rejects.toMatchObject({
      name: 'NetworkAclEntryAlreadyExists',
    });
  });

  it('refuses an ACL in a VPC that is not there', async () => {
    const { ec2 } = openSmall();
    const command = new CreateNetworkAclCommand({ VpcId: 'vpc-0' });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound' });
  });

  it('changes nothing in a dry run', async () => {
    const { ec2, sim } = openSmall();
    const VpcId = await vpcOf(ec2);
    sim.takeChanges();
    await expect(ec2.send(new CreateNetworkAclCommand({ VpcId, DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
    expect(sim.takeChanges()).toEqual([]);
  });
});

describe('network ACLs', () => {
  it('gives the same ACL again for the same client token', async () => {
    const { ec2 } = openSmall();
    const first = await createAcl(ec2, 'once');
    expect(await createAcl(ec2, 'once')).toBe(first);
    expect(await createAcl(ec2, 'twice')).not.toBe(first);
  });

  it('finds an ACL by the tags that it was made with', async () => {
    const { ec2 } = openSmall();
    const Tags = [{ Key: 'kong:run', Value: 'r1' }];
    await ec2.send(
      new CreateNetworkAclCommand({
        VpcId: await vpcOf(ec2),
        TagSpecifications: [{ ResourceType: 'network-acl', Tags }],
      }),
    );
    const found = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'tag:kong:run', Values: ['r1'] }] }),
    );
    expect(found.NetworkAcls).toMatchObject([{ Tags, IsDefault: false, Associations: [] }]);
    const none = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'tag:kong:run', Values: ['r2'] }] }),
    );
    expect(none.NetworkAcls).toEqual([]);
  });

  it('ends every ACL with a rule that denies both ways', async () => {
    const { ec2 } = openSmall();
    const acl = await createAcl(ec2);
    const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [acl] }));
    expect(NetworkAcls?.[0]?.Entries).toMatchObject([
      { RuleNumber: 32_767, RuleAction: 'deny', Egress: true },
      { RuleNumber: 32_767, RuleAction: 'deny', Egress: false },
    ]);
  });

  it('cuts a zone off by an ACL without rules, and gives it back by the swap back', async () => {
    const { ec2, sim } = openSmall();
    const before = await associationIn(ec2, 'us-east-1b');
    const acl = await createAcl(ec2);
    const { version } = sim.infra();
    await swap(ec2, 'us-east-1b', acl);
    expect(servingOf(sim, 'playback')).toEqual([2, 0, 2]);
    expect(sim.infra().version).toBeGreaterThan(version);
    const association = await swap(ec2, 'us-east-1b', present(before.NetworkAclId));
    expect(association).not.toBe(before.NetworkAclAssociationId);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
    await ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: acl }));
  });

  it('lets traffic through only when both directions are allowed, the lowest rule deciding', async () => {
    const { ec2, sim } = openSmall();
    const acl = await createAcl(ec2);
    await swap(ec2, 'us-east-1a', acl);
    await addEntry(ec2, acl, { number: 200, egress: false, allow: true });
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
    await addEntry(ec2, acl, { number: 200, egress: true, allow: true });
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
    await addEntry(ec2, acl, { number: 100, egress: true, allow: false });
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
  });

  it('leaves traffic alone by a rule for other addresses', async () => {
    const { ec2, sim } = openSmall();
    const { NetworkAclId } = await associationIn(ec2, 'us-east-1a');
    await ec2.send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId,
        RuleNumber: 50,
        Egress: false,
        RuleAction: 'deny',
        Protocol: '-1',
        CidrBlock: '10.1.0.0/16',
      }),
    );
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('shows a swap to readers only after the read lag, while traffic feels it at once', async () => {
    const { ec2, sim, pass } = openSmall({ readLagMs: 2 * SECOND });
    const acl = await createAcl(ec2);
    const before = await associationIn(ec2, 'us-east-1a');
    await swap(ec2, 'us-east-1a', acl);
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
    expect(await associationIn(ec2, 'us-east-1a')).toEqual(before);
    pass(2 * SECOND);
    expect((await associationIn(ec2, 'us-east-1a')).NetworkAclId).toBe(acl);
  });
});
