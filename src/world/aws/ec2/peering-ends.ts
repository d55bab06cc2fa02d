import { AwsFault } from '../aws-fault.js';
import type { PeeringRow, RouteTableRow } from '../network-rows.js';
import type { CallContext } from '../operation.js';

/**
 * A peering of which one side is in the call's region.
 * @throws AwsFault where there is none
 */
export function peeringHere(id: string, { sim, region }: CallContext): PeeringRow {
  const peering = sim.store.peerings.get(id);
  if (peering && [peering.requester.region, peering.accepter.region].includes(region)) return peering;
  throw new AwsFault('InvalidVpcPeeringConnectionID.NotFound', `The vpcPeeringConnection ID '${id}' does not exist`);
}

/**
 * The peering that a route of a table may lead to: it has to join the table's VPC, and need not be active.
 * @throws AwsFault where it can't be routed to
 */
export function peeringOf(id: string, table: RouteTableRow, context: CallContext): PeeringRow {
  const peering = peeringHere(id, context);
  if (![peering.requester.vpc, peering.accepter.vpc].includes(table.vpc))
    throw new AwsFault('InvalidParameterValue', `route table ${table.id} and ${id} belong to different networks`);
  return peering;
}
