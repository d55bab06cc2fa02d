import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import { AwsFault, required } from '../aws-fault.js';
import { tagList, tagRecord } from '../aws-tags.js';
import { allOut } from '../build-reach.js';
import type { SecurityGroupRow } from '../network-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { ec2Page } from './places.js';
import { groupArn, toPermissions } from './security-rules.js';

const GROUP_FIELDS: FilterFields<SecurityGroupRow> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpc }) => [vpc],
  description: ({ description }) => [description],
  'ip-permission.group-id': ({ rules }) => rules.flatMap(({ egress, group }) => (egress || !group ? [] : [group])),
};

/**
 * Security groups: which there are.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export const securityGroupOperations = {
  DescribeSecurityGroupsCommand(
    input: DescribeSecurityGroupsCommandInput,
    context: CallContext,
  ): Answer<DescribeSecurityGroupsCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.securityGroups.seen(sim.nowMs).filter((group) => group.region === region);
    const byId = named(here, input.GroupIds, 'InvalidGroup.NotFound');
    const byName = input.GroupNames?.length ? byId.filter(({ name }) => input.GroupNames?.includes(name)) : byId;
    const { items, next } = pageOf(filtered(byName, input.Filters, GROUP_FIELDS), ec2Page(input, context));
    return { SecurityGroups: items.map((group) => toGroup(group, context)), NextToken: next };
  },

  CreateSecurityGroupCommand(
    input: CreateSecurityGroupCommandInput,
    context: CallContext,
  ): Answer<CreateSecurityGroupCommandOutput> {
    const { sim, region } = context;
    const vpc = sim.store.vpcs.get(required(input.VpcId, 'VpcId'));
    if (vpc?.region !== region)
      throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${input.VpcId}' does not exist`);
    const name = required(input.GroupName, 'GroupName');
    const description = required(input.Description, 'GroupDescription');
    if ([...sim.store.securityGroups.all()].some((group) => group.vpc === vpc.id && group.name === name))
      throw new AwsFault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
    endDryRun(input);
    const specified = input.TagSpecifications?.filter(({ ResourceType }) => ResourceType === 'security-group');
    const tags = tagRecord(specified?.flatMap(({ Tags }) => Tags ?? []));
    const id = sim.ids.next('sg');
    const rules = [allOut(sim.ids.next('sgr'))];
    sim.store.securityGroups.put({ id, region, vpc: vpc.id, name, description, rules, tags }, sim.seenFromMs());
    return { GroupId: id, Tags: tagList(tags), SecurityGroupArn: groupArn(id, context) };
  },

  DeleteSecurityGroupCommand(
    input: DeleteSecurityGroupCommandInput,
    context: CallContext,
  ): Answer<DeleteSecurityGroupCommandOutput> {
    const { sim } = context;
    const group = securityGroupOf(required(input.GroupId, 'GroupId'), context);
    if (group.name === 'default')
      throw new AwsFault('CannotDelete', `the specified group: "${group.id}" name: "default" cannot be deleted by a user`);
    if (isUsed(group, context))
      throw new AwsFault('DependencyViolation', `resource ${group.id} has a dependent object`);
    endDryRun(input);
    sim.store.securityGroups.remove(group.id, sim.seenFromMs());
    return { Return: true, GroupId: group.id };
  },
} satisfies Operations;

/**
 * A security group of the call's region.
 * @throws AwsFault where there is none
 */
export function securityGroupOf(id: string, { sim, region }: CallContext): SecurityGroupRow {
  const group = sim.store.securityGroups.get(id);
  if (group?.region !== region)
    throw new AwsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  return group;
}

/** By an instance, by a launch template, or by another group's rules. */
function isUsed({ id }: SecurityGroupRow, { sim: { store } }: CallContext): boolean {
  return (
    [...store.instances.all()].some((row) => row.state !== 'terminated' && row.securityGroups.includes(id)) ||
    [...store.groups.all()].some((row) => row.securityGroups.includes(id)) ||
    [...store.loadBalancers.all()].some((row) => row.securityGroups.includes(id)) ||
    [...store.securityGroups.all()].some((other) => other.id !== id && other.rules.some(({ group }) => group === id))
  );
}

function toGroup(group: SecurityGroupRow, context: CallContext): SecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpc,
    OwnerId: context.sim.world.account,
    SecurityGroupArn: groupArn(group.id, context),
    IpPermissions: toPermissions(group, false, context),
    IpPermissionsEgress: toPermissions(group, true, context),
    Tags: tagList(group.tags),
  };
}
