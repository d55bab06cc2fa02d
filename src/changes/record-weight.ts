import { ChangeResourceRecordSetsCommand, GetChangeCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Cloud } from '../aws/cloud.js';
import { readRecordSets, recordId, recordName } from '../inventory/read-records.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import {
  relatePlain,
  writeTogetherOrEach,
  type Driver,
  type Write,
  type WriteContext,
  type WriteOutcome,
} from './driver.js';
import { recordBatches, type RecordWrite } from './record-batches.js';

/** More than any hosted zone has: how many records go into one call is worked out from what they hold. */
const CHANGES_A_WRITE = 100_000;
/** What a call takes of records with one value each, and how many a listing has on a page. */
const RECORDS_A_BATCH = 500;
const RECORDS_A_PAGE = 300;

/**
 * The weight of a Route 53 record: its share of a name's answers. Each record is sent back whole with only the weight
 * changed, an alias with its target; all of a hosted zone in as few transactional batches as Route 53 takes, one after
 * the other, since a zone takes one at a time.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export const recordWeight: Driver = {
  attribute: 'record.weight',
  role: 'traffic',
  gone: 'fine',
  // five a second for the whole account, which reads of the zone and of a change's state share
  callsPerSecond: 2,
  batchSize: CHANGES_A_WRITE,
  callsFor: (changes) => Math.ceil(changes / RECORDS_A_BATCH) + Math.ceil(changes / RECORDS_A_PAGE),
  foreign: 'conflict',
  repeatable: true,
  batchKey: zoneOf,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const zones = [...new Set(resources.map(zoneOf))];
    const found = await Promise.all(zones.map((zone) => setsById(zone, cloud)));
    const wanted = new Set(resources.map((resource) => resource.id));
    return new Map(
      found
        .flatMap((sets) => [...sets])
        .filter(([id]) => wanted.has(id))
        .map(([id, set]): readonly [string, Json] => [id, set.Weight ?? null]),
    );
  },

  async write(batch, context) {
    const [first] = batch;
    if (!first) return [];
    const zone = zoneOf(first.resource);
    const sets = await setsById(zone, context.cloud);
    const there = batch.flatMap((write) => {
      const set = sets.get(write.resource.id);
      return set ? [upsert(write, set)] : [];
    });
    const outcomes = batch.filter((write) => !sets.has(write.resource.id)).map(absent);
    for (const own of recordBatches(there)) {
      // an injection stops at the first thing that goes wrong; an undo goes on
      const stopped = first.to === 'after' && outcomes.some(({ ok }) => !ok);
      outcomes.push(...(stopped ? own.map(notTried) : await sendBatch(own, zone, context)));
    }
    return outcomes;
  },

  async stillPending(ids, { cloud }) {
    const status = await Promise.all(
      ids.map(async (id) => (await cloud.route53().send(new GetChangeCommand({ Id: id }))).ChangeInfo?.Status),
    );
    return ids.filter((_id, index) => status[index] !== 'INSYNC');
  },
};

async function sendBatch(
  records: readonly RecordWrite[],
  zone: string,
  { cloud, permit }: WriteContext,
): Promise<readonly WriteOutcome[]> {
  const changeOf = new Map(records.map(({ write, change }) => [write, change]));
  const pending = new Map<string, string>();
  const outcomes = await writeTogetherOrEach(records.map(({ write }) => write), async (writes) => {
    const Changes = writes.flatMap((write) => changeOf.get(write) ?? []);
    const input = { HostedZoneId: zone, ChangeBatch: { Comment: 'kong', Changes } };
    const { ChangeInfo: info } = await cloud.route53().send(permit.for(new ChangeResourceRecordSetsCommand(input)));
    if (info?.Id === undefined || info.Status === 'INSYNC') return;
    for (const { change } of writes) pending.set(change, info.Id.replace('/change/', ''));
  });
  return outcomes.map((outcome) => {
    const id = pending.get(outcome.change);
    return outcome.ok && id !== undefined ? { ...outcome, pending: id } : outcome;
  });
}

/** The hosted zone is the first part of a record's id. */
function zoneOf(resource: ResourceRef): string {
  return resource.id.split('/')[0] ?? '';
}

async function setsById(zone: string, cloud: Cloud): Promise<ReadonlyMap<string, ResourceRecordSet>> {
  const sets = await readRecordSets(zone, cloud);
  return new Map(
    sets.map((set) => [
      recordId({
        zoneId: zone,
        name: recordName(set),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier ?? '',
      }),
      set,
    ]),
  );
}

function upsert(write: Write, set: ResourceRecordSet): RecordWrite {
  const weight = write.to === 'after' ? write.after : write.before;
  const anew = { ...set, Weight: typeof weight === 'number' ? weight : 0 };
  return { write, change: { Action: 'UPSERT', ResourceRecordSet: anew } };
}

function absent({ change, resource }: Write): WriteOutcome {
  return { change, ok: false, error: new KongError('NOT_FOUND', `record ${resource.id} is not there any more`) };
}

function notTried({ write: { change } }: RecordWrite): WriteOutcome {
  const why = 'not tried: other records of the zone could not be changed';
  return { change, ok: false, error: new KongError('NOT_VERIFIED', why) };
}
