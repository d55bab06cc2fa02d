import type {
  ListHostedZonesCommandInput,
  ListHostedZonesCommandOutput,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ListTagsForResourcesCommandInput,
  ListTagsForResourcesCommandOutput,
} from '@aws-sdk/client-route-53';
import { AwsFault } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { RecordRow, ZoneRow } from '../rows.js';
import { fullName, sortKey, toRecordSet } from './record-sets.js';

const ZONES_A_PAGE = 100;
const RECORDS_A_PAGE = 300;
const TAGGED_A_CALL = 10;

/** Hosted zones, their records and their tags, as Route 53 lists them: its pages go on by name, not by a token. */
export const zoneOperations = {
  ListHostedZonesCommand(
    input: ListHostedZonesCommandInput,
    context: CallContext,
  ): Answer<ListHostedZonesCommandOutput> {
    const zones = context.sim.store.zones.seen(context.sim.nowMs);
    const from = input.Marker === undefined ? 0 : zones.findIndex((zone) => zone.id === bareId(input.Marker));
    if (from < 0) throw new AwsFault('InvalidInput', `Marker ${input.Marker ?? ''} is not valid`);
    const size = zonePageSize(input.MaxItems, ZONES_A_PAGE, context);
    const next = zones[from + size];
    return {
      HostedZones: zones.slice(from, from + size).map((zone) => toHostedZone(zone, context)),
      IsTruncated: next !== undefined,
      MaxItems: size,
      Marker: input.Marker,
      ...(next ? { NextMarker: next.id } : {}),
    };
  },

  ListResourceRecordSetsCommand(
    input: ListResourceRecordSetsCommandInput,
    context: CallContext,
  ): Answer<ListResourceRecordSetsCommandOutput> {
    const zone = zoneOf(input.HostedZoneId, context);
    const records = recordsOf(zone.id, context).toSorted((a, b) => compare(sortKey(a), sortKey(b)));
    const first = startKey(input);
    const from = first === undefined ? 0 : countBefore(records, first);
    const size = zonePageSize(input.MaxItems, RECORDS_A_PAGE, context);
    const next = records[from + size];
    return {
      ResourceRecordSets: records.slice(from, from + size).map(toRecordSet),
      IsTruncated: next !== undefined,
      MaxItems: size,
      ...(next ? nextRecord(next) : {}),
    };
  },

  ListTagsForResourcesCommand(
    input: ListTagsForResourcesCommandInput,
    context: CallContext,
  ): Answer<ListTagsForResourcesCommandOutput> {
    const ids = input.ResourceIds ?? [];
    if (ids.length > TAGGED_A_CALL) throw new AwsFault('InvalidInput', `At most ${TAGGED_A_CALL} resources a call`);
    return {
      ResourceTagSets: ids.map((id) => ({
        ResourceType: input.ResourceType,
        ResourceId: id,
        Tags: tagList(zoneOf(id, context).tags),
      })),
    };
  },
} satisfies Operations;

/**
 * A hosted zone, by its id with or without `/hostedzone/`.
 * @throws AwsFault where there is none
 */
export function zoneOf(id: string | undefined, { sim }: CallContext): ZoneRow {
  const zone = sim.store.zones.get(bareId(id));
  if (!zone) throw new AwsFault('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, 404);
  return zone;
}

/** An id without the path that some answers put before it. */
export function bareId(id = ''): string {
  return id.replace(/^\/?(hostedzone|change)\//, '');
}

function recordsOf(zone: string, { sim }: CallContext): readonly RecordRow[] {
  return sim.store.records.seen(sim.nowMs).filter((record) => record.zone === zone);
}

function toHostedZone(
  zone: ZoneRow,
  context: CallContext,
): NonNullable<ListHostedZonesCommandOutput['HostedZones']>[number] {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.id,
    Config: { PrivateZone: false },
    ResourceRecordSetCount: recordsOf(zone.id, context).length,
  };
}

/** How many items Route 53 puts on a page, of at most `most`. */
export function zonePageSize(max: number | undefined, most: number, { sim }: CallContext): number {
  return Math.max(1, Math.min(max ?? most, most, sim.behaviour.pageSize));
}

function startKey({
  StartRecordName: name,
  StartRecordType: type,
  StartRecordIdentifier: setIdentifier,
}: ListResourceRecordSetsCommandInput): string | undefined {
  if (name === undefined) return undefined;
  if (type === undefined && setIdentifier !== undefined)
    throw new AwsFault('InvalidInput', 'StartRecordIdentifier needs StartRecordType');
  return sortKey({ name: fullName(name), type: type ?? '', setIdentifier: setIdentifier ?? null });
}

function countBefore(sorted: readonly RecordRow[], key: string): number {
  return sorted.filter((record) => compare(sortKey(record), key) < 0).length;
}

function nextRecord(
  next: RecordRow,
): Pick<ListResourceRecordSetsCommandOutput, 'NextRecordName' | 'NextRecordType' | 'NextRecordIdentifier'> {
  const { Type } = toRecordSet(next);
  return {
    NextRecordName: next.name,
    NextRecordType: Type,
    ...(next.setIdentifier === null ? {} : { NextRecordIdentifier: next.setIdentifier }),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
