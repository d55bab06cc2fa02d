import type {
  CreateRouteCommandInput,
  CreateRouteCommandOutput,
  DeleteRouteCommandInput,
  DeleteRouteCommandOutput,
  ReplaceRouteCommandInput,
  ReplaceRouteCommandOutput,
  Route,
} from '@aws-sdk/client-ec2';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import { gatewayId } from '../build-reach.js';
import type { RouteRow, RouteTableRow, RouteTarget } from '../network-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { endDryRun } from './dry-run.js';
import { ownerOf } from './interfaces.js';
import { peeringOf } from './peering-ends.js';

/**
 * The routes of a table, one for each destination.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-routes.html
 */
export const routeOperations = {
  CreateRouteCommand(input: CreateRouteCommandInput, context: CallContext): Answer<CreateRouteCommandOutput> {
    const table = tableOfId(input.RouteTableId, context);
    const route = routeOf(input, table, context);
    if (routeTo(table, route.cidr))
      throw new AwsFault('RouteAlreadyExists', `The route identified by ${route.cidr} already exists.`);
    endDryRun(input);
    put({ ...table, routes: [...table.routes, route] }, context);
    return { Return: true };
  },

  ReplaceRouteCommand(input: ReplaceRouteCommandInput, context: CallContext): Answer<ReplaceRouteCommandOutput> {
    const table = tableOfId(input.RouteTableId, context);
    const route = routeOf(input, table, context);
    const old = existing(table, route.cidr);
    endDryRun(input);
    put({ ...table, routes: table.routes.map((one) => (one === old ? { ...route, fixed: old.fixed } : one)) }, context);
    return {};
  },

  DeleteRouteCommand(input: DeleteRouteCommandInput, context: CallContext): Answer<DeleteRouteCommandOutput> {
    refuseOtherDestinations(input);
    const table = tableOfId(input.RouteTableId, context);
    const old = existing(table, required(input.DestinationCidrBlock, 'DestinationCidrBlock'));
    if (old.fixed)
      throw new AwsFault('InvalidParameterValue', `cannot remove local route ${old.cidr} in route table ${table.id}`);
    endDryRun(input);
    put({ ...table, routes: table.routes.filter((one) => one !== old) }, context);
    return {};
  },
} satisfies Operations;

/**
 * A route table of the call's region.
 * @throws AwsFault where there is none
 */
export function tableOfId(id: string | undefined, { sim, region }: CallContext): RouteTableRow {
  const table = sim.store.routeTables.get(required(id, 'RouteTableId'));
  if (table?.region !== region)
    throw new AwsFault('InvalidRouteTableID.NotFound', `The routeTable ID '${id ?? ''}' does not exist`);
  return table;
}

/**
 * A route as the API has it. One to an instance that does not run, or over a peering that is not active, is a black
 * hole.
 */
export function toRoute({ cidr, target, fixed }: RouteRow, { sim }: CallContext): Route {
  const Origin = fixed ? 'CreateRouteTable' : 'CreateRoute';
  const to = { DestinationCidrBlock: cidr, Origin } as const;
  if (target.kind === 'peering') {
    const State = sim.store.peerings.get(target.id)?.status === 'active' ? 'active' : 'blackhole';
    return { ...to, VpcPeeringConnectionId: target.id, State };
  }
  if (target.kind !== 'interface') return { ...to, GatewayId: target.id, State: 'active' };
  const owner = sim.store.instances.get(target.id.replace(/^eni-/, 'i-'));
  return {
    ...to,
    NetworkInterfaceId: target.id,
    ...(owner ? { InstanceId: owner.id, InstanceOwnerId: sim.world.account } : {}),
    State: owner?.state === 'running' ? 'active' : 'blackhole',
  };
}

type Routing = CreateRouteCommandInput | ReplaceRouteCommandInput;

const SIMULATED: readonly string[] = [
  'RouteTableId',
  'DestinationCidrBlock',
  'GatewayId',
  'LocalTarget',
  'NetworkInterfaceId',
  'InstanceId',
  'VpcPeeringConnectionId',
  'DryRun',
];

function routeOf(input: Routing, table: RouteTableRow, context: CallContext): RouteRow {
  refuseOtherDestinations(input);
  const other = Object.entries(input).find(([key, value]) => value !== undefined && !SIMULATED.includes(key));
  if (other) throw notSimulated(`routes with ${other[0]}`);
  const cidr = required(input.DestinationCidrBlock, 'DestinationCidrBlock');
  if (!/^\d+(\.\d+){3}\/\d+$/.test(cidr))
    throw new AwsFault('InvalidParameterValue', `Value (${cidr}) for parameter destinationCidrBlock is invalid.`);
  return { cidr, target: targetOf(input, table, context), fixed: false };
}

function targetOf(input: Routing, table: RouteTableRow, context: CallContext): RouteTarget {
  const { GatewayId: gateway, NetworkInterfaceId: eni, InstanceId: instance, VpcPeeringConnectionId: peering } = input;
  const local = 'LocalTarget' in input && input.LocalTarget === true;
  const given = [gateway, eni, instance, peering, local || undefined].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new AwsFault('InvalidParameterCombination', 'A route has exactly one of the targets that can be given');
  if (local || gateway === 'local') return { kind: 'local', id: 'local' };
  if (peering !== undefined) return { kind: 'peering', id: peeringOf(peering, table, context).id };
  if (gateway === undefined) {
    const id = eni ?? (instance ?? '').replace(/^i-/, 'eni-');
    ownerOf(id, context);
    return { kind: 'interface', id };
  }
  if (gateway !== gatewayId(table.vpc))
    throw new AwsFault('InvalidGatewayID.NotFound', `The gateway ID '${gateway}' does not exist`);
  return { kind: 'gateway', id: gateway };
}

function refuseOtherDestinations(input: Routing | DeleteRouteCommandInput): void {
  if (input.DestinationIpv6CidrBlock !== undefined) throw notSimulated('routes with DestinationIpv6CidrBlock');
  if (input.DestinationPrefixListId !== undefined) throw notSimulated('routes with DestinationPrefixListId');
}

function routeTo(table: RouteTableRow, cidr: string): RouteRow | undefined {
  return table.routes.find((route) => route.cidr === cidr);
}

function existing(table: RouteTableRow, cidr: string): RouteRow {
  const route = routeTo(table, cidr);
  if (route) return route;
  throw new AwsFault('InvalidRoute.NotFound', `no route with destination-cidr-block ${cidr} in route table ${table.id}`);
}

function put(table: RouteTableRow, { sim }: CallContext): void {
  sim.store.routeTables.put(table, sim.seenFromMs());
}
