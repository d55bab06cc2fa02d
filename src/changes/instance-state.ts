import {
  DescribeInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  type DescribeInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { codeOf } from '../aws/errors.js';
import { allPages, chunks } from '../inventory/paging.js';
import type { Json } from '../model/json.js';
import { byRegion, writeTogetherOrEach, type Attribute, type Driver, type Relation } from './driver.js';

/** Ids a call: under the API's own limit of a thousand. One bad id spoils few: what is refused is tried in halves. */
const IDS_A_CALL = 500;
/** EC2 takes 200 values a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const VALUES_A_FILTER = 200;
/** As many as a page of DescribeInstances may have. */
const IDS_A_LIST = 1_000;

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

type StateById = readonly (readonly [string, Json])[];

/**
 * States of the instances that are still there. A few by a filter; many by a list of their ids, which takes more but
 * fails as a whole where one is gone: then by filters, too.
 */
async function readStates(region: string, ids: readonly string[], cloud: Cloud): Promise<StateById> {
  const byFilter = (some: readonly string[]): Promise<StateById> =>
    describe(region, { Filters: [{ Name: 'instance-id', Values: [...some] }] }, cloud);
  const byFilters = async (some: readonly string[]): Promise<StateById> =>
    (await Promise.all(chunks(some, VALUES_A_FILTER).map(byFilter))).flat();
  if (ids.length <= VALUES_A_FILTER) return byFilters(ids);
  const read = chunks(ids, IDS_A_LIST).map(async (some) => {
    try {
      return await describe(region, { InstanceIds: [...some] }, cloud);
    } catch (error) {
      if (codeOf(error) !== 'NOT_FOUND') throw error;
      return byFilters(some);
    }
  });
  return (await Promise.all(read)).flat();
}

async function describe(region: string, which: DescribeInstancesCommandInput, cloud: Cloud): Promise<StateById> {
  const instances = await allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeInstancesCommand({ ...which, NextToken: token }));
    return {
      items: (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []),
      next: answer.NextToken,
    };
  });
  return instances
    .map(({ InstanceId: id = '', State: state }) => [id, state?.Name ?? ''] as const)
    .filter(([, state]) => state !== 'terminated' && state !== 'shutting-down');
}

function relateStates({ before }: Attribute, current: Json): Relation {
  if (current === 'pending' || current === 'stopping') return 'moving';
  return current === before ? 'before' : 'after';
}
