import {
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Json } from '../model/json.js';
import { writeEach, type Attribute, type Driver, type Relation, type Write, type WriteContext } from './driver.js';
import { readGroupsNamed } from './groups-named.js';

/**
 * The desired capacity of an Auto Scaling group, raised for a while.
 *
 * Put back by ending the instances that the group gained, not by writing the number: AWS would pick whom to end, and
 * might pick those that were there before. Numbers between before and after are our own undo half done; any other is
 * autoscaling's, and is left to it.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
 */
export const asgDesiredCapacity: Driver = {
  attribute: 'asg.desiredCapacity',
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'leave',
  batchKey: (resource) => `${resource.region}/${resource.id}`,
  relate: relateSizes,
  async readMany(resources, { cloud }) {
    const groups = await readGroupsNamed(resources, cloud);
    return new Map(groups.map((group) => [group.name, group.desired]));
  },
  write: (batch, context) =>
    writeEach(batch, (write) => (write.to === 'after' ? grow(write, context) : shrink(write, context))),
};

function relateSizes({ before, ours }: Attribute, current: Json): Relation {
  if (current === before) return 'before';
  if (ours.includes(current)) return 'after';
  const size = Number(current);
  return size > Number(before) && ours.some((value) => size < Number(value)) ? 'partly' : 'foreign';
}

async function grow({ resource, after }: Write, context: WriteContext): Promise<void> {
  await setDesired(resource.region, { name: resource.id, size: Number(after) }, context);
}

/** Ends the newest members that were not there before, one for each that is too many. */
async function shrink({ resource, before, memo }: Write, context: WriteContext): Promise<void> {
  const [group] = await readGroupsNamed([resource], context.cloud);
  if (!group) return;
  const old = new Set(Array.isArray(memo) ? memo : []);
  const surplus = Math.max(0, group.desired - Number(before));
  const gained = group.members
    .filter((id) => !old.has(id))
    .reverse()
    .slice(0, surplus);
  for (const id of gained) {
    await context.cloud
      .autoScaling(resource.region)
      .send(
        context.permit.for(
          new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
        ),
      );
  }
  // capacity that never came has no instance to end
  if (gained.length < surplus) await setDesired(resource.region, { name: resource.id, size: Number(before) }, context);
}

async function setDesired(
  region: string,
  group: { readonly name: string; readonly size: number },
  { cloud, permit }: WriteContext,
): Promise<void> {
  await cloud
    .autoScaling(region)
    .send(
      permit.for(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group.name, DesiredCapacity: group.size })),
    );
}
