import {
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { codeOf } from '../aws/errors.js';
import { KongError, messageOf } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { writeEach, type Attribute, type Driver, type Relation, type Write, type WriteContext } from './driver.js';
import { readGroupsNamed, type NamedGroup } from './groups-named.js';

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
  role: 'capacity',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  // one for each instance that was gained
  undoCallsFor: (changes) => changes.reduce((sum, { before, after }) => sum + Number(after) - Number(before), 0),
  foreign: 'leave',
  repeatable: false,
  batchKey: (resource) => `${resource.region}/${resource.id}`,
  relate: relateSizes,
  async readMany(resources, context) {
    const groups = await readGroupsNamed(resources, context);
    return new Map(groups.map((group) => [group.name, sizeOf(group)]));
  },
  write: (batch, context) =>
    writeEach(batch, (write) => (write.to === 'after' ? grow(write, context) : shrink(write, context))),
};

/** The capacity; where the least size stands in the way of going lower, with that. */
function sizeOf({ desired, min }: NamedGroup): Json {
  return desired > min ? desired : { desired, least: min };
}

function relateSizes({ before, ours }: Attribute, current: Json): Relation {
  const least = isHeldUp(current) ? Number(current.least) : -Infinity;
  const size = Number(isHeldUp(current) ? current.desired : current);
  if (size === before) return 'before';
  if (ours.includes(size)) return 'after';
  const isOurs = size > Number(before) && ours.some((value) => size < Number(value));
  // as low as the least size lets it go, and that is someone else's
  return isOurs && size > least ? 'partly' : 'foreign';
}

function isHeldUp(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

async function grow({ resource, after }: Write, context: WriteContext): Promise<void> {
  await setDesired(resource.region, { name: resource.id, size: Number(after) }, context);
}

/** Ends the newest members that were not there before, one for each that is too many. */
async function shrink({ resource, before, memo }: Write, context: WriteContext): Promise<void> {
  const [group] = await readGroupsNamed([resource], { ...context, look: undefined });
  if (!group) return;
  const old = new Set(Array.isArray(memo) ? memo : []);
  const surplus = Math.max(0, group.desired - Math.max(Number(before), group.min));
  const gained = group.members
    .filter((id) => !old.has(id))
    .reverse()
    .slice(0, surplus);
  for (const id of gained) {
    const command = new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId: id,
      ShouldDecrementDesiredCapacity: true,
    });
    await context.cloud.autoScaling(resource.region).send(context.permit.for(unrepeated(command)));
  }
  if (gained.length === surplus) return;
  if (gained.length > 0) throw new KongError('NOT_VERIFIED', `group ${resource.id} may still be launching instances`);
  // capacity that never came has no instance to end
  await setDesired(resource.region, { name: resource.id, size: group.desired - surplus }, context);
}

/**
 * Keeps a call whose answer was lost from being sent again: it would count down twice for one instance, and the group
 * would end another. The next reading tells what became of it. A throttled call has done nothing, and may be repeated.
 */
function unrepeated(command: TerminateInstanceInAutoScalingGroupCommand): TerminateInstanceInAutoScalingGroupCommand {
  let lost: unknown;
  command.middlewareStack.add(
    (next) => async (args) => {
      if (lost !== undefined) {
        throw new KongError('NOT_VERIFIED', `ending ${args.input.InstanceId}: ${messageOf(lost)}`, { cause: lost });
      }
      try {
        return await next(args);
      } catch (error) {
        if (codeOf(error) !== 'THROTTLED') lost = error;
        throw error;
      }
    },
    // right within kong's own rules, which do the repeating
    { step: 'initialize', priority: 'high', name: 'kongUnrepeated' },
  );
  return command;
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
