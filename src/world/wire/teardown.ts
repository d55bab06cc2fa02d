import { DeleteAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  DeleteLaunchTemplateCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSubnetsCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ChangeResourceRecordSetsCommand, DeleteHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Cloud } from '../../aws/cloud.js';
import { codeOf } from '../../aws/errors.js';
import { readRecordSets } from '../../inventory/read-records.js';
import { messageOf } from '../../model/errors.js';
import type { World } from '../world.js';
import { removeIsolation } from './isolation.js';
import { readPeerings } from './peerings.js';
import { removeBucket } from './seed-buckets.js';
import { findVpc, WORLD_TAG } from './seed-network.js';
import { zoneIds } from './seed-records.js';

/** Takes a world out of an emulator again. What can't be deleted is said, and the rest goes on. */
export async function tearDown(world: World, cloud: Cloud): Promise<readonly string[]> {
  const trouble: string[] = [];
  const attempt = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      // what is gone already need not be taken away; Auto Scaling has no name of its own for that
      if (codeOf(error) === 'NOT_FOUND' || /not found/i.test(messageOf(error))) return;
      trouble.push(`${what}: ${messageOf(error)}`);
    }
  };
  for (const { name: region } of world.regions) await tearDownRegion(world, region, cloud, attempt);
  for (const bucket of world.buckets ?? []) await attempt(`bucket ${bucket.name}`, () => removeBucket(bucket, cloud));
  const zones = await zoneIds(cloud);
  for (const zone of new Set(world.domains.map((domain) => domain.zone))) {
    const id = zones.get(zone);
    if (id !== undefined) await attempt(`zone ${zone}`, () => deleteZone(id, cloud));
  }
  return trouble;
}

type Attempt = (what: string, act: () => Promise<unknown>) => Promise<void>;

async function tearDownRegion(world: World, region: string, cloud: Cloud, attempt: Attempt): Promise<void> {
  for (const group of world.groups.filter((one) => one.regions.includes(region))) {
    await attempt(`group ${group.name}`, () =>
      cloud
        .autoScaling(region)
        .send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: group.name, ForceDelete: true })),
    );
    await attempt(`template ${group.name}`, () => deleteTemplate(`${world.name}-${group.name}`, region, cloud));
  }
  await attempt(`parameter in ${region}`, () => removeIsolation(world, region, cloud));
  await attempt(`instances in ${region}`, () => terminateAll(world, region, cloud));
  const vpc = await findVpc(world, region, cloud);
  if (vpc === undefined) return;
  await attempt(`peerings of ${vpc}`, () => deletePeerings(vpc, region, cloud));
  const subnets = await cloud
    .ec2(region)
    .send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  for (const subnet of subnets.Subnets ?? []) {
    await attempt(`subnet ${subnet.SubnetId}`, () =>
      cloud.ec2(region).send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId })),
    );
  }
  await attempt(`vpc ${vpc}`, () => cloud.ec2(region).send(new DeleteVpcCommand({ VpcId: vpc })));
}

async function deletePeerings(vpc: string, region: string, cloud: Cloud): Promise<void> {
  for (const peering of await readPeerings(region, cloud)) {
    const { VpcPeeringConnectionId, Status, RequesterVpcInfo, AccepterVpcInfo } = peering;
    const isOurs = [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId].includes(vpc);
    if (isOurs && Status?.Code === 'active')
      await cloud.ec2(region).send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  }
}

/** Emulators refuse one that is not there in words of their own, so it is looked for first. */
async function deleteTemplate(name: string, region: string, cloud: Cloud): Promise<void> {
  const ec2 = cloud.ec2(region);
  const filters = [{ Name: 'launch-template-name', Values: [name] }];
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({ Filters: filters }));
  if (LaunchTemplates.length > 0) await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: name }));
}

async function terminateAll(world: World, region: string, cloud: Cloud): Promise<void> {
  const answer = await cloud.ec2(region).send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: `tag:${WORLD_TAG}`, Values: [world.name] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ],
    }),
  );
  const ids = (answer.Reservations ?? []).flatMap((one) =>
    (one.Instances ?? []).map((instance) => instance.InstanceId ?? ''),
  );
  if (ids.length > 0) await cloud.ec2(region).send(new TerminateInstancesCommand({ InstanceIds: ids }));
}

async function deleteZone(id: string, cloud: Cloud): Promise<void> {
  const sets = (await readRecordSets(id, cloud)).filter((set) => set.Type !== 'NS' && set.Type !== 'SOA');
  if (sets.length > 0) {
    await cloud
      .route53()
      .send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: id,
          ChangeBatch: { Changes: sets.map((set) => ({ Action: 'DELETE' as const, ResourceRecordSet: set })) },
        }),
      );
  }
  await cloud.route53().send(new DeleteHostedZoneCommand({ Id: id }));
}
