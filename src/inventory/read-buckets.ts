import type { Cloud } from '../aws/cloud.js';
import { KongError } from '../model/errors.js';
import type { Bucket, Tags } from '../model/inventory.js';
import { bucketReplication, unlessNotFound } from './bucket-replication.js';
import { tagsOf } from './tags.js';

/**
 * Some buckets by their names, each under the region that it is in, with where their replicas are. Names that nobody
 * has are left out. Four calls a bucket at most, since S3 lists neither tags nor settings.
 */
export async function readBuckets(
  names: readonly string[],
  regions: readonly string[],
  cloud: Cloud,
): Promise<ReadonlyMap<string, readonly Bucket[]>> {
  const [asked] = regions;
  if (names.length === 0 || asked === undefined) return new Map();
  const places = new Map<string, Promise<string | undefined>>();
  const placeOf = (name: string): Promise<string | undefined> => {
    const known = places.get(name) ?? locationOf(name, asked, cloud);
    places.set(name, known);
    return known;
  };
  const read = await Promise.all(
    names.map(async (name) => {
      const region = await placeOf(name);
      return region === undefined ? [] : [{ region, bucket: await readBucket(name, region, { cloud, placeOf }) }];
    }),
  );
  const found = read.flat();
  return new Map(
    regions.map((region) => [region, found.filter((one) => one.region === region).map(({ bucket }) => bucket)]),
  );
}

interface Reading {
  readonly cloud: Cloud;
  readonly placeOf: (bucket: string) => Promise<string | undefined>;
}

async function readBucket(name: string, region: string, { cloud, placeOf }: Reading): Promise<Bucket> {
  const [tags, replication] = await Promise.all([
    readTags(name, region, cloud),
    bucketReplication(name, region, cloud),
  ]);
  const rules = (replication?.Rules ?? []).map(async ({ ID: id = '', Status: status = '', Destination }) => {
    // an ARN is arn:aws:s3:::NAME
    const destination = (Destination?.Bucket ?? '').split(':').at(-1) ?? '';
    return { id, status, destination, region: await placeOf(destination) };
  });
  return { name, tags, role: replication?.Role, rules: await Promise.all(rules) };
}

async function readTags(Bucket: string, region: string, cloud: Cloud): Promise<Tags> {
  const { GetBucketTaggingCommand } = await import('@aws-sdk/client-s3');
  const client = await cloud.s3(region);
  const answer = await unlessNotFound(() => client.send(new GetBucketTaggingCommand({ Bucket })));
  return tagsOf(answer?.TagSet);
}

/**
 * Any region can be asked. Another account's bucket does not say, which is no reason to fail.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
async function locationOf(Bucket: string, asked: string, cloud: Cloud): Promise<string | undefined> {
  const { GetBucketLocationCommand } = await import('@aws-sdk/client-s3');
  try {
    const client = await cloud.s3(asked);
    const { LocationConstraint: place = 'us-east-1' } = await client.send(new GetBucketLocationCommand({ Bucket }));
    // an old name that S3 still gives
    return place === 'EU' ? 'eu-west-1' : place;
  } catch (error) {
    const isUnknown = error instanceof KongError && (error.code === 'NOT_FOUND' || error.code === 'ACCESS_DENIED');
    if (isUnknown) return undefined;
    throw error;
  }
}
