import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { relatePlain, writeEach, type Driver } from './driver.js';
import { readGroupsNamed } from './groups-named.js';

/**
 * The least size of an Auto Scaling group. Raised with the desired capacity, so that autoscaling does not take a
 * pre-warmed group back.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export const asgMinSize: Driver = {
  attribute: 'asg.minSize',
  role: 'capacity',
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
    return new Map(groups.map((group) => [group.name, group.min]));
  },
  write: (batch, { cloud, permit }) =>
    writeEach(batch, ({ resource, before, after, to }) =>
      cloud.autoScaling(resource.region).send(
        permit.for(
          new UpdateAutoScalingGroupCommand({
            AutoScalingGroupName: resource.id,
            MinSize: Number(to === 'after' ? after : before),
          }),
        ),
      ),
    ),
};
