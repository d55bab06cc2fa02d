import type { Cloud } from '../../aws/cloud.js';
import { readInventory } from '../../inventory/read-inventory.js';
import type { Inventory, RegionInventory } from '../../model/inventory.js';
import type { GroupView, InfraView, RegionView } from '../ports.js';
import { letsTrafficThrough } from '../aws/acl-rules.js';
import type { World } from '../world.js';
import { readHeldBack, readIsolated } from './isolation.js';
import { readCopies, withPauses } from './read-copies.js';
import { linksOf } from './read-links.js';
import { readNetwork, type WireNetwork } from './read-network.js';
import { zoneIds } from './seed-records.js';

/**
 * Reads a world's infrastructure back from an emulator, as the traffic sees it: who serves is decided by instance
 * states and by the entries of the ACL in front of each subnet.
 *
 * @param version - one more than the view's before
 */
export async function readInfra(world: World, version: number, cloud: Cloud): Promise<InfraView> {
  const zones = await zoneIds(cloud);
  const mine = new Set(world.domains.map((domain) => domain.zone));
  const names = new Map([...zones].map(([name, id]) => [id, name]));
  const [inventory, networks, isolated, held, copies] = await Promise.all([
    readInventory({
      account: '',
      regions: world.regions.map((region) => region.name),
      records: true,
      cloud,
      whyNotZone: (zone) => (mine.has(names.get(zone.id) ?? '') ? undefined : 'is not of this world'),
    }),
    Promise.all(world.regions.map((region) => readNetwork(region.name, cloud))),
    readIsolated(world, cloud),
    readHeldBack(world, cloud),
    readCopies(world, cloud),
  ]);
  const cut = new Set(networks.flatMap(closedSubnets));
  return {
    version,
    regions: inventory.regions.map((region) => viewOf(region, world, cut)),
    answers: answersOf(inventory, world),
    links: withPauses(linksOf(world, inventory, networks), { world, copies, held }),
    isolated,
  };
}

/** Subnets whose ACL keeps members out. */
function closedSubnets({ acls }: WireNetwork): readonly string[] {
  return [...acls].flatMap(([subnet, entries]) => (letsTrafficThrough(entries) ? [] : [subnet]));
}

function viewOf(region: RegionInventory, world: World, cut: ReadonlySet<string>): RegionView {
  const names = world.groups.filter((group) => group.regions.includes(region.region)).map((group) => group.name);
  return { region: region.region, groups: names.map((name) => groupView(name, region, cut)) };
}

function groupView(name: string, region: RegionInventory, cut: ReadonlySet<string>): GroupView {
  const group = region.groups.find((one) => one.name === name);
  const members = new Set(
    group?.members.filter((member) => member.lifecycle === 'InService').map((member) => member.id),
  );
  const own = region.instances.filter((instance) => members.has(instance.id));
  const zones = [...new Set(region.subnets.map((subnet) => subnet.zone))].sort();
  return {
    name,
    max: group?.max ?? 0,
    zones: zones.map((zone) => {
      const there = own.filter((instance) => instance.zone === zone);
      const serving = there.filter((instance) => instance.state === 'running' && !cut.has(instance.subnet ?? ''));
      return { zone, serving: serving.length, total: there.length };
    }),
  };
}

function answersOf(inventory: Inventory, world: World): InfraView['answers'] {
  const domains = new Set(world.domains.map((domain) => domain.name));
  return inventory.records
    .filter((record) => domains.has(record.name))
    .flatMap(({ name, region, weight, ttlSeconds }) =>
      region === undefined ? [] : [{ domain: name, region, weight, ttlSeconds: ttlSeconds ?? 60 }],
    );
}
