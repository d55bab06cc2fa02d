import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../aws/cloud.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { targetId, targetOf, type TargetName } from './target-name.js';
import { relatePlain, writeTogetherOrEach, type Driver } from './driver.js';

/** Targets a call. */
const TARGETS_A_CALL = 100;

/**
 * Whether a load balancer sends to an instance: `true` while it is registered with the target group, whatever its
 * health; a target that drains gets nothing new, and counts as gone.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
 */
export const targetRegistration: Driver = {
  attribute: 'target.registered',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: TARGETS_A_CALL,
  callsFor: (changes) => 2 * Math.ceil(changes / TARGETS_A_CALL),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => `${resource.region} ${nameOf(resource).targetGroup}`,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const regionOf = new Map(resources.map((resource) => [nameOf(resource).targetGroup, resource.region]));
    const groups = [...regionOf.keys()];
    const registered = await Promise.all([...regionOf].map(([group, region]) => registeredIn(group, region, cloud)));
    const there = new Set(registered.flatMap((ids) => ids ?? []));
    const gone = new Set(groups.filter((_, index) => registered[index] === undefined));
    return new Map(
      resources
        .filter((resource) => !gone.has(nameOf(resource).targetGroup))
        .map((resource): readonly [string, Json] => [resource.id, there.has(resource.id)]),
    );
  },

  write: (batch, { cloud, permit }) =>
    writeTogetherOrEach(batch, async (writes) => {
      const [first] = writes;
      if (!first) return;
      const client = cloud.elb(first.resource.region);
      const { targetGroup } = nameOf(first.resource);
      // emulators refuse to deregister what is not registered, where AWS passes it over
      const there = new Set(await registeredIn(targetGroup, first.resource.region, cloud));
      const names = writes
        .filter(({ resource, to }) => there.has(resource.id) === (to === 'after'))
        .map((write) => nameOf(write.resource));
      if (names.length === 0) return;
      const input = {
        TargetGroupArn: targetGroup,
        Targets: names.map(({ instance, port }) => ({ Id: instance, Port: port })),
      };
      if (first.to === 'after') await client.send(permit.for(new DeregisterTargetsCommand(input)));
      else await client.send(permit.for(new RegisterTargetsCommand(input)));
    }),
};

/** Ids of the targets that a group sends to; undefined where there is no such group any more. */
async function registeredIn(targetGroup: string, region: string, cloud: Cloud): Promise<readonly string[] | undefined> {
  try {
    const answer = await cloud.elb(region).send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }));
    return (answer.TargetHealthDescriptions ?? [])
      .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
      .map(({ Target }) => targetId({ targetGroup, instance: Target?.Id ?? '', port: Target?.Port ?? 0 }));
  } catch (error) {
    if (error instanceof KongError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function nameOf({ id }: ResourceRef): TargetName {
  return targetOf(id);
}
