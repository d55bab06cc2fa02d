import { UpdateAutoScalingGroupCommand, type UpdateAutoScalingGroupCommandInput } from '@aws-sdk/client-auto-scaling';
import type { AttributeKind } from '../model/change.js';
import type { Json } from '../model/json.js';
import { relatePlain, writeEach, type Driver } from './driver.js';
import { readGroupsNamed, type NamedGroup } from './groups-named.js';

/**
 * The least size of an Auto Scaling group. Raising it is how survivors are made ready before a shift.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export const asgMinSize: Driver = sizeDriver('asg.minSize', (group) => group.min, (value) => ({ MinSize: value }));

/**
 * The desired capacity of an Auto Scaling group. Put back only while it still is what kong set: a number that autoscaling has moved since is
 * autoscaling's to move back.
 */
export const asgDesiredCapacity: Driver = sizeDriver('asg.desiredCapacity', (group) => group.desired, (value) => ({ DesiredCapacity: value }));

type SizeInput = Pick<UpdateAutoScalingGroupCommandInput, 'MinSize' | 'DesiredCapacity'>;

function sizeDriver(attribute: AttributeKind, read: (group: NamedGroup) => number, input: (value: number) => SizeInput): Driver {
  return {
    attribute,
    batchSize: 1,
    callsFor: (changes) => changes,
    foreign: attribute === 'asg.desiredCapacity' ? 'leave' : 'conflict',
    batchKey: (resource) => `${resource.region}/${resource.id}`,
    relate: relatePlain,
    show: (value) => String(value),
    async readMany(resources, { cloud }) {
      const groups = await readGroupsNamed(resources, cloud);
      return new Map(groups.map((group) => [group.name, read(group)]));
    },
    write: (batch, { cloud, permit }) => writeEach(batch, ({ resource, before, after, to }) =>
      cloud.autoScaling(resource.region).send(permit.for(new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: resource.id,
        ...input(numberOf(to === 'after' ? after : before)),
      })))),
  };
}

function numberOf(value: Json): number {
  return typeof value === 'number' ? value : 0;
}
