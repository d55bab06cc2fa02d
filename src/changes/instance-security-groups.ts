import { DescribeInstancesCommand, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { allPages, chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import { sameJson, type Json } from '../model/json.js';
import {
  byRegion,
  resolved,
  writeEach,
  type Attribute,
  type Driver,
  type Relation,
  type Write,
  type WriteContext,
} from './driver.js';

/** EC2 takes 200 values a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const VALUES_A_FILTER = 200;

/**
 * Which security groups an instance is in, as a sorted list of ids; a made group stands alone as its handle. Of an
 * instance with one network interface: AWS refuses the call for more.
 *
 * A connection that a security group tracked may go on until it is idle; ACLs cut those too, security groups do not.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export const instanceSecurityGroups: Driver = {
  attribute: 'instance.securityGroups',
  role: 'cut',
  gone: 'conflict',
  callsPerSecond: 5,
  batchSize: VALUES_A_FILTER,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relateGroups,

  async readMany(resources, { cloud }) {
    const found = await Promise.all(
      byRegion(resources).flatMap(([region, instances]) =>
        chunks(instances, VALUES_A_FILTER).map((some) =>
          allPages(async (token) => {
            const ids = some.map((instance) => instance.id);
            const answer = await cloud
              .ec2(region)
              .send(
                new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: ids }], NextToken: token }),
              );
            const alive = (answer.Reservations ?? [])
              .flatMap((reservation) => reservation.Instances ?? [])
              .filter(({ State }) => State?.Name !== 'terminated' && State?.Name !== 'shutting-down');
            const items = alive.map((instance): readonly [string, Json] => [
              instance.InstanceId ?? '',
              (instance.SecurityGroups ?? []).map((group) => group.GroupId ?? '').sort(),
            ]);
            return { items, next: answer.NextToken };
          }),
        ),
      ),
    );
    return new Map(found.flat());
  },

  write: (batch, context) =>
    writeEach(batch, async (write) => {
      await context.cloud
        .ec2(write.resource.region)
        .send(
          context.permit.for(
            new ModifyInstanceAttributeCommand({ InstanceId: write.resource.id, Groups: [...wanted(write, context)] }),
          ),
        );
    }),
};

function wanted(write: Write, { created }: WriteContext): readonly string[] {
  const value = write.to === 'after' ? write.after : write.before;
  const groups = listOf(resolved(value, created));
  if (groups.length > 0) return groups;
  throw new KongError('BAD_PLAN', `${JSON.stringify(value)} names no security group`);
}

function relateGroups({ before, ours }: Attribute, current: Json): Relation {
  if (sameJson(before, current)) return 'before';
  return ours.some((value) => sameJson(listOf(value), current)) ? 'after' : 'foreign';
}

/** One id, or several, as a sorted list. */
function listOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').sort() : [];
}
