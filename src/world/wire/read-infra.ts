import { DescribeNetworkAclsCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../../aws/cloud.js';
import { allPages } from '../../inventory/paging.js';
import { readInventory } from '../../inventory/read-inventory.js';
import type { Inventory, RegionInventory } from '../../model/inventory.js';
import type { GroupView, InfraView, RegionView } from '../ports.js';
import type { World } from '../world.js';
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
  const [inventory, closed] = await Promise.all([
    readInventory({
      account: '',
      regions: world.regions.map((region) => region.name),
      records: true,
      cloud,
      zoneAllowed: (zone) => mine.has(names.get(zone.id) ?? ''),
    }),
    Promise.all(world.regions.map((region) => closedSubnets(region.name, cloud))),
  ]);
  const cut = new Set(closed.flat());
  return {
    version,
    regions: inventory.regions.map((region) => viewOf(region, world, cut)),
    answers: answersOf(inventory, world),
  };
}

/** Subnets whose ACL lets nothing in or nothing out. */
async function closedSubnets(region: string, cloud: Cloud): Promise<readonly string[]> {
  return allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeNetworkAclsCommand({ NextToken: token }));
    const items = (answer.NetworkAcls ?? []).flatMap((acl) => {
      const allows = (egress: boolean): boolean =>
        (acl.Entries ?? []).some((entry) => entry.Egress === egress && entry.RuleAction === 'allow');
      return allows(true) && allows(false)
        ? []
        : (acl.Associations ?? []).map((association) => association.SubnetId ?? '');
    });
    return { items, next: answer.NextToken };
  });
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
