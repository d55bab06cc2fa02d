import type { ObjectIdentifier } from '@aws-sdk/client-s3';
import type { Cloud } from '../aws/cloud.js';
import { unlessNotFound } from '../inventory/bucket-replication.js';
import { allPages } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { BucketPlace } from '../model/experiment.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { relatePlain, writeEach, type Driver, type ReadContext, type Write, type WriteContext } from './driver.js';
import { markerKeys, markerOf } from './marker-name.js';

/** Stands for markers that are there, on either side. */
const WRITTEN = 'written';

/**
 * Whether a run's markers are there: small objects below a prefix of their own, written to one bucket and replicated to
 * another. They are taken away on both sides, each version by its id, so that nothing of them is left in a bucket that
 * keeps versions; S3 does not replicate that. First where they are written: what is not copied yet is then not copied
 * any more, and only what S3 is just copying can still arrive.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html (`SrcVersionNotFound`)
 */
export const markerWritten: Driver = {
  attribute: 'marker.written',
  // last of all: nothing depends on them
  role: 'capacity',
  gone: 'fine',
  // a copy of a few bytes, from when it was read to when it is there
  lateSeconds: 15,
  callsPerSecond: 50,
  batchSize: 1,
  callsFor: (changes) => 4 * changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: ({ id }) => id,
  relate: relatePlain,

  async readMany(resources, context) {
    const read = resources.map(async (resource): Promise<readonly [string, Json]> => {
      const found = await Promise.all(placesOf(resource).map((place) => versionsAt(place, resource, context)));
      return [resource.id, found.flat().length > 0 ? WRITTEN : null];
    });
    return new Map(await Promise.all(read));
  },

  write: (batch, context) =>
    writeEach(batch, (write) => (write.to === 'after' ? begin(write, context) : end(write, context))),
};

async function begin({ resource }: Write, { cloud, permit, run }: WriteContext): Promise<void> {
  const { from, prefix } = markerOf(resource.id);
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const client = await cloud.s3(resource.region);
  const input = { Bucket: from, Key: `${markerKeys(prefix, run)}begin`, Body: run };
  await client.send(permit.for(new PutObjectCommand(input)));
}

/** What can't be deleted on one side does not keep the other. */
async function end({ resource }: Write, context: WriteContext): Promise<void> {
  const failures: unknown[] = [];
  for (const place of placesOf(resource)) {
    await deleteAt(place, resource, context).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** @throws KongError AWS_REJECTED where S3 takes the call and leaves some of them: under a lock, or without a right */
async function deleteAt(place: BucketPlace, resource: ResourceRef, context: WriteContext): Promise<void> {
  const { DeleteObjectsCommand } = await import('@aws-sdk/client-s3');
  const client = await context.cloud.s3(place.region);
  const versions = await versionsAt(place, resource, context);
  for (let at = 0; at < versions.length; at += MOST_DELETED) {
    const Delete = { Objects: versions.slice(at, at + MOST_DELETED), Quiet: true };
    const command = new DeleteObjectsCommand({ Bucket: place.bucket, Delete });
    const { Errors: [first] = [] } = await client.send(context.permit.for(command));
    if (!first) continue;
    const why = `${first.Key ?? ''} of ${place.bucket}: ${first.Code ?? ''} ${first.Message ?? ''}`;
    throw new KongError('AWS_REJECTED', `S3 does not delete ${why}`);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MOST_DELETED = 1_000;

function placesOf({ region, id }: ResourceRef): readonly BucketPlace[] {
  const { from, to } = markerOf(id);
  return [{ region, bucket: from }, to];
}

/** Every version of a run's markers in a bucket; none where there is no such bucket. */
async function versionsAt(
  { region, bucket: Bucket }: BucketPlace,
  { id }: ResourceRef,
  { cloud, run }: ReadContext,
): Promise<ObjectIdentifier[]> {
  const Prefix = markerKeys(markerOf(id).prefix, run);
  return [...((await unlessNotFound(() => listVersions({ region, Bucket, Prefix }, cloud))) ?? [])];
}

async function listVersions(
  { region, Bucket, Prefix }: { readonly region: string; readonly Bucket: string; readonly Prefix: string },
  cloud: Cloud,
): Promise<readonly ObjectIdentifier[]> {
  const { ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
  const client = await cloud.s3(region);
  return allPages(async (token) => {
    const [KeyMarker, VersionIdMarker] = token?.split('\n') ?? [];
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, KeyMarker, VersionIdMarker }));
    const items = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])];
    return {
      items: items.map(({ Key, VersionId }) => ({ Key, VersionId })),
      next: answer.IsTruncated ? `${answer.NextKeyMarker ?? ''}\n${answer.NextVersionIdMarker ?? ''}` : undefined,
    };
  });
}
