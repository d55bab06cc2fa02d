import {
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Instance as AwsInstance,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import type { Instance, InstanceState, RegionInventory, Subnet } from '../model/inventory.js';
import { allPages } from './paging.js';
import { tagsOf } from './tags.js';

/** The tag by which Auto Scaling marks its members in EC2. */
const GROUP_TAG = 'aws:autoscaling:groupName';
const STATES: readonly InstanceState[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];

type Ec2Part = Omit<RegionInventory, 'region' | 'groups'>;

/**
 * Everything of EC2 that a plan needs of one region: one listing per kind, side by side, never one call per resource.
 */
export async function readEc2(region: string, cloud: Cloud): Promise<Ec2Part> {
  const [vpcs, aclOf, instances] = await Promise.all([
    readVpcs(region, cloud),
    readAcls(region, cloud),
    readInstances(region, cloud),
  ]);
  return { vpcs, subnets: await readSubnets(region, aclOf, cloud), instances };
}

function readVpcs(region: string, cloud: Cloud): Promise<Ec2Part['vpcs']> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeVpcsCommand({ NextToken: token }));
    return {
      items: (answer.Vpcs ?? []).map((vpc) => ({
        id: vpc.VpcId ?? '',
        cidrs: (vpc.CidrBlockAssociationSet ?? [{ CidrBlock: vpc.CidrBlock }]).flatMap((one) => one.CidrBlock ?? []),
        tags: tagsOf(vpc.Tags),
      })),
      next: answer.NextToken,
    };
  });
}

/** Subnet to the network ACL that filters it. */
async function readAcls(region: string, cloud: Cloud): Promise<ReadonlyMap<string, string>> {
  const pairs = await allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeNetworkAclsCommand({ NextToken: token }));
    const items = (answer.NetworkAcls ?? []).flatMap((acl) =>
      (acl.Associations ?? []).map((association) => [association.SubnetId ?? '', acl.NetworkAclId ?? ''] as const),
    );
    return { items, next: answer.NextToken };
  });
  return new Map(pairs);
}

function readSubnets(region: string, aclOf: ReadonlyMap<string, string>, cloud: Cloud): Promise<readonly Subnet[]> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeSubnetsCommand({ NextToken: token }));
    const items = (answer.Subnets ?? []).map((subnet) => ({
      id: subnet.SubnetId ?? '',
      vpc: subnet.VpcId ?? '',
      ...(subnet.CidrBlock === undefined ? {} : { cidr: subnet.CidrBlock }),
      zone: subnet.AvailabilityZone ?? '',
      acl: aclOf.get(subnet.SubnetId ?? '') ?? '',
      tags: tagsOf(subnet.Tags),
    }));
    return { items, next: answer.NextToken };
  });
}

function readInstances(region: string, cloud: Cloud): Promise<readonly Instance[]> {
  return allPages(async (token) => {
    // terminated instances are listed for an hour after their end:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
    const alive = STATES.filter((state) => state !== 'terminated' && state !== 'shutting-down');
    const answer = await cloud
      .ec2(region)
      .send(
        new DescribeInstancesCommand({
          Filters: [{ Name: 'instance-state-name', Values: alive }],
          MaxResults: 1_000,
          NextToken: token,
        }),
      );
    const items = (answer.Reservations ?? []).flatMap((reservation) => (reservation.Instances ?? []).map(toInstance));
    return { items, next: answer.NextToken };
  });
}

function toInstance(instance: AwsInstance): Instance {
  const tags = tagsOf(instance.Tags);
  return {
    id: instance.InstanceId ?? '',
    state: STATES.find((state) => state === instance.State?.Name) ?? 'pending',
    subnet: instance.SubnetId,
    zone: instance.Placement?.AvailabilityZone ?? '',
    group: tags[GROUP_TAG],
    ...(instance.PrivateIpAddress === undefined ? {} : { address: instance.PrivateIpAddress }),
    vpc: instance.VpcId,
    securityGroups: (instance.SecurityGroups ?? []).map((group) => group.GroupId ?? '').sort(),
    interfaces: instance.NetworkInterfaces?.length ?? 0,
    tags,
  };
}
