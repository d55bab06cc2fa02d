import type { WorldDomain, WorldGroup, WorldRegion } from '../world.js';
import { addressOf, addressText } from './acl-rules.js';
import { recordKey, servedBy } from './dns.js';
import { buildBalancer, edgeGroup, edgeTargets } from './build-balancer.js';
import { buildBuckets } from './build-buckets.js';
import { buildDatabases } from './databases.js';
import { buildReach, servingGroupId } from './build-reach.js';
import { launchedLongAgo } from './fleet.js';
import { mix } from './ids.js';
import { buildIsolation } from './isolation.js';
import { buildLinks } from './links.js';
import type { AclEntry, GroupRow, RecordRow, SubnetRow } from './rows.js';
import type { SimState } from './sim-state.js';

const DAY_MS = 86_400_000;
/** A /20 of each region's block for every zone. */
const SUBNET_SIZE = 2 ** 12;
const DEFAULT_COOLDOWN_MS = 300_000;

/** The rules that a VPC's default ACL begins with: everything, both ways. */
const ALLOW_ALL: readonly AclEntry[] = [
  { number: 100, egress: false, allow: true, protocol: '-1', cidr: '0.0.0.0/0', ipv6: null, ports: null },
  { number: 100, egress: true, allow: true, protocol: '-1', cidr: '0.0.0.0/0', ipv6: null, ports: null },
];

/** Builds what a world file describes, as it is after it has run for days: everything up, nothing under way. */
export function buildWorld(sim: SimState): void {
  for (const region of sim.world.regions) {
    const subnets = buildNetwork(sim, region);
    buildReach(sim, region);
    buildBalancer(sim, region);
    buildDatabases(sim, region);
    for (const group of sim.world.groups) {
      if (group.regions.includes(region.name)) buildGroup(sim, { group, region: region.name, subnets });
    }
  }
  buildLinks(sim);
  buildIsolation(sim);
  buildBuckets(sim);
  const zones = new Set(sim.world.domains.map((domain) => domain.zone));
  for (const zone of zones) buildZone(sim, zone);
}

function buildNetwork(sim: SimState, region: WorldRegion): readonly SubnetRow[] {
  const vpc = sim.ids.next('vpc');
  const acl = sim.ids.next('acl');
  sim.store.vpcs.put({ id: vpc, region: region.name, cidr: region.cidr, tags: { Name: sim.world.name } });
  sim.store.acls.put({ id: acl, region: region.name, vpc, isDefault: true, entries: ALLOW_ALL, tags: {}, token: null });
  const base = addressOf(region.cidr.split('/')[0] ?? '');
  return region.zones.map((zone, i) => {
    const subnet: SubnetRow = {
      id: sim.ids.next('subnet'),
      region: region.name,
      vpc,
      zone,
      cidr: `${addressText(base + i * SUBNET_SIZE)}/20`,
      tags: { Name: `${sim.world.name} ${zone}` },
      acl,
      association: sim.ids.next('aclassoc'),
    };
    sim.store.subnets.put(subnet);
    return subnet;
  });
}

interface GroupPlace {
  readonly group: WorldGroup;
  readonly region: string;
  readonly subnets: readonly SubnetRow[];
}

function buildGroup(sim: SimState, { group, region, subnets }: GroupPlace): void {
  const createdMs = sim.nowMs - 30 * DAY_MS;
  const edge = group.name === edgeGroup(sim.world) ? edgeTargets(sim, region) : undefined;
  const row: GroupRow = {
    id: `${region}/${group.name}`,
    region,
    name: group.name,
    min: group.min,
    max: group.max,
    desired: group.desired,
    subnets: subnets.map((subnet) => subnet.id),
    suspended: [],
    tags: group.tags,
    instanceType: group.instanceType,
    targetGroups: edge === undefined ? [] : [edge],
    servesThrough: edge ?? null,
    securityGroups: [servingGroupId(sim, region, group.name)],
    bootMs: group.bootMs,
    warmupMs: group.warmupMs,
    createdMs,
    scaledMs: 0,
    cooldownMs: group.scaling?.cooldownMs ?? DEFAULT_COOLDOWN_MS,
    targetUtilisation: group.scaling?.targetUtilisation ?? null,
  };
  sim.store.groups.put(row);
  for (let i = 0; i < group.desired; i++) {
    const subnet = subnets[i % subnets.length];
    const age = DAY_MS + (mix(sim.ids.count, i) % (20 * DAY_MS));
    if (subnet) launchedLongAgo(sim, row, { subnet, launchedMs: sim.nowMs - age });
  }
}

function buildZone(sim: SimState, name: string): void {
  const zone = sim.ids.nextDns('Z');
  sim.store.zones.put({ id: zone, name: `${name}.`, tags: { Name: name } });
  const apex = { zone, name: `${name}.`, setIdentifier: null, weight: null };
  putRecord(sim, { ...apex, type: 'NS', ttlSeconds: 172_800, values: [`ns-1.${name}.`, `ns-2.${name}.`] });
  const soa = `ns-1.${name}. hostmaster.${name}. 1 7200 900 1209600 86400`;
  putRecord(sim, { ...apex, type: 'SOA', ttlSeconds: 900, values: [soa] });
  for (const domain of sim.world.domains.filter((one) => one.zone === name)) buildDomain(sim, zone, domain);
}

function buildDomain(sim: SimState, zone: string, domain: WorldDomain): void {
  for (const { region, target, weight } of domain.answers) {
    putRecord(sim, {
      zone,
      name: `${domain.name}.`,
      type: 'CNAME',
      setIdentifier: region,
      weight,
      ttlSeconds: domain.ttlSeconds,
      values: [target],
      healthCheck: domain.healthCheck ? buildCheck(sim, target, domain.healthCheck) : null,
    });
  }
}

function buildCheck(sim: SimState, fqdn: string, how: NonNullable<WorldDomain['healthCheck']>): string {
  const id = sim.ids.nextUuid();
  const endpoint = { type: 'HTTPS', fqdn, address: null, port: 443, path: null } as const;
  const state = { version: 1, inverted: false, disabled: false, up: true, streak: 0 };
  sim.store.healthChecks.put({ id, reference: id, ...endpoint, ...how, ...state });
  return id;
}

type NewRecord = Omit<RecordRow, 'id' | 'alias' | 'failover' | 'healthCheck' | 'served' | 'syncMs'> &
  Partial<Pick<RecordRow, 'healthCheck'>>;

function putRecord(sim: SimState, record: NewRecord): void {
  const plain = { healthCheck: null, ...record, failover: null };
  sim.store.records.put({
    ...plain,
    id: recordKey(record),
    alias: null,
    served: servedBy(plain),
    syncMs: null,
  });
}
