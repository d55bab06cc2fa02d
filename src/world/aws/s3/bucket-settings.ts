import type {
  GetBucketLocationCommandInput,
  GetBucketLocationCommandOutput,
  GetBucketTaggingCommandInput,
  GetBucketTaggingCommandOutput,
  GetBucketVersioningCommandInput,
  GetBucketVersioningCommandOutput,
  PutBucketTaggingCommandInput,
  PutBucketTaggingCommandOutput,
  PutBucketVersioningCommandInput,
  PutBucketVersioningCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsFault } from '../aws-fault.js';
import { tagList, tagRecord } from '../aws-tags.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bucketNamed } from './buckets.js';

/** Where a bucket is, its tags, and whether it keeps versions. */
export const bucketSettings = {
  /** Answered from everywhere; us-east-1 has no name here, for reasons of age. */
  GetBucketLocationCommand(
    input: GetBucketLocationCommandInput,
    { sim }: CallContext,
  ): Answer<Omit<GetBucketLocationCommandOutput, 'LocationConstraint'>> & { readonly LocationConstraint?: string } {
    const bucket = sim.store.buckets.get(input.Bucket ?? '');
    if (!bucket) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket.region === 'us-east-1' ? {} : { LocationConstraint: bucket.region };
  },

  GetBucketTaggingCommand(
    input: GetBucketTaggingCommandInput,
    context: CallContext,
  ): Answer<GetBucketTaggingCommandOutput> {
    const { tags } = bucketNamed(input.Bucket, context);
    if (Object.keys(tags).length === 0) throw new AwsFault('NoSuchTagSet', 'The TagSet does not exist', 404);
    return { TagSet: tagList(tags) };
  },

  PutBucketTaggingCommand(
    input: PutBucketTaggingCommandInput,
    context: CallContext,
  ): Answer<PutBucketTaggingCommandOutput> {
    const bucket = bucketNamed(input.Bucket, context);
    context.sim.store.buckets.put({ ...bucket, tags: tagRecord(input.Tagging?.TagSet) });
    return {};
  },

  GetBucketVersioningCommand(
    input: GetBucketVersioningCommandInput,
    context: CallContext,
  ): Answer<GetBucketVersioningCommandOutput> {
    const { versioning } = bucketNamed(input.Bucket, context);
    return versioning === null ? {} : { Status: versioning };
  },

  PutBucketVersioningCommand(
    input: PutBucketVersioningCommandInput,
    context: CallContext,
  ): Answer<PutBucketVersioningCommandOutput> {
    const bucket = bucketNamed(input.Bucket, context);
    const status = input.VersioningConfiguration?.Status;
    if (status === undefined) throw new AwsFault('MalformedXML', 'A versioning configuration needs a status');
    if (status === 'Suspended' && bucket.replication !== null)
      throw new AwsFault('InvalidBucketState', 'A replication configuration is present on this bucket', 409);
    context.sim.store.buckets.put({ ...bucket, versioning: status });
    return {};
  },
} satisfies Operations;
