import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '../aws/cloud.js';
import type { FailoverRecord, HealthCheckState, Tags, WeightedRecord } from '../model/inventory.js';
import { allPages, chunks } from './paging.js';
import { tagsOf } from './tags.js';

/** A hosted zone as a selection sees it. */
export interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly tags: Tags;
}

/** Every hosted zone with its tags, ten zones' tags a call. */
export async function readHostedZones(cloud: Cloud): Promise<readonly HostedZone[]> {
  const zones = await allPages(async (token) => {
    const answer = await cloud.route53().send(new ListHostedZonesCommand({ Marker: token }));
    const items = (answer.HostedZones ?? []).map((zone) => ({
      id: (zone.Id ?? '').replace('/hostedzone/', ''),
      name: zone.Name ?? '',
    }));
    return { items, next: answer.IsTruncated ? answer.NextMarker : undefined };
  });
  const tags = new Map<string, Tags>();
  for (const ten of chunks(zones, 10)) {
    const ids = ten.map((zone) => zone.id);
    const answer = await cloud
      .route53()
      .send(new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: ids }));
    for (const set of answer.ResourceTagSets ?? []) tags.set(set.ResourceId ?? '', tagsOf(set.Tags));
  }
  return zones.map((zone) => ({ ...zone, tags: tags.get(zone.id) ?? {} }));
}

/** The whole record sets of a zone, as the API gives them: a write has to send all of a record back. */
export async function readRecordSets(zoneId: string, cloud: Cloud): Promise<readonly ResourceRecordSet[]> {
  const all: ResourceRecordSet[] = [];
  let start: {
    StartRecordName?: string | undefined;
    StartRecordType?: ResourceRecordSet['Type'];
    StartRecordIdentifier?: string | undefined;
  } = {};
  for (;;) {
    const answer = await cloud.route53().send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...start }));
    all.push(...(answer.ResourceRecordSets ?? []));
    if (!answer.IsTruncated || !answer.NextRecordName) return all;
    start = {
      StartRecordName: answer.NextRecordName,
      StartRecordType: answer.NextRecordType,
      StartRecordIdentifier: answer.NextRecordIdentifier,
    };
  }
}

/** The weighted ones of a zone's records, each with the region that it sends members to. */
export function weightedRecords(
  zoneId: string,
  sets: readonly ResourceRecordSet[],
  regions: readonly string[],
): readonly WeightedRecord[] {
  return sets.flatMap((set) => {
    if (set.Weight === undefined || set.SetIdentifier === undefined) return [];
    return [
      {
        zoneId,
        name: (set.Name ?? '').replace(/\.$/, ''),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier,
        weight: set.Weight,
        ttlSeconds: set.TTL,
        region: regionOf(set, regions),
      },
    ];
  });
}

/** The failover pairs among a zone's records. */
export function failoverRecords(
  zoneId: string,
  sets: readonly ResourceRecordSet[],
  { regions, checks }: { readonly regions: readonly string[]; readonly checks: readonly HealthCheckState[] },
): readonly FailoverRecord[] {
  return sets.flatMap((set) => {
    if (set.Failover === undefined) return [];
    return [
      {
        zoneId,
        name: (set.Name ?? '').replace(/\.$/, ''),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier ?? '',
        role: set.Failover === 'PRIMARY' ? ('primary' as const) : ('secondary' as const),
        region: regionOf(set, regions),
        check: checks.find((check) => check.id === set.HealthCheckId),
      },
    ];
  });
}

/** How a change names a weighted record: `Z1/api.example.com/A/us-east-1`. */
export function recordId(record: {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string;
}): string {
  return [record.zoneId, record.name, record.type, record.setIdentifier].join('/');
}

/** The region that a record's target or set identifier names as one of its labels; a guess is not made. */
function regionOf(set: ResourceRecordSet, regions: readonly string[]): string | undefined {
  const targets = [set.AliasTarget?.DNSName ?? '', ...(set.ResourceRecords ?? []).map((record) => record.Value ?? '')];
  const named = regions.filter(
    (region) => targets.some((target) => target.split('.').includes(region)) || set.SetIdentifier === region,
  );
  return named.length === 1 ? named[0] : undefined;
}
