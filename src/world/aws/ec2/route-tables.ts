import type {
  AssociateRouteTableCommandInput,
  AssociateRouteTableCommandOutput,
  CreateRouteTableCommandInput,
  CreateRouteTableCommandOutput,
  DeleteRouteTableCommandInput,
  DeleteRouteTableCommandOutput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  DisassociateRouteTableCommandInput,
  DisassociateRouteTableCommandOutput,
  ReplaceRouteTableAssociationCommandInput,
  ReplaceRouteTableAssociationCommandOutput,
  RouteTable,
} from '@aws-sdk/client-ec2';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import { tagList, tagRecord } from '../aws-tags.js';
import type { RouteAssociation, RouteTableRow } from '../network-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { ec2Page } from './places.js';
import { tableOfId, toRoute } from './routes.js';

const TABLE_FIELDS: FilterFields<RouteTableRow> = {
  'route-table-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  'association.main': ({ associations }) => associations.map(({ subnet }) => String(subnet === null)),
  'association.subnet-id': ({ associations }) => associations.flatMap(({ subnet }) => subnet ?? []),
  'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
  'route.destination-cidr-block': ({ routes }) => routes.map(({ cidr }) => cidr),
  'route.vpc-peering-connection-id': ({ routes }) =>
    routes.flatMap(({ target }) => (target.kind === 'peering' ? target.id : [])),
};

