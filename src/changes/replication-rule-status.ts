import type { ReplicationConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import { bucketReplication } from '../inventory/bucket-replication.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { relatePlain, writeTogether, type Driver, type ReadContext, type Write, type WriteContext } from './driver.js';
import { replicationRuleOf } from './replication-rule-name.js';

/** The most rules of a bucket's replication: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const MOST_RULES = 1_000;

/**
 * Whether a bucket is replicated by one of its rules: `Enabled` or `Disabled`.
 *
 * S3 takes the configuration as a whole alone, and without a condition: it is read right before it is written, and goes
 * back as it was read but for the status of our rules. Whatever else was changed in it meanwhile stays. What is written
 * while a rule is disabled is not replicated by it later.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/disable-replication.html
 */
export const replicationRuleStatus: Driver = {
  attribute: 'replicationRule.status',
  role: 'cut',
  gone: 'conflict',
  // S3 names no rate for settings of a bucket; it asks not to change them often
  callsPerSecond: 5,
  batchSize: MOST_RULES,
  callsFor: () => 2,
  foreign: 'conflict',
  repeatable: true,
  batchKey: ({ region, id }) => `${region}/${replicationRuleOf(id).bucket}`,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const regions = new Map(resources.map(({ id, region }) => [replicationRuleOf(id).bucket, region]));
    const read = [...regions].map(async ([bucket, region]) => {
      return [bucket, statuses(await bucketReplication(bucket, region, cloud))] as const;
    });
    const byBucket = new Map(await Promise.all(read));
    return new Map(
      resources.flatMap(({ id }): readonly (readonly [string, Json])[] => {
        const { bucket, rule } = replicationRuleOf(id);
        const status = byBucket.get(bucket)?.get(rule);
        return status === undefined ? [] : [[id, status]];
      }),
    );
  },

  write: (batch, context) => writeTogether(batch, () => writeBucket(batch, context)),
};

function statuses(configuration: ReplicationConfiguration | undefined): ReadonlyMap<string, string> {
  return new Map((configuration?.Rules ?? []).map(({ ID = '', Status = '' }) => [ID, Status]));
}

async function writeBucket(batch: readonly Write[], context: WriteContext): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const { region, id } = first.resource;
  const { bucket } = replicationRuleOf(id);
  const wanted = new Map(batch.map(({ resource, before, after, to }) => [
    replicationRuleOf(resource.id).rule,
    statusOf(to === 'after' ? after : before),
  ]));
  const configuration = await configurationWith([...wanted.keys()], { bucket, region }, context);
  const Rules = configuration.Rules?.map((rule): ReplicationRule => {
    const status = wanted.get(rule.ID ?? '');
    return status === undefined ? rule : { ...rule, Status: status };
  });
  const { PutBucketReplicationCommand } = await import('@aws-sdk/client-s3');
  const client = await context.cloud.s3(region);
  const input = { Bucket: bucket, ReplicationConfiguration: { ...configuration, Rules } };
  await client.send(context.permit.for(new PutBucketReplicationCommand(input)));
}

/** As it is now, with all of these rules in it. */
async function configurationWith(
  rules: readonly string[],
  { bucket, region }: { readonly bucket: string; readonly region: string },
  { cloud }: ReadContext,
): Promise<ReplicationConfiguration> {
  const configuration = await bucketReplication(bucket, region, cloud);
  const there = statuses(configuration);
  const missing = rules.find((rule) => !there.has(rule));
  if (configuration && missing === undefined) return configuration;
  throw new KongError('NOT_FOUND', `the bucket ${bucket} in ${region} has no replication rule ${missing ?? ''}`);
}

function statusOf(value: Json): 'Enabled' | 'Disabled' {
  if (value === 'Enabled' || value === 'Disabled') return value;
  throw new KongError('BAD_PLAN', `a replication rule is Enabled or Disabled, not ${JSON.stringify(value)}`);
}
