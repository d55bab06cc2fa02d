import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  type CreateNetworkAclCommandInput,
  type Filter,
  type NetworkAcl,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { associationOf, NO_SUCH, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST, WEST } from '../contract-world.js';

const described = async (cloud: CloudUnderTest, filters: readonly Filter[]): Promise<readonly NetworkAcl[]> => {
  const answer = await cloud.aws.ec2(EAST).send(new DescribeNetworkAclsCommand({ Filters: [...filters] }));
  return answer.NetworkAcls ?? [];
};

/** Listed by its VPC, and picked out here. */
async function aclNow(cloud: CloudUnderTest, id: string | undefined): Promise<NetworkAcl | undefined> {
  const { vpc } = await cloud.network(EAST);
  const acls = await described(cloud, [{ Name: 'vpc-id', Values: [vpc] }]);
  return acls.find((acl) => acl.NetworkAclId === id);
}

async function newAcl(cloud: CloudUnderTest, more: Partial<CreateNetworkAclCommandInput> = {}): Promise<NetworkAcl> {
  const { vpc } = await cloud.network(EAST);
  const answer = await cloud.aws.ec2(EAST).send(new CreateNetworkAclCommand({ VpcId: vpc, ...more }));
  return there(answer.NetworkAcl);
}

/** A subnet of the network behind a new ACL. */
async function swapped(cloud: CloudUnderTest): Promise<{ subnet: string; acl: string; before: string; after: string }> {
  const { subnets } = await cloud.network(EAST);
  const subnet = there(subnets[0]);
  const acl = there((await newAcl(cloud)).NetworkAclId);
  const before = (await associationOf(cloud, EAST, subnet)).id;
  const answer = await swap(cloud, before, acl);
  return { subnet, acl, before, after: there(answer) };
}

const swap = (cloud: CloudUnderTest, association: string, acl: string): Promise<string | undefined> =>
  cloud.aws
    .ec2(EAST)
    .send(new ReplaceNetworkAclAssociationCommand({ AssociationId: association, NetworkAclId: acl }))
    .then(({ NewAssociationId }) => NewAssociationId);

const remove = (cloud: CloudUnderTest, acl: string | undefined): Promise<unknown> =>
  cloud.aws.ec2(EAST).send(new DeleteNetworkAclCommand({ NetworkAclId: acl }));