/**
 * Route tables and what they go for. A subnet without an association of its own uses its VPC's main table.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export const routeTableOperations = {
  DescribeRouteTablesCommand(
    input: DescribeRouteTablesCommandInput,
    context: CallContext,
  ): Answer<DescribeRouteTablesCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const here = sim.store.routeTables.seen(sim.nowMs).filter((table) => table.region === region);
    const wanted = named(here, input.RouteTableIds, 'InvalidRouteTableID.NotFound');
    const { items, next } = pageOf(filtered(wanted, input.Filters, TABLE_FIELDS), ec2Page(input, context));
    return { RouteTables: items.map((table) => toTable(table, context)), NextToken: next };
  },

  CreateRouteTableCommand(
    input: CreateRouteTableCommandInput,
    context: CallContext,
  ): Answer<CreateRouteTableCommandOutput> {
    const { sim, region } = context;
    const vpc = sim.store.vpcs.get(required(input.VpcId, 'VpcId'));
    if (vpc?.region !== region)
      throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${input.VpcId}' does not exist`);
    const token = input.ClientToken ?? null;
    const made = [...sim.store.routeTables.all()].find((one) => one.region === region && one.token === token);
    endDryRun(input);
    if (token !== null && made) return { RouteTable: toTable(made, context), ClientToken: token };
    const specified = input.TagSpecifications?.filter(({ ResourceType }) => ResourceType === 'route-table');
    const table: RouteTableRow = {
      id: sim.ids.next('rtb'),
      region,
      vpc: vpc.id,
      routes: [{ cidr: vpc.cidr, target: { kind: 'local', id: 'local' }, fixed: true }],
      associations: [],
      tags: tagRecord(specified?.flatMap(({ Tags }) => Tags ?? [])),
      token,
    };
    sim.store.routeTables.put(table, sim.seenFromMs());
    return { RouteTable: toTable(table, context), ClientToken: input.ClientToken };
  },

  DeleteRouteTableCommand(
    input: DeleteRouteTableCommandInput,
    context: CallContext,
  ): Answer<DeleteRouteTableCommandOutput> {
    const table = tableOfId(input.RouteTableId, context);
    if (table.associations.length > 0)
      throw new AwsFault('DependencyViolation', `The routeTable '${table.id}' has dependencies and cannot be deleted.`);
    endDryRun(input);
    context.sim.store.routeTables.remove(table.id, context.sim.seenFromMs());
    return {};
  },

  AssociateRouteTableCommand(
    input: AssociateRouteTableCommandInput,
    context: CallContext,
  ): Answer<AssociateRouteTableCommandOutput> {
    if (input.GatewayId !== undefined) throw notSimulated('AssociateRouteTable with GatewayId');
    const { sim, region } = context;
    const table = tableOfId(input.RouteTableId, context);
    const subnet = sim.store.subnets.get(required(input.SubnetId, 'SubnetId'));
    if (subnet?.region !== region)
      throw new AwsFault('InvalidSubnetID.NotFound', `The subnet ID '${input.SubnetId}' does not exist`);
    if (subnet.vpc !== table.vpc) throw otherNetworks(table.id, subnet.id);
    const taken = [...sim.store.routeTables.all()].some((one) => one.associations.some((a) => a.subnet === subnet.id));
    if (taken)
      throw new AwsFault(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${table.id} conflicts with an existing association`,
      );
    endDryRun(input);
    const association = { id: sim.ids.next('rtbassoc'), subnet: subnet.id };
    sim.store.routeTables.put({ ...table, associations: [...table.associations, association] }, sim.seenFromMs());
    return { AssociationId: association.id, AssociationState: { State: 'associated' } };
  },

  DisassociateRouteTableCommand(
    input: DisassociateRouteTableCommandInput,
    context: CallContext,
  ): Answer<DisassociateRouteTableCommandOutput> {
    const { table, association } = associated(input.AssociationId, context);
    if (association.subnet === null)
      throw new AwsFault('InvalidParameterValue', `cannot disassociate the main route table association ${association.id}`);
    endDryRun(input);
    context.sim.store.routeTables.put(without(table, association), context.sim.seenFromMs());
    return {};
  },

  ReplaceRouteTableAssociationCommand(
    input: ReplaceRouteTableAssociationCommandInput,
    context: CallContext,
  ): Answer<ReplaceRouteTableAssociationCommandOutput> {
    const { sim } = context;
    const { table: from, association } = associated(input.AssociationId, context);
    const to = tableOfId(input.RouteTableId, context);
    if (to.vpc !== from.vpc) throw otherNetworks(to.id, from.id);
    endDryRun(input);
    const moved = { ...association, id: sim.ids.next('rtbassoc') };
    const seenFromMs = sim.seenFromMs();
    const left = without(from, association);
    const base = to.id === from.id ? left : to;
    if (to.id !== from.id) sim.store.routeTables.put(left, seenFromMs);
    sim.store.routeTables.put({ ...base, associations: [...base.associations, moved] }, seenFromMs);
    return { NewAssociationId: moved.id, AssociationState: { State: 'associated' } };
  },
} satisfies Operations;

interface Associated {
  readonly table: RouteTableRow;
  readonly association: RouteAssociation;
}

function associated(id: string | undefined, { sim, region }: CallContext): Associated {
  for (const table of sim.store.routeTables.all()) {
    const association = table.region === region && table.associations.find((one) => one.id === id);
    if (association) return { table, association };
  }
  throw new AwsFault('InvalidAssociationID.NotFound', `The association ID '${id ?? ''}' does not exist`);
}

function without(table: RouteTableRow, association: RouteAssociation): RouteTableRow {
  return { ...table, associations: table.associations.filter((one) => one !== association) };
}

function otherNetworks(one: string, other: string): AwsFault {
  return new AwsFault('InvalidParameterValue', `${one} and ${other} belong to different networks`);
}

function toTable(table: RouteTableRow, context: CallContext): RouteTable {
  return {
    RouteTableId: table.id,
    VpcId: table.vpc,
    OwnerId: context.sim.world.account,
    Routes: table.routes.map((route) => toRoute(route, context)),
    Associations: table.associations.map(({ id, subnet }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      Main: subnet === null,
      AssociationState: { State: 'associated' },
      ...(subnet === null ? {} : { SubnetId: subnet }),
    })),
    PropagatingVgws: [],
    Tags: tagList(table.tags),
  };
}
