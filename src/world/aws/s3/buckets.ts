import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  DeleteBucketCommandOutput,
  HeadBucketCommandInput,
  HeadBucketCommandOutput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsFault } from '../aws-fault.js';
import type { BucketRow } from '../bucket-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { versionsIn } from './object-versions.js';
import { landReplicas } from './replicas.js';

const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;

/** Buckets, whose names go for all regions. */
export const bucketOperations = {
  CreateBucketCommand(
    input: CreateBucketCommandInput,
    { sim, region }: CallContext,
  ): Answer<CreateBucketCommandOutput> {
    const name = input.Bucket ?? '';
    const place = input.CreateBucketConfiguration?.LocationConstraint ?? 'us-east-1';
    if (!NAME.test(name)) throw new AwsFault('InvalidBucketName', `The specified bucket is not valid: ${name}`);
    if (place !== region)
      throw new AwsFault('IllegalLocationConstraintException', `The ${place} location constraint is not for ${region}`);
    const before = sim.store.buckets.get(name);
    // an old promise of us-east-1: to make one's own bucket again is no error there
    if (before && !(region === 'us-east-1' && before.region === region))
      throw new AwsFault('BucketAlreadyOwnedByYou', `You own ${name} already`, 409);
    if (!before) {
      const plain = { tags: {}, versioning: null, replication: null };
      sim.store.buckets.put({ id: name, region, createdMs: sim.nowMs, ...plain });
    }
    return { Location: `/${name}` };
  },

  HeadBucketCommand(input: HeadBucketCommandInput, context: CallContext): Answer<HeadBucketCommandOutput> {
    const bucket = context.sim.store.buckets.get(input.Bucket ?? '');
    // an answer to HEAD has no body, so that the SDK knows the status alone
    if (!bucket) throw new AwsFault('NotFound', 'UnknownError', 404);
    return { BucketRegion: bucketNamed(bucket.id, context).region };
  },

  ListBucketsCommand(_input: unknown, { sim }: CallContext): Answer<ListBucketsCommandOutput> {
    const all = [...sim.store.buckets.all()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { Buckets: all.map(({ id, createdMs }) => ({ Name: id, CreationDate: new Date(createdMs) })) };
  },

  DeleteBucketCommand(input: DeleteBucketCommandInput, context: CallContext): Answer<DeleteBucketCommandOutput> {
    const { sim } = context;
    const { id } = bucketNamed(input.Bucket, context);
    if (versionsIn(sim, id).length > 0)
      throw new AwsFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    sim.store.buckets.remove(id);
    return {};
  },
} satisfies Operations;

/**
 * A bucket, asked for where it is.
 * @throws AwsFault NoSuchBucket, or PermanentRedirect from another region
 */
export function bucketNamed(name: string | undefined, { sim, region }: CallContext): BucketRow {
  landReplicas(sim);
  const bucket = sim.store.buckets.get(name ?? '');
  if (!bucket) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.region !== region)
    throw new AwsFault('PermanentRedirect', `The bucket ${bucket.id} is in ${bucket.region}, not in ${region}`, 301);
  return bucket;
}
