import { replicationRuleId, replicationRuleOf } from '../../changes/replication-rule-name.js';
import type { BucketPlace, Marker } from '../../model/experiment.js';
import type { Bucket, Inventory } from '../../model/inventory.js';
import type { Gate } from '../../model/plan.js';
import { whyNotTags } from '../targets.js';
import { regionGate } from './allowed.js';
import { gate, type GateRequest } from './gate.js';

/** Whether markers may be written to, and deleted from, the two buckets that the experiment names. */
export function markerGates(request: GateRequest): readonly Gate[] {
  const { experiment: { marker }, environment } = request;
  if (!marker) return [];
  const unfit = [marker.from, marker.to].flatMap((place) => whyUnfit(place, request));
  const { key, value } = environment.optIn ?? {};
  const beside = whyBeside(marker, request);
  return [
    gate({
      name: 'marker',
      code: 'REFUSED',
      passed: unfit.length === 0 && beside === undefined,
      message: unfit.length > 0 ? unfit.join('; ') : (beside ?? copiedBy(marker, request)),
      fix:
        unfit.length === 0
          ? 'write the markers to a bucket whose replication is paused'
          : key === undefined
            ? 'name buckets that are there'
            : `name buckets that carry ${key}=${value}`,
    }),
    ...(environment.amazon
      ? [
          regionGate({
            name: 'marker.region',
            wanted: [marker.from.region, marker.to.region],
            allowed: environment.allowed.regions,
            passed: 'markers are where drills may run',
          }),
        ]
      : []),
  ];
}

function whyUnfit({ region, bucket }: BucketPlace, { inventory, environment }: GateRequest): readonly string[] {
  const found = bucketAt({ region, bucket }, inventory);
  const why = found ? whyNotTags(found.tags, environment) : `is not in ${region}, or not ours`;
  return why === undefined ? [] : [`bucket ${bucket} ${why}`];
}

/** Markers that take another way than what is paused would arrive, and say that nothing fell behind. */
function whyBeside({ from, to }: Marker, { steps, inventory }: GateRequest): string | undefined {
  const changes = steps.flatMap(({ batches }) => batches.flat());
  const paused = changes.filter(({ attribute }) => attribute === 'replicationRule.status');
  const leading = bucketAt(from, inventory)?.rules.filter(({ destination }) => destination === to.bucket) ?? [];
  const own = new Set(leading.map(({ id }) => replicationRuleId({ bucket: from.bucket, rule: id })));
  if (paused.length === 0 || paused.some(({ resource }) => own.has(resource.id))) return undefined;
  const others = [...new Set(paused.map(({ resource }) => replicationRuleOf(resource.id).bucket))].join(', ');
  return `what is paused is the replication of ${others}, and markers go from ${from.bucket} to ${to.bucket}`;
}

/** A filter of the rule may still leave the markers out: that shows when none of them arrives. */
function copiedBy({ from, to }: Marker, { inventory }: GateRequest): string {
  const rule = bucketAt(from, inventory)?.rules.find(({ destination }) => destination === to.bucket);
  if (!rule) return `no rule of S3 leads from ${from.bucket} to ${to.bucket}: what copies there is your own`;
  return `rule ${rule.id} of ${from.bucket} leads to ${to.bucket}, and is ${rule.status}`;
}

function bucketAt({ region, bucket }: BucketPlace, inventory: Inventory): Bucket | undefined {
  const there = inventory.regions.find((one) => one.region === region);
  return there?.buckets?.find(({ name }) => name === bucket);
}
