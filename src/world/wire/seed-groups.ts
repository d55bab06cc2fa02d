import {
  AttachInstancesCommand,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  RunInstancesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import type { World, WorldGroup } from '../world.js';
import { tagsOf, type SeededNetwork } from './seed-network.js';

/**
 * AttachInstances takes 20 a call: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html
 */
const ATTACH_A_CALL = 20;

/**
 * A world's groups in one region, their instances spread over its zones. The instances are run by hand and attached:
 * emulators put all that a group launches into its first zone.
 */
export async function seedGroups(world: World, network: SeededNetwork, cloud: Cloud): Promise<void> {
  const image = await anyImage(network.region, cloud);
  const security = await defaultGroup(network, cloud);
  const there = await cloud.autoScaling(network.region).send(new DescribeAutoScalingGroupsCommand({}));
  const names = new Set((there.AutoScalingGroups ?? []).map((group) => group.AutoScalingGroupName));
  for (const group of world.groups) {
    if (!group.regions.includes(network.region) || names.has(group.name)) continue;
    await seedGroup(group, { world, network, cloud, image, security });
  }
}

interface Seeding {
  readonly world: World;
  readonly network: SeededNetwork;
  readonly cloud: Cloud;
  readonly image: string;
  /** At AWS an instance is in its VPC's default group where none is named; emulators put it in none. */
  readonly security: readonly string[];
}

async function anyImage(region: string, cloud: Cloud): Promise<string> {
  const answer = await cloud.ec2(region).send(new DescribeImagesCommand({}));
  return answer.Images?.[0]?.ImageId ?? 'ami-12345678';
}

async function defaultGroup({ region, vpc }: SeededNetwork, cloud: Cloud): Promise<readonly string[]> {
  const filters = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'group-name', Values: ['default'] },
  ];
  const answer = await cloud.ec2(region).send(new DescribeSecurityGroupsCommand({ Filters: filters }));
  return (answer.SecurityGroups ?? []).flatMap((group) => group.GroupId ?? []);
}

async function seedGroup(group: WorldGroup, seeding: Seeding): Promise<void> {
  const { world, network, cloud } = seeding;
  const { region } = network;
  const tags = [...tagsOf(world, group.name), ...Object.entries(group.tags).map(([Key, Value]) => ({ Key, Value }))];
  const template = await launchTemplate(group, seeding);
  await cloud
    .autoScaling(region)
    .send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: group.name,
        LaunchTemplate: { LaunchTemplateId: template, Version: '$Latest' },
        MinSize: 0,
        DesiredCapacity: 0,
        MaxSize: group.max,
        VPCZoneIdentifier: [...network.subnets.values()].join(','),
        Tags: unique(tags).map(({ Key = '', Value = '' }) => ({
          Key,
          Value,
          ResourceId: group.name,
          ResourceType: 'auto-scaling-group',
          PropagateAtLaunch: true,
        })),
      }),
    );
  const ids = await runSpread(group, unique(tags), seeding);
  for (let from = 0; from < ids.length; from += ATTACH_A_CALL) {
    await cloud
      .autoScaling(region)
      .send(
        new AttachInstancesCommand({
          AutoScalingGroupName: group.name,
          InstanceIds: ids.slice(from, from + ATTACH_A_CALL),
        }),
      );
  }
  await cloud
    .autoScaling(region)
    .send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: group.name,
        MinSize: group.min,
        MaxSize: group.max,
        DesiredCapacity: group.desired,
      }),
    );
}

async function launchTemplate(group: WorldGroup, { world, network, cloud, image, security }: Seeding): Promise<string> {
  const ec2 = cloud.ec2(network.region);
  const name = `${world.name}-${group.name}`;
  const there = await ec2.send(new DescribeLaunchTemplatesCommand({}));
  const found = (there.LaunchTemplates ?? []).find((template) => template.LaunchTemplateName === name);
  if (found?.LaunchTemplateId) return found.LaunchTemplateId;
  const made = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: { ImageId: image, InstanceType: 't3.micro', SecurityGroupIds: [...security] },
    }),
  );
  return made.LaunchTemplate?.LaunchTemplateId ?? '';
}

/** As even as the number allows; the first zones get what is over. */
async function runSpread(
  group: WorldGroup,
  tags: readonly Tag[],
  { network, cloud, image, security }: Seeding,
): Promise<readonly string[]> {
  const subnets = [...network.subnets.values()];
  const made = await Promise.all(
    subnets.map(async (subnet, index) => {
      const count = Math.floor(group.desired / subnets.length) + (index < group.desired % subnets.length ? 1 : 0);
      if (count === 0) return [];
      const answer = await cloud
        .ec2(network.region)
        .send(
          new RunInstancesCommand({
            ImageId: image,
            InstanceType: 't3.micro',
            MinCount: count,
            MaxCount: count,
            SubnetId: subnet,
            SecurityGroupIds: [...security],
            TagSpecifications: [{ ResourceType: 'instance', Tags: [...tags] }],
          }),
        );
      return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? '');
    }),
  );
  return made.flat();
}

/** The last of several tags with one key. */
function unique(tags: readonly Tag[]): Tag[] {
  return [...new Map(tags.map((tag) => [tag.Key, tag])).values()];
}
