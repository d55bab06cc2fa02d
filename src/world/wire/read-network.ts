import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  type NetworkAcl,
  type NetworkAclEntry,
  type RouteTable,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import { allPages } from '../../inventory/paging.js';
import type { LinkSubnet } from '../aws/link-rules.js';
import type { AclEntry } from '../aws/rows.js';
import { readPeerings } from './peerings.js';

/** What filters and routes a region's packets, as an emulator has it now. */
export interface WireNetwork {
  readonly region: string;
  /** By subnet: the rules of the ACL in front of it. */
  readonly acls: ReadonlyMap<string, readonly AclEntry[]>;
  readonly peerings: readonly VpcPeeringConnection[];
  /** The routes of the table that a subnet uses. */
  routesOf(subnet: { readonly id: string; readonly vpc: string }): LinkSubnet['routes'];
}

/** Reads one region's ACLs, route tables and peerings. */
export async function readNetwork(region: string, cloud: Cloud): Promise<WireNetwork> {
  const [acls, tables, peerings] = await Promise.all([
    readAcls(region, cloud),
    readTables(region, cloud),
    readPeerings(region, cloud),
  ]);
  return {
    region,
    acls: new Map(
      acls.flatMap((acl) => {
        const entries = (acl.Entries ?? []).map(entryOf);
        return (acl.Associations ?? []).map(({ SubnetId = '' }) => [SubnetId, entries] as const);
      }),
    ),
    peerings,
    routesOf: (subnet) => routesOf(tableOf(tables, subnet)),
  };
}

function readAcls(region: string, cloud: Cloud): Promise<readonly NetworkAcl[]> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeNetworkAclsCommand({ NextToken: token }));
    return { items: answer.NetworkAcls ?? [], next: answer.NextToken };
  });
}

function readTables(region: string, cloud: Cloud): Promise<readonly RouteTable[]> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeRouteTablesCommand({ NextToken: token }));
    return { items: answer.RouteTables ?? [], next: answer.NextToken };
  });
}

function entryOf(entry: NetworkAclEntry): AclEntry {
  const { From: from, To: to } = entry.PortRange ?? {};
  return {
    number: entry.RuleNumber ?? 0,
    egress: entry.Egress === true,
    allow: entry.RuleAction === 'allow',
    protocol: entry.Protocol ?? '-1',
    cidr: entry.CidrBlock ?? null,
    ipv6: entry.Ipv6CidrBlock ?? null,
    ports: from === undefined || to === undefined ? null : { from, to },
  };
}

function tableOf(
  tables: readonly RouteTable[],
  subnet: { readonly id: string; readonly vpc: string },
): RouteTable | undefined {
  const own = tables.filter(({ VpcId }) => VpcId === subnet.vpc);
  return (
    own.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet.id)) ??
    own.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true))
  );
}

function routesOf(table: RouteTable | undefined): LinkSubnet['routes'] {
  return (table?.Routes ?? []).flatMap(({ DestinationCidrBlock: cidr, VpcPeeringConnectionId: peering }) => {
    if (cidr === undefined) return [];
    const target = peering ? ({ kind: 'peering', id: peering } as const) : ({ kind: 'gateway', id: '' } as const);
    return [{ cidr, target }];
  });
}