/** What kong's blackouts and their undo rest on. */
export const networkAclCases = casesOf('ec2', [
  {
    id: 'acl/old-association',
    title: 'an association id is refused once it was swapped away',
    async run(cloud) {
      const { before, acl } = await swapped(cloud);
      expect(await refusal(swap(cloud, before, acl))).toBe('InvalidAssociationID.NotFound');
    },
  },
  {
    id: 'acl/unknown-association',
    title: 'an association id that never was is refused',
    async run(cloud) {
      const acl = there((await newAcl(cloud)).NetworkAclId);
      expect(await refusal(swap(cloud, NO_SUCH.association, acl))).toBe('InvalidAssociationID.NotFound');
    },
  },
  {
    id: 'acl/swap-to-unknown',
    title: 'a subnet is not put behind an ACL that does not exist, and stays where it was',
    async run(cloud) {
      const { subnets, acl } = await cloud.network(EAST);
      const before = await associationOf(cloud, EAST, there(subnets[0]));
      expect(await refusal(swap(cloud, before.id, NO_SUCH.acl))).toBe('InvalidNetworkAclID.NotFound');
      expect(await associationOf(cloud, EAST, there(subnets[0]))).toEqual({ id: before.id, acl });
    },
  },
  {
    id: 'acl/swap-between-regions',
    title: 'a subnet is not put behind the ACL of another region',
    async run(cloud) {
      const { subnets } = await cloud.network(EAST);
      const before = await associationOf(cloud, EAST, there(subnets[0]));
      const { acl } = await cloud.network(WEST);
      expect(await refusal(swap(cloud, before.id, acl))).toBe('InvalidNetworkAclID.NotFound');
    },
  },
  {
    id: 'acl/delete-in-use',
    title: 'an ACL that filters a subnet is not deleted',
    async run(cloud) {
      const { subnet, acl } = await swapped(cloud);
      expect(await refusal(remove(cloud, acl))).toBe('DependencyViolation');
      expect((await associationOf(cloud, EAST, subnet)).acl).toBe(acl);
    },
  },
  {
    id: 'acl/delete-default',
    title: "a VPC's default ACL is not deleted",
    async run(cloud) {
      const { acl } = await cloud.network(EAST);
      expect(await refusal(remove(cloud, acl))).not.toBe('not refused');
      expect(await aclNow(cloud, acl)).toBeDefined();
    },
  },
  {
    id: 'acl/delete-unknown',
    title: 'an ACL that is gone is refused by name at the second deletion',
    async run(cloud) {
      const { NetworkAclId } = await newAcl(cloud);
      await remove(cloud, NetworkAclId);
      expect(await refusal(remove(cloud, NetworkAclId))).toBe('InvalidNetworkAclID.NotFound');
    },
  },
  {
    id: 'acl/describe-unknown',
    title: 'describing an ACL by an id that is gone is refused by name',
    async run(cloud) {
      await cloud.network(EAST);
      const named = new DescribeNetworkAclsCommand({ NetworkAclIds: [NO_SUCH.acl] });
      expect(await refusal(cloud.aws.ec2(EAST).send(named))).toBe('InvalidNetworkAclID.NotFound');
    },
  },
  {
    id: 'acl/by-id',
    title: 'a filter on the id finds that ACL, or none',
    async run(cloud) {
      const { NetworkAclId } = await newAcl(cloud);
      const byId = async (id: string | undefined): Promise<readonly unknown[]> =>
        (await described(cloud, [{ Name: 'network-acl-id', Values: [there(id)] }])).map((acl) => acl.NetworkAclId);
      expect(await byId(NetworkAclId)).toEqual([NetworkAclId]);
      expect(await byId(NO_SUCH.acl)).toEqual([]);
    },
  },
  {
    id: 'acl/create-elsewhere',
    title: 'no ACL is made in a VPC of another region',
    async run(cloud) {
      const { vpc } = await cloud.network(WEST);
      const create = new CreateNetworkAclCommand({ VpcId: vpc });
      expect(await refusal(cloud.aws.ec2(EAST).send(create))).toBe('InvalidVpcID.NotFound');
    },
  },
  {
    id: 'acl/dry-run-create',
    title: 'a dry run of a creation is refused as such and makes nothing',
    async run(cloud) {
      const before = await aclsOfVpc(cloud);
      expect(await refusal(newAcl(cloud, { DryRun: true }))).toBe('DryRunOperation');
      expect(await aclsOfVpc(cloud)).toBe(before);
    },
  },
  {
    id: 'acl/duplicate-rule',
    title: 'a second rule with the same number and direction is refused',
    async run(cloud) {
      const { NetworkAclId } = await newAcl(cloud);
      await allowAll(cloud, NetworkAclId);
      expect(await refusal(allowAll(cloud, NetworkAclId))).toBe('NetworkAclEntryAlreadyExists');
    },
  },
  {
    id: 'acl/first',
    title: 'every subnet begins behind the default ACL of its VPC, which lets everything through',
    async run(cloud) {
      const { subnets, acl, vpc } = await cloud.network(EAST);
      for (const subnet of subnets) expect((await associationOf(cloud, EAST, subnet)).acl).toBe(acl);
      const [found] = await described(cloud, [
        { Name: 'vpc-id', Values: [vpc] },
        { Name: 'default', Values: ['true'] },
      ]);
      expect(found).toMatchObject({ NetworkAclId: acl, VpcId: vpc, IsDefault: true });
      const allowing = (found?.Entries ?? []).filter((entry) => entry.RuleAction === 'allow');
      expect(allowing.map((entry) => [entry.Egress, entry.CidrBlock, entry.Protocol]).sort()).toEqual([
        [false, '0.0.0.0/0', '-1'],
        [true, '0.0.0.0/0', '-1'],
      ]);
    },
  },
  {
    id: 'acl/new-denies',
    title: 'a new ACL allows nothing and filters no subnet',
    async run(cloud) {
      const { NetworkAclId } = await newAcl(cloud);
      const acl = await aclNow(cloud, NetworkAclId);
      expect(acl).toMatchObject({ IsDefault: false, Associations: [] });
      expect((acl?.Entries ?? []).filter((entry) => entry.RuleAction !== 'deny')).toEqual([]);
    },
  },
  {
    id: 'acl/closing-rules',
    title: 'a new ACL shows the two closing rules that deny everything',
    async run(cloud) {
      const { Entries = [] } = await newAcl(cloud);
      const rules = Entries.map(({ RuleNumber, RuleAction, Egress }) => [RuleNumber, RuleAction, Egress]);
      expect(rules).toContainEqual([32_767, 'deny', true]);
      expect(rules).toContainEqual([32_767, 'deny', false]);
    },
  },
  {
    id: 'acl/tags-at-creation',
    title: 'an ACL is found by each tag that it was made with, and by no other value',
    async run(cloud) {
      const Tags = [
        { Key: 'kong:run', Value: 'r1' },
        { Key: 'kong:handle', Value: 'h1' },
      ];
      const { NetworkAclId } = await newAcl(cloud, { TagSpecifications: [{ ResourceType: 'network-acl', Tags }] });
      const found = await described(cloud, [{ Name: 'tag:kong:run', Values: ['r1'] }]);
      expect(found.map((acl) => acl.NetworkAclId)).toEqual([NetworkAclId]);
      expect(found[0]?.Tags).toEqual(expect.arrayContaining(Tags));
      expect(await described(cloud, [{ Name: 'tag:kong:run', Values: ['r2'] }])).toEqual([]);
    },
  },
  {
    id: 'acl/client-token',
    title: 'the same client token gives the same ACL',
    async run(cloud) {
      const one = await newAcl(cloud, { ClientToken: 'run-1' });
      const again = await newAcl(cloud, { ClientToken: 'run-1' });
      expect(again.NetworkAclId).toBe(one.NetworkAclId);
      expect((await newAcl(cloud, { ClientToken: 'run-2' })).NetworkAclId).not.toBe(one.NetworkAclId);
    },
  },
  {
    id: 'acl/swap',
    title: 'a swap moves one subnet, gives its association a new id, and can be swapped back',
    async run(cloud) {
      const { subnet, acl, before, after } = await swapped(cloud);
      const { subnets, acl: first } = await cloud.network(EAST);
      expect(after).not.toBe(before);
      expect(await associationOf(cloud, EAST, subnet)).toEqual({ id: after, acl });
      expect((await associationOf(cloud, EAST, there(subnets[1]))).acl).toBe(first);
      const back = await swap(cloud, after, first);
      expect(await associationOf(cloud, EAST, subnet)).toEqual({ id: back, acl: first });
    },
  },
  {
    id: 'acl/all-associations',
    title: 'an ACL that matches by one subnet is shown with all its subnets',
    async run(cloud) {
      const { subnets } = await cloud.network(EAST);
      const [acl] = await described(cloud, [{ Name: 'association.subnet-id', Values: subnets.slice(0, 1) }]);
      expect((acl?.Associations ?? []).map((one) => one.SubnetId).sort()).toEqual([...subnets].sort());
    },
  },
  {
    id: 'acl/delete',
    title: 'an ACL is deleted once its subnet has moved away',
    async run(cloud) {
      const { acl, after } = await swapped(cloud);
      await swap(cloud, after, (await cloud.network(EAST)).acl);
      await remove(cloud, acl);
      expect(await aclNow(cloud, acl)).toBeUndefined();
    },
  },
  {
    id: 'acl/rules',
    title: 'a rule that was added is shown with its number, direction and range',
    async run(cloud) {
      const { NetworkAclId } = await newAcl(cloud);
      await allowAll(cloud, NetworkAclId);
      const acl = await aclNow(cloud, NetworkAclId);
      const rule = (acl?.Entries ?? []).find((entry) => entry.RuleNumber === 100);
      expect(rule).toMatchObject({ Egress: false, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' });
    },
  },
]);

const allowAll = (cloud: CloudUnderTest, acl: string | undefined): Promise<unknown> =>
  cloud.aws.ec2(EAST).send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId: acl,
      RuleNumber: 100,
      Egress: false,
      Protocol: '-1',
      RuleAction: 'allow',
      CidrBlock: '0.0.0.0/0',
    }),
  );

async function aclsOfVpc(cloud: CloudUnderTest): Promise<number> {
  const { vpc } = await cloud.network(EAST);
  return (await described(cloud, [{ Name: 'vpc-id', Values: [vpc] }])).length;
}
