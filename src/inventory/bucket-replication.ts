import type { ReplicationConfiguration } from '@aws-sdk/client-s3';
import type { Cloud } from '../aws/cloud.js';
import { KongError } from '../model/errors.js';

/**
 * How a bucket is replicated, as S3 has it; undefined: it is not, or there is no such bucket.
 *
 * @throws KongError as the call does
 */
export async function bucketReplication(
  bucket: string,
  region: string,
  cloud: Cloud,
): Promise<ReplicationConfiguration | undefined> {
  const { GetBucketReplicationCommand } = await import('@aws-sdk/client-s3');
  return unlessNotFound(async () => {
    const client = await cloud.s3(region);
    return (await client.send(new GetBucketReplicationCommand({ Bucket: bucket }))).ReplicationConfiguration;
  });
}

/** What a call answers; undefined where S3 says that there is no such thing. */
export async function unlessNotFound<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof KongError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
