import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { recordKey } from '../dns.js';
import type { RecordRow, ZoneRow } from '../rows.js';

const HIGHEST_WEIGHT = 255;
/** Routing policies that no answer is worked out for. */
const NOT_SIMULATED = [
  'Region',
  'GeoLocation',
  'MultiValueAnswer',
  'CidrRoutingConfig',
  'GeoProximityLocation',
  'TrafficPolicyInstanceId',
] as const;

/** A record set as the API has it. */
export function toRecordSet(record: RecordRow): ResourceRecordSet {
  return {
    Name: record.name,
    Type: typeOf(record.type),
    ...(record.setIdentifier === null ? {} : { SetIdentifier: record.setIdentifier }),
    ...(record.weight === null ? {} : { Weight: record.weight }),
    ...(record.failover === null ? {} : { Failover: record.failover }),
    ...(record.ttlSeconds === null ? {} : { TTL: record.ttlSeconds }),
    ...(record.alias === null
      ? { ResourceRecords: record.values.map((Value) => ({ Value })) }
      : {
          AliasTarget: {
            HostedZoneId: record.alias.zone,
            DNSName: record.alias.name,
            EvaluateTargetHealth: record.alias.evaluateHealth,
          },
        }),
    ...(record.healthCheck === null ? {} : { HealthCheckId: record.healthCheck }),
  };
}

/**
 * A record set as it is kept, apart from when it is answered.
 * @throws AwsFault where Route 53 would not take it
 */
export function fromRecordSet(set: ResourceRecordSet, zone: ZoneRow): Omit<RecordRow, 'served' | 'syncMs'> {
  const other = NOT_SIMULATED.find((key) => set[key] !== undefined);
  if (other) throw notSimulated(`record sets with ${other}`);
  const record = {
    zone: zone.id,
    name: fullName(set.Name ?? ''),
    type: set.Type ?? '',
    setIdentifier: set.SetIdentifier ?? null,
    weight: set.Weight ?? null,
    failover: set.Failover ?? null,
    ttlSeconds: set.TTL ?? null,
    values: (set.ResourceRecords ?? []).map(({ Value }) => Value ?? ''),
    alias: aliasOf(set),
    healthCheck: set.HealthCheckId ?? null,
  };
  const wrong = whatIsWrong(record, zone);
  if (wrong !== undefined) throw invalidBatch(wrong);
  return { ...record, id: recordKey(record) };
}

/** With its final dot, and in small letters: names are compared without regard to case. */
export function fullName(name: string): string {
  const small = name.toLowerCase();
  return small.endsWith('.') ? small : `${small}.`;
}

/** Route 53's refusal of a whole batch. */
export function invalidBatch(message: string): AwsFault {
  return new AwsFault('InvalidChangeBatch', `[${message}]`);
}

/** A record as Route 53 names it in its messages. */
export function describeRecord({
  name,
  type,
  setIdentifier,
}: Pick<RecordRow, 'name' | 'type' | 'setIdentifier'>): string {
  const set = setIdentifier === null ? '' : `, set identifier='${setIdentifier}'`;
  return `[name='${name}', type='${type}'${set}]`;
}

/** Order of a listing: by the labels of the name from the right, then by type and set identifier. */
export function sortKey({ name, type, setIdentifier }: Pick<RecordRow, 'name' | 'type' | 'setIdentifier'>): string {
  return [...name.split('.').reverse(), '', type, setIdentifier ?? ''].join('\u0000');
}

function aliasOf({ AliasTarget: target }: ResourceRecordSet): RecordRow['alias'] {
  if (!target) return null;
  return {
    zone: target.HostedZoneId ?? '',
    name: fullName(target.DNSName ?? ''),
    evaluateHealth: target.EvaluateTargetHealth ?? false,
  };
}

type Checked = Omit<RecordRow, 'id' | 'served' | 'syncMs'>;

function whatIsWrong(record: Checked, zone: ZoneRow): string | undefined {
  const what = describeRecord(record);
  if (record.name !== zone.name && !record.name.endsWith(`.${zone.name}`))
    return `RRSet with DNS name ${record.name} is not permitted in zone ${zone.name}`;
  const policies = [record.weight, record.failover].filter((one) => one !== null).length;
  if (policies !== (record.setIdentifier === null ? 0 : 1))
    return `Invalid request: SetIdentifier needs exactly one of Weight and Failover, and they need it ${what}`;
  if (record.weight !== null && !isWeight(record.weight))
    return `Invalid request: Weight must be between 0 and ${HIGHEST_WEIGHT} ${what}`;
  if ((record.alias === null) === (record.values.length === 0))
    return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] ${what}`;
  if ((record.alias === null) === (record.ttlSeconds === null))
    return `Invalid request: TTL belongs to ResourceRecords, and not to AliasTarget ${what}`;
  return undefined;
}

function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 0 && weight <= HIGHEST_WEIGHT;
}

type RecordType = ResourceRecordSet['Type'];

function typeOf(type: string): RecordType {
  return isRecordType(type) ? type : undefined;
}

function isRecordType(type: string): type is NonNullable<RecordType> {
  return /^[A-Z]+$/.test(type);
}
