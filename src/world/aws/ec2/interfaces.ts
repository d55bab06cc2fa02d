import type {
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  GroupIdentifier,
  ModifyNetworkInterfaceAttributeCommandInput,
  ModifyNetworkInterfaceAttributeCommandOutput,
  NetworkInterface,
} from '@aws-sdk/client-ec2';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { InstanceRow } from '../rows.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { ec2Page } from './places.js';
import { securityGroupOf } from './security-groups.js';

/** Security groups of one network interface. */
const MOST_GROUPS = 5;

/** An instance's only interface, which lives and dies with it. */
type InterfaceView = { readonly id: string; readonly of: InstanceRow; readonly tags: InstanceRow['tags'] };

const INTERFACE_FIELDS: FilterFields<InterfaceView> = {
  'network-interface-id': ({ id }) => [id],
  'subnet-id': ({ of }) => [of.subnet],
  'vpc-id': ({ of }) => [of.vpc],
  'availability-zone': ({ of }) => [of.zone],
  'group-id': ({ of }) => of.securityGroups,
  'attachment.instance-id': ({ of }) => [of.id],
  'private-ip-address': ({ of }) => [of.address],
  status: () => ['in-use'],
};

/** Network interfaces: each instance has one, as long as it is not terminated. */
export const interfaceOperations = {
  DescribeNetworkInterfacesCommand(
    input: DescribeNetworkInterfacesCommandInput,
    context: CallContext,
  ): Answer<DescribeNetworkInterfacesCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.instances
      .seen(sim.nowMs)
      .filter((row) => row.region === region && row.state !== 'terminated')
      .map((row) => ({ id: interfaceId(row), of: row, tags: {} }));
    const wanted = named(here, input.NetworkInterfaceIds, 'InvalidNetworkInterfaceID.NotFound');
    const { items, next } = pageOf(filtered(wanted, input.Filters, INTERFACE_FIELDS), ec2Page(input, context));
    return { NetworkInterfaces: items.map(({ of }) => toInterface(of, context)), NextToken: next };
  },

  ModifyNetworkInterfaceAttributeCommand(
    input: ModifyNetworkInterfaceAttributeCommandInput,
    context: CallContext,
  ): Answer<ModifyNetworkInterfaceAttributeCommandOutput> {
    const { NetworkInterfaceId, Groups, DryRun, ...others } = input;
    const other = Object.entries(others).find(([, value]) => value !== undefined);
    if (other) throw notSimulated(`ModifyNetworkInterfaceAttribute with ${other[0]}`);
    const row = ownerOf(required(NetworkInterfaceId, 'NetworkInterfaceId'), context);
    const securityGroups = checkedGroups(required(Groups, 'Groups'), row, context);
    endDryRun({ DryRun });
    context.sim.store.instances.put({ ...row, securityGroups }, context.sim.seenFromMs());
    return {};
  },
} satisfies Operations;

/** The id of an instance's network interface. */
export function interfaceId({ id }: Pick<InstanceRow, 'id'>): string {
  return id.replace(/^i-/, 'eni-');
}

/**
 * The instance that a network interface belongs to.
 * @throws AwsFault where there is none, or it is terminated
 */
export function ownerOf(id: string, { sim, region }: CallContext): InstanceRow {
  const row = sim.store.instances.get(id.replace(/^eni-/, 'i-'));
  if (row?.region !== region || row.state === 'terminated')
    throw new AwsFault('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
  return row;
}

/**
 * Security groups for an instance, each once.
 * @throws AwsFault where there is none, there are too many, or one is not of the instance's VPC
 */
export function checkedGroups(ids: readonly string[], row: InstanceRow, context: CallContext): readonly string[] {
  if (ids.length === 0) throw new AwsFault('InvalidParameterValue', 'At least one security group must be given');
  const wanted = [...new Set(ids)];
  if (wanted.length > MOST_GROUPS)
    throw new AwsFault('SecurityGroupsPerInterfaceLimitExceeded', `More than ${MOST_GROUPS} groups for ${row.id}`);
  for (const id of wanted) {
    if (securityGroupOf(id, context).vpc !== row.vpc)
      throw new AwsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist in VPC '${row.vpc}'`);
  }
  return wanted;
}

/** An instance's security groups as the API has them. */
export function groupIdentifiers({ securityGroups }: InstanceRow, { sim }: CallContext): GroupIdentifier[] {
  return securityGroups.map((GroupId) => ({ GroupId, GroupName: sim.store.securityGroups.get(GroupId)?.name }));
}

function toInterface(row: InstanceRow, context: CallContext): NetworkInterface {
  return {
    NetworkInterfaceId: interfaceId(row),
    AvailabilityZone: row.zone,
    SubnetId: row.subnet,
    VpcId: row.vpc,
    OwnerId: context.sim.world.account,
    PrivateIpAddress: row.address,
    InterfaceType: 'interface',
    SourceDestCheck: true,
    Status: 'in-use',
    Groups: groupIdentifiers(row, context),
    Attachment: {
      AttachmentId: row.id.replace(/^i-/, 'eni-attach-'),
      InstanceId: row.id,
      InstanceOwnerId: context.sim.world.account,
      DeviceIndex: 0,
      Status: 'attached',
      DeleteOnTermination: true,
    },
    TagSet: [],
  };
}
