import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { markerId } from '../../../src/changes/marker-name.js';
import { replicationRuleId } from '../../../src/changes/replication-rule-name.js';
import type { CloudUnderTest } from '../cloud.js';
import { EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';

let made = 0;

/** Two buckets that are replicated to each other, by rules of which one is set and one is left alone. */
export const replicationRule: Subject = {
  attribute: 'replicationRule.status',
  area: 'buckets',
  goneIsFine: false,
  async prepare(cloud) {
    const run = `${process.pid}-${++made}`;
    const nameIn = (region: string): string => `kong-replicated-${run}-${region}`;
    for (const region of [EAST, WEST]) await versioned(cloud, nameIn(region), region);
    const pairs = [
      [EAST, WEST],
      [WEST, EAST],
    ] as const;
    const planned = pairs.map(async ([region, other]): Promise<Planned> => {
      await replicate(cloud, region, [nameIn(region), nameIn(other)]);
      const id = replicationRuleId({ bucket: nameIn(region), rule: 'ours' });
      return { resource: { type: 'replication-rule', region, id }, after: 'Disabled' };
    });
    return Promise.all(planned);
  },
  gone: () => {
    const id = replicationRuleId({ bucket: 'kong-no-such-bucket', rule: 'ours' });
    return Promise.resolve({ type: 'replication-rule', region: EAST, id });
  },
};

/** Markers from one region to the other, which nobody replicates here. */
export const marker: Subject = {
  attribute: 'marker.written',
  area: 'buckets',
  goneIsFine: true,
  async prepare(cloud) {
    const run = `${process.pid}-${++made}`;
    const nameIn = (region: string): string => `kong-marked-${run}-${region}`;
    for (const region of [EAST, WEST]) await versioned(cloud, nameIn(region), region);
    return ['one/', 'two/'].map((prefix): Planned => {
      const id = markerId({ from: nameIn(EAST), prefix, to: { region: WEST, bucket: nameIn(WEST) } });
      return { resource: { type: 'marker', region: EAST, id }, after: 'written' };
    });
  },
  gone: () => {
    const id = markerId({ from: 'kong-no-such-bucket', prefix: 'one/', to: { region: WEST, bucket: 'kong-none' } });
    return Promise.resolve({ type: 'marker', region: EAST, id });
  },
};

async function versioned({ aws }: CloudUnderTest, Bucket: string, region: string): Promise<void> {
  const client = await aws.s3(region);
  const isPlace = (text: string): text is BucketLocationConstraint => text !== 'us-east-1';
  const place = isPlace(region) ? { CreateBucketConfiguration: { LocationConstraint: region } } : {};
  await client.send(new CreateBucketCommand({ Bucket, ...place }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

async function replicate(
  { aws }: CloudUnderTest,
  region: string,
  [Bucket, other]: readonly [string, string],
): Promise<void> {
  const rule = (ID: string, Priority: number): ReplicationRule => ({
    ID,
    Priority,
    Status: 'Enabled',
    Filter: { Prefix: `${ID}/` },
    Destination: { Bucket: `arn:aws:s3:::${other}` },
    DeleteMarkerReplication: { Status: 'Disabled' },
  });
  const Role = 'arn:aws:iam::123456789012:role/replication';
  const ReplicationConfiguration = { Role, Rules: [rule('ours', 1), rule('theirs', 2)] };
  const client = await aws.s3(region);
  await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
}
