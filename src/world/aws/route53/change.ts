import type {
  Change,
  ChangeInfo,
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsCommandOutput,
  GetChangeCommandInput,
  GetChangeCommandOutput,
} from '@aws-sdk/client-route-53';
import { AwsFault } from '../aws-fault.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { DnsChangeRow, RecordRow, ZoneRow } from '../rows.js';
import { checkOf } from './health.js';
import { describeRecord, fromRecordSet, invalidBatch } from './record-sets.js';
import { bareId, zoneOf } from './zones.js';

/** An UPSERT counts twice: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 32_000;

/** What changes records: a batch happens as a whole or not at all, and reaches resolvers once it is in sync. */
export const recordOperations = {
  ChangeResourceRecordSetsCommand(
    input: ChangeResourceRecordSetsCommandInput,
    context: CallContext,
  ): Answer<ChangeResourceRecordSetsCommandOutput> {
    const { sim } = context;
    const zone = zoneOf(input.HostedZoneId, context);
    const changes = input.ChangeBatch?.Changes ?? [];
    if (changes.length === 0)
      throw new AwsFault('InvalidInput', 'Invalid request: a change batch needs at least one change');
    checkSize(changes);
    const syncMs = sim.nowMs + sim.behaviour.dnsSyncMs;
    for (const [id, record] of planned(changes, zone, { context, syncMs })) {
      if (record) sim.store.records.put(record, sim.seenFromMs());
      else sim.store.records.remove(id, sim.seenFromMs());
    }
    const change = { id: sim.ids.nextDns('C'), submittedMs: sim.nowMs, syncMs };
    sim.store.dnsChanges.put(change);
    return { ChangeInfo: { ...infoOf(change, context), ...commentOf(input) } };
  },

  GetChangeCommand(input: GetChangeCommandInput, context: CallContext): Answer<GetChangeCommandOutput> {
    const change = context.sim.store.dnsChanges.get(bareId(input.Id));
    if (!change) throw new AwsFault('NoSuchChange', `Could not find resource with ID: ${bareId(input.Id)}`, 404);
    return { ChangeInfo: infoOf(change, context) };
  },
} satisfies Operations;

function checkSize(changes: readonly Change[]): void {
  const values = changes.map(({ ResourceRecordSet: set }) => {
    return (set?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  });
  const counted = (of: (own: readonly string[]) => number): number =>
    changes.reduce((sum, { Action }, i) => sum + (Action === 'UPSERT' ? 2 : 1) * of(values[i] ?? []), 0);
  if (counted((own) => Math.max(1, own.length)) > MOST_RECORDS)
    throw invalidBatch(`Number of records limit of ${MOST_RECORDS} exceeded.`);
  if (counted((own) => own.join('').length) > MOST_CHARACTERS)
    throw invalidBatch(`Number of characters in the values of a batch is limited to ${MOST_CHARACTERS}.`);
}

interface Planning {
  readonly context: CallContext;
  readonly syncMs: number;
}

/**
 * Every record that a batch touches, as it is after the batch; undefined: gone. Throws before anything has changed.
 */
function planned(
  changes: readonly Change[],
  zone: ZoneRow,
  { context, syncMs }: Planning,
): ReadonlyMap<string, RecordRow | undefined> {
  const { records } = context.sim.store;
  const after = new Map<string, RecordRow | undefined>();
  for (const { Action, ResourceRecordSet: set } of changes) {
    const record = fromRecordSet(set ?? { Name: undefined, Type: undefined }, zone);
    if (Action !== 'DELETE' && record.healthCheck !== null) checkOf(record.healthCheck, context);
    const now = after.has(record.id) ? after.get(record.id) : records.get(record.id);
    if (Action === 'CREATE' && now)
      throw invalidBatch(`Tried to create resource record set ${describeRecord(record)} but it already exists`);
    if (Action === 'DELETE') checkDelete(record, now);
    // a batch is one: of what it deletes and creates anew, the old is answered until the new is in sync
    const served = records.get(record.id)?.served ?? null;
    after.set(record.id, Action === 'DELETE' ? undefined : { ...record, served, syncMs });
  }
  return after;
}

function checkDelete(record: Omit<RecordRow, 'served' | 'syncMs'>, now: RecordRow | undefined): void {
  const what = describeRecord(record);
  if (!now) throw invalidBatch(`Tried to delete resource record set ${what} but it was not found`);
  const same =
    now.weight === record.weight &&
    now.failover === record.failover &&
    now.healthCheck === record.healthCheck &&
    now.ttlSeconds === record.ttlSeconds &&
    now.values.join() === record.values.join() &&
    JSON.stringify(now.alias) === JSON.stringify(record.alias);
  if (!same)
    throw invalidBatch(
      `Tried to delete resource record set ${what} but the values provided do not match the current values`,
    );
}

function infoOf(change: DnsChangeRow, { sim }: CallContext): ChangeInfo {
  return {
    Id: `/change/${change.id}`,
    Status: sim.nowMs >= change.syncMs ? 'INSYNC' : 'PENDING',
    SubmittedAt: new Date(change.submittedMs),
  };
}

function commentOf({ ChangeBatch: batch }: ChangeResourceRecordSetsCommandInput): Pick<ChangeInfo, 'Comment'> {
  return batch?.Comment === undefined ? {} : { Comment: batch.Comment };
}
