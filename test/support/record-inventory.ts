import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { checkUsers, failoverRecords, unmovableRecords, weightedRecords } from '../../src/inventory/read-records.js';
import type { Inventory } from '../../src/model/inventory.js';

const REGIONS = ['us-east-1', 'us-west-2'];

/** What kong makes of these records of one hosted zone, in two regions; they may have the health check `h1`. */
export function recordInventory(sets: readonly ResourceRecordSet[]): Inventory {
  const checks = [{ id: 'h1', disabled: false, inverted: false }];
  return {
    account: '123456789012',
    regions: [],
    records: weightedRecords('Z1', sets, REGIONS),
    failovers: failoverRecords('Z1', sets, { regions: REGIONS, checks, users: checkUsers(sets) }),
    unmovable: unmovableRecords('Z1', sets, REGIONS),
  };
}
