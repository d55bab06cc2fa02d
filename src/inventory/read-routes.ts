import {
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  type Route,
  type RouteTable as AwsRouteTable,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import type { RouteTable, RouteTarget } from '../model/inventory.js';
import { allPages } from './paging.js';
import { tagsOf } from './tags.js';

/** Every route table of a region with its routes to other VPCs: two listings. */
export async function readRoutes(region: string, cloud: Cloud): Promise<readonly RouteTable[]> {
  const [tables, peers] = await Promise.all([readTables(region, cloud), readPeers(region, cloud)]);
  return tables.map((table) => toTable(table, peers));
}

/** Where a route leads, if that is another VPC. */
export function targetOfRoute(route: Route): RouteTarget | undefined {
  if (route.VpcPeeringConnectionId) return { kind: 'peering', id: route.VpcPeeringConnectionId };
  return route.TransitGatewayId ? { kind: 'transit-gateway', id: route.TransitGatewayId } : undefined;
}

function readTables(region: string, cloud: Cloud): Promise<readonly AwsRouteTable[]> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeRouteTablesCommand({ NextToken: token }));
    return { items: answer.RouteTables ?? [], next: answer.NextToken };
  });
}

/** The region on the other side of each peering. */
async function readPeers(region: string, cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const pairs = await allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeVpcPeeringConnectionsCommand({ NextToken: token }));
    const items = (answer.VpcPeeringConnections ?? []).map((peering) => {
      const ends = [peering.RequesterVpcInfo?.Region, peering.AccepterVpcInfo?.Region];
      return [peering.VpcPeeringConnectionId ?? '', ends.find((end) => end !== region) ?? region] as const;
    });
    return { items, next: answer.NextToken };
  });
  return new Map(pairs);
}

function toTable(table: AwsRouteTable, peers: ReadonlyMap<string, string>): RouteTable {
  const associations = table.Associations ?? [];
  return {
    id: table.RouteTableId ?? '',
    vpc: table.VpcId ?? '',
    isMain: associations.some((one) => one.Main === true),
    subnets: associations.flatMap((one) => one.SubnetId ?? []),
    routes: sorted(table.Routes ?? []).flatMap((route) => {
      const target = targetOfRoute(route);
      const destination = route.DestinationCidrBlock;
      if (!target || destination === undefined) return [];
      return [{ destination, target, peer: target.kind === 'peering' ? peers.get(target.id) : undefined }];
    }),
    tags: tagsOf(table.Tags),
  };
}

/** By destination: the order of the API is that in which they were made. */
function sorted(routes: readonly Route[]): readonly Route[] {
  const key = (route: Route): string => route.DestinationCidrBlock ?? '';
  return [...routes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
