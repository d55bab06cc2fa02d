import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Cloud } from '../aws/cloud.js';
import type { Inventory, InventoryPart, RegionInventory, WeightedRecord } from '../model/inventory.js';
import { readBalancers } from './read-balancers.js';
import { readEc2 } from './read-ec2.js';
import { readGroups } from './read-groups.js';
import { readTargets } from './read-targets.js';
import { readHostedZones, readRecordSets, weightedRecords, type HostedZone } from './read-records.js';

/** What to read, and by which rule a hosted zone is kong's business. */
export interface InventoryRequest {
  readonly account: string;
  readonly regions: readonly string[];
  /** Whether records are needed at all: Route 53 answers five calls a second for a whole account. */
  readonly records: boolean;
  /** What is read beside the rest; undefined: nothing. */
  readonly parts?: readonly InventoryPart[];
  readonly zoneAllowed: (zone: HostedZone) => boolean;
  readonly cloud: Cloud;
}

/** Everything that a plan is made from, in a handful of listings per region, all side by side. */
export async function readInventory(request: InventoryRequest): Promise<Inventory> {
  const { account, regions } = request;
  const [read, records] = await Promise.all([
    Promise.all(regions.map((region) => readRegion(region, request))),
    request.records ? readRecords(request) : [],
  ]);
  return { account, regions: read, records };
}

async function readRegion(region: string, { cloud, parts = [] }: InventoryRequest): Promise<RegionInventory> {
  const [ec2, groups, targets, balancers] = await Promise.all([
    readEc2(region, cloud),
    readGroups(region, cloud),
    parts.includes('targets') ? readTargets(region, cloud) : undefined,
    parts.includes('balancers') ? readBalancers(region, cloud) : undefined,
  ]);
  return { region, ...ec2, groups, ...(targets ? { targets } : {}), ...(balancers ? { balancers } : {}) };
}

async function readRecords({ regions, zoneAllowed, cloud }: InventoryRequest): Promise<readonly WeightedRecord[]> {
  const zones = (await readHostedZones(cloud)).filter(zoneAllowed);
  const found = await Promise.all(
    zones.map(async (zone) => weightedRecords(zone.id, await readRecordSets(zone.id, cloud), regions)),
  );
  return found.flat();
}

/** Who the credentials say that we are: the account's twelve digits. */
export async function readAccount(cloud: Cloud): Promise<string> {
  const answer = await cloud.sts().send(new GetCallerIdentityCommand({}));
  return answer.Account ?? '';
}
