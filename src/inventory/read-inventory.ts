import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Cloud } from '../aws/cloud.js';
import type { Inventory, InventoryPart, RegionInventory } from '../model/inventory.js';
import { readAgents } from './read-agents.js';
import { readBalancers } from './read-balancers.js';
import { readBuckets } from './read-buckets.js';
import { readCaches } from './read-caches.js';
import { readEc2 } from './read-ec2.js';
import { readFisTemplates } from './read-fis-templates.js';
import { readGroups } from './read-groups.js';
import { readHealthChecks } from './read-health-checks.js';
import { readRds } from './read-rds.js';
import { readRoutes } from './read-routes.js';
import { readSecurityGroups } from './read-security-groups.js';
import { readTargets } from './read-targets.js';
import {
  checkUsers,
  failoverRecords,
  readHostedZones,
  readRecordSets,
  unmovableRecords,
  weightedRecords,
  type HostedZone,
} from './read-records.js';

/** What to read, and why a hosted zone is not kong's business. */
export interface InventoryRequest {
  readonly account: string;
  readonly regions: readonly string[];
  /** Whether records are needed at all: Route 53 answers five calls a second for a whole account. */
  readonly records: boolean;
  /** What is read beside the rest; undefined: nothing. */
  readonly parts?: readonly InventoryPart[];
  /** Ids of the templates of AWS FIS that are wanted. */
  readonly fisTemplates?: readonly string[];
  readonly whyNotZone: (zone: HostedZone) => string | undefined;
  /** The names of the buckets that are read; undefined: none. */
  readonly buckets?: readonly string[];
  readonly cloud: Cloud;
}

/** Everything that a plan is made from, in a handful of listings per region, all side by side. */
export async function readInventory(request: InventoryRequest): Promise<Inventory> {
  const { account, regions, cloud, buckets = [] } = request;
  const [read, inRegion, records] = await Promise.all([
    Promise.all(regions.map((region) => readRegion(region, request))),
    readBuckets(buckets, regions, cloud),
    request.records ? readRecords(request) : { records: [] },
  ]);
  const all = read.map((one) => {
    const own = inRegion.get(one.region);
    return own ? { ...one, buckets: own } : one;
  });
  return { account, regions: all, ...records };
}

async function readRegion(
  region: string,
  { cloud, parts = [], fisTemplates: ids }: InventoryRequest,
): Promise<RegionInventory> {
  const [ec2, groups, targets, balancers, routeTables, securityGroups, agents, fis, databases] = await Promise.all([
    readEc2(region, cloud),
    readGroups(region, cloud),
    parts.includes('targets') ? readTargets(region, cloud) : undefined,
    parts.includes('balancers') ? readBalancers(region, cloud) : undefined,
    parts.includes('routes') ? readRoutes(region, cloud) : undefined,
    parts.includes('securityGroups') ? readSecurityGroups(region, cloud) : undefined,
    parts.includes('agents') ? readAgents(region, cloud) : undefined,
    readFisTemplates(ids, region, cloud),
    readDatabases(parts, region, cloud),
  ]);
  return {
    region,
    ...ec2,
    groups,
    ...(targets ? { targets } : {}),
    ...(balancers ? { balancers } : {}),
    ...(routeTables ? { routeTables } : {}),
    ...(securityGroups ? { securityGroups } : {}),
    ...(agents ? { agents } : {}),
    ...fis,
    ...databases,
  };
}

async function readDatabases(
  parts: readonly InventoryPart[],
  region: string,
  cloud: Cloud,
): Promise<Pick<RegionInventory, 'databases'>> {
  if (!parts.includes('databases')) return {};
  const read = await Promise.all([readRds(region, cloud), readCaches(region, cloud, true)]);
  return { databases: read.flat() };
}

type Records = Required<Pick<Inventory, 'records' | 'failovers' | 'unmovable' | 'zonesLeftAlone'>>;

async function readRecords({ regions, whyNotZone, cloud }: InventoryRequest): Promise<Records> {
  const judged = (await readHostedZones(cloud)).map((zone) => ({ ...zone, why: whyNotZone(zone) }));
  const zones = judged.filter(({ why }) => why === undefined);
  const read = await Promise.all(zones.map(async ({ id }) => ({ id, sets: await readRecordSets(id, cloud) })));
  const checked = read.some(({ sets }) => sets.some((set) => set.Failover !== undefined));
  const checks = checked ? await readHealthChecks(cloud) : [];
  const users = checkUsers(read.flatMap(({ sets }) => sets));
  return {
    records: read.flatMap(({ id, sets }) => weightedRecords(id, sets, regions)),
    failovers: read.flatMap(({ id, sets }) => failoverRecords(id, sets, { regions, checks, users })),
    unmovable: read.flatMap(({ id, sets }) => unmovableRecords(id, sets, regions)),
    zonesLeftAlone: judged.flatMap(({ name, why }) =>
      why === undefined ? [] : [{ what: `hosted zone ${name.replace(/\.$/, '')}`, why }],
    ),
  };
}

/** Who the credentials say that we are: the account's twelve digits. */
export async function readAccount(cloud: Cloud): Promise<string> {
  const answer = await cloud.sts().send(new GetCallerIdentityCommand({}));
  return answer.Account ?? '';
}
