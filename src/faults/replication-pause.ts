import { replicationRuleId } from '../changes/replication-rule-name.js';
import type { Bucket } from '../model/inventory.js';
import { namesIn, type ParamValues } from '../model/param.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange } from './fault.js';
import { textOf } from './params.js';

const NAME = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';

const PARAMS = {
  buckets: {
    kind: 'text',
    named: 'buckets',
    pattern: `${NAME}(?:, *${NAME}){0,19}`,
    example: 'state-us-east-1, state-us-west-2',
    means: 'up to 20 buckets in the two regions, with commas between them: each is no longer replicated to the other',
  },
  unreplicated: {
    kind: 'choice',
    of: ['accept'],
    means:
      'that objects written meanwhile are not replicated afterwards, until an S3 Batch Replication job copies them',
  },
} as const;

/**
 * Pauses the replication of S3 buckets between two regions, in both directions: the rules that lead to a bucket in the
 * other region are disabled. Both regions live on; what one writes, the other does not see.
 */
export const replicationPause: Fault = {
  name: 'replication-pause',
  title: 'Replication between two regions is paused',
  does: [
    'Disables the rules by which the named S3 buckets of one region are replicated to buckets in the other, in both',
    'directions. What is written meanwhile does not arrive, neither then nor when the rules are enabled again: S3 does',
    'not catch up by itself. After the drill, an S3 Batch Replication job copies what was written in between.',
  ].join(' '),
  fidelity: [
    'what S3 has under way may still arrive, for minutes',
    'a lag that catches up by itself is link-cut’s, or that of a switch which your own replication reads',
    'someone else’s change of the same bucket’s replication in the moment between reading and setting it would be lost',
    'DynamoDB global tables are paused by AWS FIS, not by this',
  ].join('; '),
  scopes: ['link'],
  params: PARAMS,
  attributes: ['replicationRule.status'],
  irreversible: [],
  needs: ['buckets'],
  buckets: bucketsIn,
  changes: (request) => {
    if (request.scope.kind !== 'link') return { changes: [], leftAlone: [] };
    const [one, other] = request.scope.regions;
    const made = [pauseFrom(one, other, request), pauseFrom(other, one, request)];
    return {
      changes: made.flatMap(({ changes }) => changes),
      leftAlone: made.flatMap(({ leftAlone }) => leftAlone),
    };
  },
};

function bucketsIn(params: ParamValues): readonly string[] {
  return namesIn(textOf(PARAMS, 'buckets', params), 'buckets');
}

function pauseFrom(from: string, to: string, { targets, params }: FaultRequest): FaultChanges {
  const named = bucketsIn(params);
  const buckets = targets.regions.find(({ region }) => region === from)?.buckets ?? [];
  const judged = buckets
    .filter(({ name }) => named.includes(name))
    .flatMap((bucket) => (bucket.rules.length === 0 ? [] : bucket.rules.map((rule) => judge(bucket, rule, to))));
  const bare = buckets.filter(({ name, rules }) => named.includes(name) && rules.length === 0);
  return {
    changes: judged.flatMap(({ bucket, rule, why }) => (why === undefined ? [disabled(from, bucket, rule)] : [])),
    leftAlone: [
      ...judged.flatMap(({ bucket, rule, why }) =>
        why === undefined ? [] : [{ what: `replication-rule ${from}/${bucket.name}/${rule.id}`, why }],
      ),
      ...bare.map(({ name }) => ({ what: `bucket ${from}/${name}`, why: 'is not replicated' })),
    ],
  };
}

type Rule = Bucket['rules'][number];

interface Judged {
  readonly bucket: Bucket;
  readonly rule: Rule;
  readonly why: string | undefined;
}

function judge(bucket: Bucket, rule: Rule, to: string): Judged {
  return { bucket, rule, why: whyNot(rule, to) };
}

function whyNot({ id, status, destination, region }: Rule, to: string): string | undefined {
  if (region === undefined) return `leads to ${destination}, and where that is can't be told`;
  if (region !== to) return `leads to ${destination} in ${region}`;
  if (id === '') return 'has no id by which it could be found again';
  return status === 'Enabled' ? undefined : `is ${status} already`;
}

function disabled(region: string, { name, role }: Bucket, { id, destination }: Rule): ProtoChange {
  return {
    kind: 'reversible',
    attribute: 'replicationRule.status',
    resource: {
      type: 'replication-rule',
      region,
      id: replicationRuleId({ bucket: name, rule: id }),
      name: `to ${destination}`,
    },
    before: 'Enabled',
    after: 'Disabled',
    memo: { role: role ?? null },
  };
}
