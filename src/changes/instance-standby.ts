import {
  DescribeAutoScalingInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';
import { chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import {
  byRegion,
  writeTogetherOrEach,
  type Attribute,
  type Driver,
  type Relation,
  type Write,
  type WriteContext,
} from './driver.js';

/** Ids a DescribeAutoScalingInstances call, and well under what a standby call takes. */
const IDS_A_READ = 50;
const IDS_A_WRITE = 20;

/**
 * Whether a member serves in its group or stands by: out of the load balancers, not replaced, still running. The
 * group's capacity goes down with it, and up again when it comes back; `memo` names the group.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
 */
export const instanceStandby: Driver = {
  attribute: 'instance.standby',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 5,
  // EnteringStandby, and the health check grace on the way back
  arrivesSeconds: 30,
  batchSize: IDS_A_WRITE,
  callsFor: (changes) => 2 * Math.ceil(changes / IDS_A_WRITE),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relateLifecycle,

  async readMany(resources, { cloud }) {
    const found = await Promise.all(
      byRegion(resources).map(([region, instances]) =>
        readLifecycles(
          region,
          instances.map((instance) => instance.id),
          cloud,
        ),
      ),
    );
    return new Map(found.flat());
  },

  async write(batch, context) {
    const groups = [...new Set(batch.map(groupOf))];
    const written = await Promise.all(
      groups.map((group) =>
        writeTogetherOrEach(
          batch.filter((write) => groupOf(write) === group),
          (writes) => move(group, writes, context),
        ),
      ),
    );
    return written.flat();
  },
};

async function move(group: string, writes: readonly Write[], { cloud, permit }: WriteContext): Promise<void> {
  const [first] = writes;
  if (!first) return;
  const { region } = first.resource;
  const ids = writes.map((write) => write.resource.id);
  // a member that is there already is refused, and the others with it
  const from = first.to === 'after' ? 'InService' : 'Standby';
  const now = new Map(await readLifecycles(region, ids, cloud));
  const gone = ids.find((id) => !now.has(id));
  if (gone !== undefined) throw new KongError('NOT_FOUND', `${gone} belongs to no group in ${region} any more`);
  const wanted = ids.filter((id) => now.get(id) === from);
  if (wanted.length === 0) return;
  const input = { AutoScalingGroupName: group, InstanceIds: wanted };
  const client = cloud.autoScaling(region);
  if (first.to === 'after') {
    await client.send(permit.for(new EnterStandbyCommand({ ...input, ShouldDecrementDesiredCapacity: true })));
  } else await client.send(permit.for(new ExitStandbyCommand(input)));
}

async function readLifecycles(
  region: string,
  ids: readonly string[],
  cloud: Cloud,
): Promise<readonly (readonly [string, Json])[]> {
  const read = await Promise.all(
    chunks(ids, IDS_A_READ).map(async (some) => {
      const answer = await cloud
        .autoScaling(region)
        .send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [...some] }));
      return (answer.AutoScalingInstances ?? []).map(
        (member): readonly [string, Json] => [member.InstanceId ?? '', member.LifecycleState ?? ''],
      );
    }),
  );
  return read.flat();
}

function relateLifecycle({ before }: Attribute, current: Json): Relation {
  if (current === before) return 'before';
  if (current === 'Standby') return 'after';
  const isOnItsWay = current === 'EnteringStandby' || (typeof current === 'string' && current.startsWith('Pending'));
  return isOnItsWay ? 'moving' : 'foreign';
}

function groupOf({ memo, resource }: Write): string {
  if (memo !== null && typeof memo === 'object' && 'group' in memo && typeof memo.group === 'string') return memo.group;
  throw new KongError('BAD_PLAN', `the plan does not say which group ${resource.id} belongs to`);
}
