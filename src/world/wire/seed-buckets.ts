import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  type BucketLocationConstraint,
} from '@aws-sdk/client-s3';
import type { Cloud } from '../../aws/cloud.js';
import { allPages } from '../../inventory/paging.js';
import { messageOf } from '../../model/errors.js';
import { tagList } from '../aws/aws-tags.js';
import { isReplicated, replicationOf } from '../aws/build-buckets.js';
import { toRule } from '../aws/s3/replication.js';
import type { World, WorldBucket } from '../world.js';
import { isUnknownThere } from './peerings.js';

/**
 * Makes a world's buckets, with their rules; those that are there are set anew.
 *
 * @returns what the emulator could not make: state is replicated all the same
 */
export async function seedBuckets(world: World, cloud: Cloud): Promise<readonly string[]> {
  const buckets = world.buckets ?? [];
  const lacking = new Map<string, string>();
  const attempt = async (bucket: WorldBucket, act: () => Promise<unknown>): Promise<void> => {
    try {
      if (!lacking.has(bucket.name)) await act();
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      lacking.set(bucket.name, `no bucket ${bucket.name}: ${messageOf(error)}`);
    }
  };
  for (const bucket of buckets) await attempt(bucket, () => make(bucket, world, cloud));
  // a rule asks for the bucket that it leads to
  for (const bucket of buckets) await attempt(bucket, () => replicate(bucket, world, cloud));
  return [...lacking.values()];
}

async function make(bucket: WorldBucket, world: World, cloud: Cloud): Promise<void> {
  const { name: Bucket, region, tags } = bucket;
  const s3 = await cloud.s3(region);
  const isPlace = (text: string): text is BucketLocationConstraint => text !== 'us-east-1';
  const place = isPlace(region) ? { CreateBucketConfiguration: { LocationConstraint: region } } : {};
  await s3.send(new CreateBucketCommand({ Bucket, ...place })).catch((error: unknown) => {
    if (!/already/i.test(messageOf(error))) throw error;
  });
  if (Object.keys(tags).length > 0)
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } }));
  if (isReplicated(bucket, world)) {
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
}

async function replicate(bucket: WorldBucket, world: World, cloud: Cloud): Promise<void> {
  const replication = replicationOf(bucket, world);
  if (!replication) return;
  const s3 = await cloud.s3(bucket.region);
  const ReplicationConfiguration = { Role: replication.role, Rules: replication.rules.map(toRule) };
  await s3.send(new PutBucketReplicationCommand({ Bucket: bucket.name, ReplicationConfiguration }));
}

/** Takes a bucket out again, with every version of what is in it. */
export async function removeBucket({ name: Bucket, region }: WorldBucket, cloud: Cloud): Promise<void> {
  const s3 = await cloud.s3(region);
  const versions = await allPages(async (token) => {
    const KeyMarker = token;
    const answer = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker }));
    const items = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])];
    return { items, next: answer.IsTruncated ? answer.NextKeyMarker : undefined };
  });
  for (const { Key, VersionId } of versions) {
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }], Quiet: true } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
