import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import type { World, WorldRegion } from '../world.js';

/** The tag by which everything of a world is found again. */
export const WORLD_TAG = 'kong:world';
const OPT_IN: Tag = { Key: 'kong:opt-in', Value: 'true' };

/** One region's network as it was made, or found. */
export interface SeededNetwork {
  readonly region: string;
  readonly vpc: string;
  /** Zone to subnet id. */
  readonly subnets: ReadonlyMap<string, string>;
}

/** The VPC of a world in a region, if it is there. */
export async function findVpc(world: World, region: string, cloud: Cloud): Promise<string | undefined> {
  const answer = await cloud
    .ec2(region)
    .send(new DescribeVpcsCommand({ Filters: [{ Name: `tag:${WORLD_TAG}`, Values: [world.name] }] }));
  return answer.Vpcs?.[0]?.VpcId;
}

/** One VPC with a subnet a zone; what is there already is used. */
export async function seedNetwork(world: World, region: WorldRegion, cloud: Cloud): Promise<SeededNetwork> {
  const ec2 = cloud.ec2(region.name);
  const found = await findVpc(world, region.name, cloud);
  const vpc = found ?? (await createVpc(world, region, cloud));
  const there = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  const subnets = new Map(
    (there.Subnets ?? []).map((subnet) => [subnet.AvailabilityZone ?? '', subnet.SubnetId ?? '']),
  );
  for (const [index, zone] of region.zones.entries()) {
    if (subnets.has(zone)) continue;
    const made = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpc,
        AvailabilityZone: zone,
        CidrBlock: subnetCidr(region.cidr, index),
        TagSpecifications: [{ ResourceType: 'subnet', Tags: tagsOf(world, `${world.name}-${zone}`) }],
      }),
    );
    subnets.set(zone, made.Subnet?.SubnetId ?? '');
  }
  return { region: region.name, vpc, subnets };
}

async function createVpc(world: World, region: WorldRegion, cloud: Cloud): Promise<string> {
  const answer = await cloud.ec2(region.name).send(
    new CreateVpcCommand({
      CidrBlock: region.cidr,
      TagSpecifications: [{ ResourceType: 'vpc', Tags: tagsOf(world, world.name) }],
    }),
  );
  return answer.Vpc?.VpcId ?? '';
}

/** Name, world and opt-in: what every resource of a world carries. */
export function tagsOf(world: World, name: string): Tag[] {
  return [{ Key: 'Name', Value: name }, { Key: WORLD_TAG, Value: world.name }, OPT_IN];
}

/** The n-th /20 of a /16, from 0: `10.1.0.0/16`, 2 → `10.1.32.0/20`. */
export function subnetCidr(cidr: string, index: number): string {
  const [a, b] = cidr.split('.');
  return `${a}.${b}.${index * 16}.0/20`;
}
