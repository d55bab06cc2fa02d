import type {
  GetBucketReplicationCommandInput,
  GetBucketReplicationCommandOutput,
  PutBucketReplicationCommandInput,
  PutBucketReplicationCommandOutput,
  ReplicationRule,
} from '@aws-sdk/client-s3';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { BucketReplication, ReplicationRuleRow } from '../bucket-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bucketNamed } from './buckets.js';

const MOST_RULES = 1_000;
const ARN = 'arn:aws:s3:::';
const RULE_FIELDS: readonly string[] = [
  'ID', 'Priority', 'Status', 'Filter', 'Destination', 'DeleteMarkerReplication',
];

/**
 * A bucket's replication, set and read as a whole. What is read may lag behind what was set, as of every setting of a
 * bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */
export const replicationOperations = {
  GetBucketReplicationCommand(
    input: GetBucketReplicationCommandInput,
    context: CallContext,
  ): Answer<GetBucketReplicationCommandOutput> {
    const { sim } = context;
    const { id } = bucketNamed(input.Bucket, context);
    const replication = sim.store.buckets.seenOne(id, sim.nowMs)?.replication;
    if (!replication)
      throw new AwsFault(
        'ReplicationConfigurationNotFoundError',
        'The replication configuration was not found',
        404,
      );
    return { ReplicationConfiguration: { Role: replication.role, Rules: replication.rules.map(toRule) } };
  },

  PutBucketReplicationCommand(
    input: PutBucketReplicationCommandInput,
    context: CallContext,
  ): Answer<PutBucketReplicationCommandOutput> {
    const { sim } = context;
    const bucket = bucketNamed(input.Bucket, context);
    if (bucket.versioning !== 'Enabled')
      throw new AwsFault('InvalidRequest', "Versioning must be 'Enabled' on the bucket to apply a replication");
    const { Role: role = '', Rules: rules = [] } = input.ReplicationConfiguration ?? {};
    const replication: BucketReplication = { role, rules: rules.map((rule) => fromRule(rule, context)) };
    checkRules(replication, context);
    sim.store.buckets.put({ ...bucket, replication }, sim.seenFromMs());
    return {};
  },
} satisfies Operations;

function checkRules({ role, rules }: BucketReplication, { sim }: CallContext): void {
  if (role === '' || rules.length === 0 || rules.length > MOST_RULES)
    throw new AwsFault('MalformedXML', 'The XML you provided was not well-formed');
  if (new Set(rules.map(({ id }) => id)).size < rules.length)
    throw new AwsFault('InvalidArgument', 'Rule Id must be unique');
  for (const { destination } of rules) {
    if (sim.store.buckets.get(destination)?.versioning !== 'Enabled')
      throw new AwsFault('InvalidRequest', 'Destination bucket must exist, and have versioning enabled');
  }
}

function fromRule(rule: ReplicationRule, { sim }: CallContext): ReplicationRuleRow {
  const odd = Object.entries(rule).find(([key, value]) => value !== undefined && !RULE_FIELDS.includes(key));
  if (odd) throw notSimulated(`a replication rule with ${odd[0]}`);
  const { ID: id, Priority: priority, Status: status, Destination: to, DeleteMarkerReplication: marks } = rule;
  return {
    id: id ?? sim.ids.next('rule'),
    priority: priority ?? 0,
    enabled: status === 'Enabled',
    prefix: prefixOf(rule),
    destination: to?.Bucket?.replace(ARN, '') ?? '',
    deleteMarkers: marks?.Status === 'Enabled',
  };
}

function prefixOf({ Filter: filter }: ReplicationRule): string {
  if (filter?.Tag !== undefined || filter?.And !== undefined)
    throw notSimulated('a replication rule with a filter by tags');
  return filter?.Prefix ?? '';
}

/** A rule as S3 has it. */
export function toRule(row: ReplicationRuleRow): ReplicationRule {
  const { id, priority, enabled, prefix, destination, deleteMarkers } = row;
  const Status = enabled ? ('Enabled' as const) : ('Disabled' as const);
  const Destination = { Bucket: `${ARN}${destination}` };
  const marks = deleteMarkers ? ('Enabled' as const) : ('Disabled' as const);
  const rest = { Filter: { Prefix: prefix }, DeleteMarkerReplication: { Status: marks } };
  return { ID: id, Priority: priority, Status, Destination, ...rest };
}
