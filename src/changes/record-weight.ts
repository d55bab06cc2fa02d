import {
  ChangeResourceRecordSetsCommand,
  type Change as RecordChange,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { Cloud } from '../aws/cloud.js';
import { readRecordSets, recordId } from '../inventory/read-records.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { relatePlain, writeTogetherOrEach, type Driver, type Write } from './driver.js';

/**
 * An UPSERT counts twice towards Route 53's 1,000 a batch:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
const CHANGES_A_BATCH = 400;

/**
 * The weight of a Route 53 record: its share of a name's answers. Written in one transactional batch per hosted zone,
 * each record sent back whole with only the weight changed.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
export const recordWeight: Driver = {
  attribute: 'record.weight',
  role: 'traffic',
  gone: 'fine',
  callsPerSecond: 2,
  batchSize: CHANGES_A_BATCH,
  callsFor: () => 2,
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

  write: (batch, { cloud, permit }) =>
    writeTogetherOrEach(batch, async (writes) => {
      const [first] = writes;
      if (!first) return;
      const zone = zoneOf(first.resource);
      const sets = await setsById(zone, cloud);
      const changes = writes.map((write) => upsert(write, sets));
      await cloud.route53().send(
        permit.for(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: zone,
            ChangeBatch: { Comment: 'kong', Changes: changes },
          }),
        ),
      );
    }),
};

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
        name: (set.Name ?? '').replace(/\.$/, ''),
        type: set.Type ?? '',
        setIdentifier: set.SetIdentifier ?? '',
      }),
      set,
    ]),
  );
}

function upsert(write: Write, sets: ReadonlyMap<string, ResourceRecordSet>): RecordChange {
  const set = sets.get(write.resource.id);
  if (!set) throw new KongError('NOT_FOUND', `record ${write.resource.id} is not there any more`);
  const weight = write.to === 'after' ? write.after : write.before;
  return { Action: 'UPSERT', ResourceRecordSet: { ...set, Weight: typeof weight === 'number' ? weight : 0 } };
}
