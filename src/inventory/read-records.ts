import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '../aws/cloud.js';
import type {
  FailoverRecord,
  HealthCheckState,
  RoutingPolicy,
  Tags,
  UnmovableRecord,
  WeightedRecord,
} from '../model/inventory.js';
import type { RecordTarget } from '../model/resolution.js';
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
    if (set.Weight === undefined || set.SetIdentifier === undefined || isOfPolicy(set)) return [];
    return [
      {
        zoneId,
        name: recordName(set),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier,
        weight: set.Weight,
        ttlSeconds: set.TTL,
        target: targetOf(set),
        region: regionOf(set, regions),
      },
    ];
  });
}

/** What failover records are told by, beside themselves. */
export interface FailoverContext {
  readonly regions: readonly string[];
  readonly checks: readonly HealthCheckState[];
  /** Names of records by the health check that they have. */
  readonly users: ReadonlyMap<string, readonly string[]>;
}

/** Which names fail by which health check, by its id. */
export function checkUsers(sets: readonly ResourceRecordSet[]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, readonly string[]>();
  for (const set of sets) {
    const { HealthCheckId: id } = set;
    if (id !== undefined) users.set(id, [...new Set([...(users.get(id) ?? []), recordName(set)])]);
  }
  return users;
}

/** The failover pairs among a zone's records. */
export function failoverRecords(
  zoneId: string,
  sets: readonly ResourceRecordSet[],
  { regions, checks, users }: FailoverContext,
): readonly FailoverRecord[] {
  return sets.flatMap((set) => {
    if (set.Failover === undefined || isOfPolicy(set)) return [];
    const name = recordName(set);
    const others = (users.get(set.HealthCheckId ?? '') ?? []).filter((one) => one !== name);
    return [
      {
        zoneId,
        name: recordName(set),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier ?? '',
        role: set.Failover === 'PRIMARY' ? ('primary' as const) : ('secondary' as const),
        ttlSeconds: set.TTL,
        target: targetOf(set),
        region: regionOf(set, regions),
        check: checks.find((check) => check.id === set.HealthCheckId),
        sharedWith: others,
      },
    ];
  });
}

/** What no shift moves, of records that could lead members to a region, with the rule by which each is answered. */
export function unmovableRecords(
  zoneId: string,
  sets: readonly ResourceRecordSet[],
  regions: readonly string[],
): readonly UnmovableRecord[] {
  return sets.flatMap((set) => {
    const policy = policyOf(set);
    if (policy === undefined || !LEADS_SOMEWHERE.includes(set.Type ?? '')) return [];
    const named = { name: recordName(set), type: set.Type ?? '', setIdentifier: set.SetIdentifier ?? '' };
    return [{ zoneId, ...named, policy, ttlSeconds: set.TTL, region: regionOf(set, regions) }];
  });
}

const LEADS_SOMEWHERE: readonly string[] = ['A', 'AAAA', 'CNAME', 'HTTPS', 'SVCB'];

/** Undefined: by weight, or as one of a failover pair. */
function policyOf(set: ResourceRecordSet): RoutingPolicy | undefined {
  if (isOfPolicy(set)) return 'traffic-policy';
  if (set.Weight !== undefined || set.Failover !== undefined) return undefined;
  if (set.Region !== undefined) return 'latency';
  if (set.GeoLocation !== undefined) return 'geolocation';
  if (set.GeoProximityLocation !== undefined) return 'geoproximity';
  if (set.MultiValueAnswer === true) return 'multivalue';
  return set.CidrRoutingConfig === undefined ? 'simple' : 'cidr';
}

/** Route 53 refuses to change one record of a traffic policy. */
function isOfPolicy({ TrafficPolicyInstanceId: id }: ResourceRecordSet): boolean {
  return id !== undefined;
}

/** A record's name without its final dot, as Route 53 lists it: in small letters, a wildcard as `\052`. */
export function recordName(set: Pick<ResourceRecordSet, 'Name'>): string {
  return (set.Name ?? '').replace(/\.$/, '');
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
  const answer = targetOf(set);
  const targets = answer.kind === 'alias' ? [answer.name] : answer.values;
  const named = regions.filter(
    (region) =>
      targets.some((target) => target.split('.').includes(region)) ||
      set.SetIdentifier === region ||
      set.Region === region,
  );
  return named.length === 1 ? named[0] : undefined;
}

/** What a record answers with. */
function targetOf({ AliasTarget: alias, ResourceRecords: records = [] }: ResourceRecordSet): RecordTarget {
  if (alias) return { kind: 'alias', name: alias.DNSName ?? '' };
  return { kind: 'values', values: records.map(({ Value: value }) => value ?? '') };
}
