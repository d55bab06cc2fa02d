import { DescribeInstancesCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import type { Json } from '../model/json.js';
import { byRegion, writeTogetherOrEach, type Attribute, type Driver, type Relation } from './driver.js';

/** Ids a call: well under the API's own limit, so that one bad id spoils few. */
const IDS_A_CALL = 100;

/**
 * Whether an instance runs or is stopped. It passes through `stopping` and `pending`, in which it can't be started or
 * stopped: read again until it has arrived.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 */
export const instanceState: Driver = {
  attribute: 'instance.state',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 2,
  arrivesSeconds: 30,
  batchSize: IDS_A_CALL,
  callsFor: (changes) => Math.ceil(changes / IDS_A_CALL),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relateStates,

  async readMany(resources, { cloud }) {
    const found = await Promise.all(
      byRegion(resources).map(([region, instances]) =>
        readStates(
          region,
          instances.map((instance) => instance.id),
          cloud,
        ),
      ),
    );
    return new Map(found.flat());
  },

  write: (batch, { cloud, permit }) =>
    writeTogetherOrEach(batch, async (writes) => {
      const [first] = writes;
      if (!first) return;
      const client = cloud.ec2(first.resource.region);
      const input = { InstanceIds: writes.map((write) => write.resource.id) };
      if (first.to === 'after') await client.send(permit.for(new StopInstancesCommand(input)));
      else await client.send(permit.for(new StartInstancesCommand(input)));
    }),
};

/**
 * States of the instances that are still there. A filter, not a list of ids: one id that is gone would fail the whole
 * call.
 */
async function readStates(
  region: string,
  ids: readonly string[],
  cloud: Cloud,
): Promise<readonly (readonly [string, Json])[]> {
  const read = await Promise.all(
    chunks(ids, 200).map((some) =>
      allPages(async (token) => {
        const answer = await cloud.ec2(region).send(
          new DescribeInstancesCommand({
            Filters: [{ Name: 'instance-id', Values: [...some] }],
            NextToken: token,
          }),
        );
        const instances = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
        return {
          items: instances.map((instance) => [instance.InstanceId ?? '', instance.State?.Name ?? ''] as const),
          next: answer.NextToken,
        };
      }),
    ),
  );
  return read.flat().filter(([, state]) => state !== 'terminated' && state !== 'shutting-down');
}

function relateStates({ before }: Attribute, current: Json): Relation {
  if (current === 'pending' || current === 'stopping') return 'moving';
  return current === before ? 'before' : 'after';
}
