import type {
  AcceptVpcPeeringConnectionCommandInput,
  AcceptVpcPeeringConnectionCommandOutput,
  CreateVpcPeeringConnectionCommandInput,
  CreateVpcPeeringConnectionCommandOutput,
  DeleteVpcPeeringConnectionCommandInput,
  DeleteVpcPeeringConnectionCommandOutput,
  DescribeVpcPeeringConnectionsCommandInput,
  DescribeVpcPeeringConnectionsCommandOutput,
  RejectVpcPeeringConnectionCommandInput,
  RejectVpcPeeringConnectionCommandOutput,
  VpcPeeringConnection,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import { AwsFault, required } from '../aws-fault.js';
import { tagList, tagRecord } from '../aws-tags.js';
import type { PeeringEnd, PeeringRow } from '../network-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { peeringHere } from './peering-ends.js';
import { ec2Page } from './places.js';

const PEERING_FIELDS: FilterFields<PeeringRow> = {
  'vpc-peering-connection-id': ({ id }) => [id],
  'requester-vpc-info.vpc-id': ({ requester }) => [requester.vpc],
  'requester-vpc-info.cidr-block': ({ requester }) => [requester.cidr],
  'accepter-vpc-info.vpc-id': ({ accepter }) => [accepter.vpc],
  'accepter-vpc-info.cidr-block': ({ accepter }) => [accepter.cidr],
  'status-code': ({ status }) => [status],
};

/** AWS's words for a state. */
const MESSAGES: Readonly<Record<PeeringRow['status'], string>> = {
  'pending-acceptance': 'Pending Acceptance',
  active: 'Active',
  rejected: 'Inactive',
  deleted: 'Deleted',
};

/**
 * Peerings of the account's VPCs. Routes over one that is not active are black holes, and stay.
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
export const peeringOperations = {
  DescribeVpcPeeringConnectionsCommand(
    input: DescribeVpcPeeringConnectionsCommandInput,
    context: CallContext,
  ): Answer<DescribeVpcPeeringConnectionsCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.peerings.seen(sim.nowMs).filter((one) => regionsOf(one).includes(region));
    const wanted = named(here, input.VpcPeeringConnectionIds, 'InvalidVpcPeeringConnectionID.NotFound');
    const { items, next } = pageOf(filtered(wanted, input.Filters, PEERING_FIELDS), ec2Page(input, context));
    return { VpcPeeringConnections: items.map((one) => toPeering(one, context)), NextToken: next };
  },

  CreateVpcPeeringConnectionCommand(
    input: CreateVpcPeeringConnectionCommandInput,
    context: CallContext,
  ): Answer<CreateVpcPeeringConnectionCommandOutput> {
    const { sim, region } = context;
    if (input.PeerOwnerId !== undefined && input.PeerOwnerId !== sim.world.account)
      throw new AwsFault('InvalidParameterValue', `there is no account ${input.PeerOwnerId} in this world`);
    const requester = endOf(required(input.VpcId, 'VpcId'), region, context);
    const accepter = endOf(required(input.PeerVpcId, 'PeerVpcId'), input.PeerRegion ?? region, context);
    if (requester.vpc === accepter.vpc)
      throw new AwsFault('InvalidParameterValue', 'a VPC can not be peered with itself');
    const before = [...sim.store.peerings.all()].find((one) => isOpen(one) && joins(one, requester, accepter));
    if (before)
      throw new AwsFault('VpcPeeringConnectionAlreadyExists', `There is already a peering of these VPCs: ${before.id}`);
    endDryRun(input);
    const tagged = input.TagSpecifications?.filter(({ ResourceType }) => ResourceType === 'vpc-peering-connection');
    const tags = tagRecord(tagged?.flatMap(({ Tags }) => Tags ?? []));
    const made = { id: sim.ids.next('pcx'), requester, accepter, status: 'pending-acceptance', tags } as const;
    return { VpcPeeringConnection: toPeering(put(made, context), context) };
  },

  AcceptVpcPeeringConnectionCommand(
    input: AcceptVpcPeeringConnectionCommandInput,
    context: CallContext,
  ): Answer<AcceptVpcPeeringConnectionCommandOutput> {
    const peering = pendingHere(input.VpcPeeringConnectionId, context);
    endDryRun(input);
    return { VpcPeeringConnection: toPeering(put({ ...peering, status: 'active' }, context), context) };
  },

  RejectVpcPeeringConnectionCommand(
    input: RejectVpcPeeringConnectionCommandInput,
    context: CallContext,
  ): Answer<RejectVpcPeeringConnectionCommandOutput> {
    const peering = pendingHere(input.VpcPeeringConnectionId, context);
    endDryRun(input);
    put({ ...peering, status: 'rejected' }, context);
    return { Return: true };
  },

  DeleteVpcPeeringConnectionCommand(
    input: DeleteVpcPeeringConnectionCommandInput,
    context: CallContext,
  ): Answer<DeleteVpcPeeringConnectionCommandOutput> {
    const peering = peeringHere(required(input.VpcPeeringConnectionId, 'VpcPeeringConnectionId'), context);
    if (!isOpen(peering)) throw inState(peering);
    endDryRun(input);
    put({ ...peering, status: 'deleted' }, context);
    return { Return: true };
  },
} satisfies Operations;

function regionsOf({ requester, accepter }: PeeringRow): readonly string[] {
  return [requester.region, accepter.region];
}

function isOpen({ status }: PeeringRow): boolean {
  return status === 'active' || status === 'pending-acceptance';
}

function joins({ requester, accepter }: PeeringRow, one: PeeringEnd, other: PeeringEnd): boolean {
  const vpcs = [requester.vpc, accepter.vpc];
  return vpcs.includes(one.vpc) && vpcs.includes(other.vpc);
}

function endOf(id: string, region: string, { sim }: CallContext): PeeringEnd {
  const vpc = sim.store.vpcs.get(id);
  if (vpc?.region !== region) throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
  return { region, vpc: id, cidr: vpc.cidr };
}

/** It is the accepter's region that accepts and rejects. */
function pendingHere(id: string | undefined, context: CallContext): PeeringRow {
  const peering = peeringHere(required(id, 'VpcPeeringConnectionId'), context);
  if (peering.accepter.region !== context.region)
    throw new AwsFault(
      'OperationNotPermitted',
      `Incorrect region (${context.region}) specified for this request. VPC peering connection ${peering.id} must be accepted in region ${peering.accepter.region}`,
    );
  if (peering.status !== 'pending-acceptance') throw inState(peering);
  return peering;
}

function inState({ id, status }: PeeringRow): AwsFault {
  return new AwsFault('InvalidStateTransition', `${id} is ${status}`);
}

function put(peering: PeeringRow, { sim }: CallContext): PeeringRow {
  sim.store.peerings.put(peering, sim.seenFromMs());
  return peering;
}

function toPeering({ id, requester, accepter, status, tags }: PeeringRow, context: CallContext): VpcPeeringConnection {
  return {
    VpcPeeringConnectionId: id,
    RequesterVpcInfo: toEnd(requester, context),
    AccepterVpcInfo: toEnd(accepter, context),
    Status: { Code: status, Message: MESSAGES[status] },
    Tags: tagList(tags),
  };
}

function toEnd({ region, vpc, cidr }: PeeringEnd, { sim }: CallContext): VpcPeeringConnectionVpcInfo {
  return {
    Region: region,
    VpcId: vpc,
    CidrBlock: cidr,
    CidrBlockSet: [{ CidrBlock: cidr }],
    OwnerId: sim.world.account,
  };
}
