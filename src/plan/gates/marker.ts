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
  return [
    gate({
      name: 'marker',
      code: 'REFUSED',
      passed: unfit.length === 0,
      message: unfit.length === 0 ? copiedBy(marker, request) : unfit.join('; '),
      fix: key === undefined ? 'name buckets that are there' : `name buckets that carry ${key}=${value}`,
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
