import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import type { Json } from '../model/json.js';
import { relatePlain, writeEach, type Driver } from './driver.js';
import { readGroupsNamed } from './groups-named.js';

/**
 * In which subnets an Auto Scaling group launches, as a sorted list of ids. A group that gives up a zone ends its
 * members there and launches others elsewhere, unless the processes by which it does so are suspended: they are,
 * before, by every fault that sets this.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
 */
export const asgSubnets: Driver = {
  attribute: 'asg.subnets',
  role: 'cut',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => `${resource.region}/${resource.id}`,
  relate: relatePlain,
  async readMany(resources, context) {
    const groups = await readGroupsNamed(resources, context);
    return new Map(groups.map((group) => [group.name, group.subnets]));
  },
  write: (batch, { cloud, permit }) =>
    writeEach(batch, ({ resource, before, after, to }) =>
      cloud
        .autoScaling(resource.region)
        .send(
          permit.for(
            new UpdateAutoScalingGroupCommand({
              AutoScalingGroupName: resource.id,
              VPCZoneIdentifier: idsOf(to === 'after' ? after : before).join(','),
            }),
          ),
        ),
    ),
};

function idsOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}
