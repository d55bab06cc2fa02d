import { DescribeVpcPeeringConnectionsCommand, type VpcPeeringConnection } from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import { codeOf } from '../../aws/errors.js';
import { allPages } from '../../inventory/paging.js';

/**
 * The peerings that a region knows of, of whatever VPCs and in whatever state; none where the emulator has no such
 * thing.
 */
export async function readPeerings(region: string, cloud: Cloud): Promise<readonly VpcPeeringConnection[]> {
  try {
    return await allPages(async (token) => {
      const answer = await cloud.ec2(region).send(new DescribeVpcPeeringConnectionsCommand({ NextToken: token }));
      return { items: answer.VpcPeeringConnections ?? [], next: answer.NextToken };
    });
  } catch (error) {
    if (isUnknownThere(error)) return [];
    throw error;
  }
}

/** Whether it is the emulator that lacks something, and not the way to it. */
export function isUnknownThere(error: unknown): boolean {
  const code = codeOf(error);
  return code !== 'NETWORK' && code !== 'THROTTLED' && code !== 'CREDENTIALS';
}

/** Whether a peering joins two VPCs, whoever asked for it. */
export function joinsVpcs(
  { RequesterVpcInfo, AccepterVpcInfo }: VpcPeeringConnection,
  [one, other]: readonly [string, string],
): boolean {
  const vpcs = [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId];
  return vpcs.includes(one) && vpcs.includes(other);
}
