import {
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { allPages } from '../inventory/paging.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { byRegion, writeTogetherOrEach, type Attribute, type Driver, type Relation } from './driver.js';

/** Ids a call: under the API's own limit of a thousand. One bad id spoils few: what is refused is tried in halves. */
const IDS_A_CALL = 500;
/**
 * Instances of which each is asked for by its id; of more, the states of their zones are listed. EC2 takes 200 values a
 * filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
export const MOST_BY_NAME = 200;
const PAGE = 1_000;

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
        instances.length <= MOST_BY_NAME ? readFew(region, instances, cloud) : readMost(region, instances, cloud),
      ),
    );
    return new Map(found.flat().filter(([, state]) => state !== 'terminated' && state !== 'shutting-down'));
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

/** By a filter: a list of ids is refused as a whole where one of them is gone. */
function readFew(region: string, instances: readonly ResourceRef[], cloud: Cloud): Promise<StateById> {
  const Filters = [{ Name: 'instance-id', Values: instances.map(({ id }) => id) }];
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeInstancesCommand({ Filters, NextToken: token }));
    const found = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
    return { items: found.map(({ InstanceId: id, State }) => stateOf(id, State?.Name)), next: answer.NextToken };
  });
}

/**
 * From the states of their zones: a thousand a page, and a tenth of what whole instances take to send and to read.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
async function readMost(region: string, instances: readonly ResourceRef[], cloud: Cloud): Promise<StateById> {
  const wanted = new Set(instances.map(({ id }) => id));
  const zones = [...new Set(instances.map(({ zone }) => zone))];
  const known = zones.filter((zone) => zone !== undefined);
  const Filters = known.length === zones.length ? [{ Name: 'availability-zone', Values: known }] : [];
  const states = await allPages(async (token) => {
    const page = { IncludeAllInstances: true, MaxResults: PAGE, Filters, NextToken: token };
    const answer = await cloud.ec2(region).send(new DescribeInstanceStatusCommand(page));
    const items = (answer.InstanceStatuses ?? []).map((one) => stateOf(one.InstanceId, one.InstanceState?.Name));
    return { items, next: answer.NextToken };
  });
  return states.filter(([id]) => wanted.has(id));
}

function stateOf(id = '', state: Json = ''): StateById[number] {
  return [id, state];
}

function relateStates({ before }: Attribute, current: Json): Relation {
  if (current === 'pending' || current === 'stopping') return 'moving';
  return current === before ? 'before' : 'after';
}
