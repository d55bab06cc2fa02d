import {
  AcceptVpcPeeringConnectionCommand,
  CreateRouteCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import { messageOf } from '../../model/errors.js';
import type { World } from '../world.js';
import { isUnknownThere, joinsVpcs, readPeerings } from './peerings.js';
import { tagsOf, type SeededNetwork } from './seed-network.js';

/**
 * Peers the VPCs of a world's links, and lets their main route tables lead there; what is there already is used.
 *
 * @returns what the emulator has no peering for: those links count as up
 */
export async function seedLinks(
  world: World,
  networks: readonly SeededNetwork[],
  cloud: Cloud,
): Promise<readonly string[]> {
  const trouble: string[] = [];
  for (const { regions } of world.links) {
    const [one, other] = regions.map((region) => networks.find((network) => network.region === region));
    if (!one || !other) continue;
    try {
      const peering = await peeringOf(world, [one, other], cloud);
      await route(world, { own: one, other, peering }, cloud);
      await route(world, { own: other, other: one, peering }, cloud);
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      trouble.push(`no link between ${regions.join(' and ')}: ${messageOf(error)}`);
    }
  }
  return trouble;
}

async function peeringOf(
  world: World,
  [one, other]: readonly [SeededNetwork, SeededNetwork],
  cloud: Cloud,
): Promise<string> {
  const there = await readPeerings(one.region, cloud);
  const found = there.find(
    (peering) => peering.Status?.Code === 'active' && joinsVpcs(peering, [one.vpc, other.vpc]),
  )?.VpcPeeringConnectionId;
  if (found !== undefined) return found;
  const made = await cloud
    .ec2(one.region)
    .send(
      new CreateVpcPeeringConnectionCommand({
        VpcId: one.vpc,
        PeerVpcId: other.vpc,
        PeerRegion: other.region,
        TagSpecifications: [
          {
            ResourceType: 'vpc-peering-connection',
            Tags: tagsOf(world, `${world.name}-${one.region}-${other.region}`),
          },
        ],
      }),
    );
  const id = made.VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await cloud.ec2(other.region).send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
  return id;
}

interface Way {
  readonly own: SeededNetwork;
  readonly other: SeededNetwork;
  readonly peering: string;
}

/** A route that is there is left as it is: a drill may have cut it. */
async function route(world: World, { own, other, peering }: Way, cloud: Cloud): Promise<void> {
  const ec2 = cloud.ec2(own.region);
  const cidr = world.regions.find(({ name }) => name === other.region)?.cidr ?? '';
  const tables = await ec2.send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [own.vpc] },
        { Name: 'association.main', Values: ['true'] },
      ],
    }),
  );
  const main = tables.RouteTables?.[0];
  if (main?.Routes?.some(({ DestinationCidrBlock }) => DestinationCidrBlock === cidr)) return;
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: main?.RouteTableId,
      DestinationCidrBlock: cidr,
      VpcPeeringConnectionId: peering,
    }),
  );
}
