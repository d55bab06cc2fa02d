import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { readGroupsNamed } from './groups-named.js';
import { writeEach, type Attribute, type Driver, type Relation } from './driver.js';
import type { Json } from '../model/json.js';

/**
 * Which processes of an Auto Scaling group are suspended. A set, so its change is a delta: kong suspends what is
 * missing from `before` and resumes only that. A process that was suspended before the drill, or by someone else
 * during it, stays as they left it.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
export const asgSuspendedProcesses: Driver = {
  attribute: 'asg.suspendedProcesses',
  role: 'healing',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => `${resource.region}/${resource.id}`,
  relate: relateSets,
  together: (ours) => [...new Set(ours.flatMap(names))].sort(),

  async readMany(resources, context) {
    const groups = await readGroupsNamed(resources, context);
    return new Map(groups.map((group) => [group.name, group.suspended]));
  },

  write: (batch, { cloud, permit }) =>
    writeEach(batch, async ({ resource, before, after, to }) => {
      const input = { AutoScalingGroupName: resource.id, ScalingProcesses: [...added(before, after)] };
      const client = cloud.autoScaling(resource.region);
      if (to === 'after') await client.send(permit.for(new SuspendProcessesCommand(input)));
      else await client.send(permit.for(new ResumeProcessesCommand(input)));
    }),
};

/** What kong adds to the set. */
function added(before: Json, after: Json): readonly string[] {
  const there = new Set(names(before));
  return names(after).filter((name) => !there.has(name));
}

function relateSets({ before, ours }: Attribute, current: Json): Relation {
  const suspended = new Set(names(current));
  const own = ours.flatMap((value) => added(before, value));
  if (own.every((name) => suspended.has(name))) return 'after';
  return own.some((name) => suspended.has(name)) ? 'partly' : 'before';
}

function names(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
