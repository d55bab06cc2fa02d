import type { VpcPeeringConnection } from '@aws-sdk/client-ec2';
import type { Inventory, Subnet } from '../../model/inventory.js';
import { packetsFlow, type LinkSubnet } from '../aws/link-rules.js';
import type { LinkView } from '../ports.js';
import type { World } from '../world.js';
import { joinsVpcs } from './peerings.js';
import type { WireNetwork } from './read-network.js';
import { subnetCidr, WORLD_TAG } from './seed-network.js';

/** Stands for the peering of a link for which the emulator has none. */
const ASSUMED = 'assumed';

interface End {
  readonly vpc: string;
  readonly subnets: readonly LinkSubnet[];
  readonly peerings: readonly VpcPeeringConnection[];
}

/**
 * Whether packets flow over a world's links, in both directions. A link for which the emulator never had a peering
 * counts as up; ACLs cut it all the same.
 */
export function linksOf(world: World, inventory: Inventory, networks: readonly WireNetwork[]): readonly LinkView[] {
  const ends = new Map(world.regions.map(({ name }) => [name, endOf(name, { world, inventory, networks })]));
  return world.links.flatMap(({ regions: [one, other] }) => {
    const [here, there] = [ends.get(one), ends.get(other)];
    if (!here || !there) return [];
    return [
      { from: one, to: other, flows: flows(here, there) },
      { from: other, to: one, flows: flows(there, here) },
    ];
  });
}

function flows(from: End, to: End): boolean {
  const own = from.peerings.filter((peering) => joinsVpcs(peering, [from.vpc, to.vpc]));
  const up = own.flatMap(({ Status, VpcPeeringConnectionId: id }) => (Status?.Code === 'active' && id ? [id] : []));
  if (own.length > 0) return packetsFlow(from.subnets, to.subnets, (id) => up.includes(id));
  const routes = [{ cidr: '0.0.0.0/0', target: { kind: 'peering', id: ASSUMED } }] as const;
  const assumed = from.subnets.map((subnet) => ({ ...subnet, routes }));
  return packetsFlow(assumed, to.subnets, (id) => id === ASSUMED);
}

interface Found {
  readonly world: World;
  readonly inventory: Inventory;
  readonly networks: readonly WireNetwork[];
}

function endOf(name: string, { world, inventory, networks }: Found): End {
  const region = world.regions.find((one) => one.name === name);
  const network = networks.find((one) => one.region === name);
  const own = (inventory.regions.find((one) => one.region === name)?.subnets ?? []).filter(
    ({ tags }) => tags[WORLD_TAG] === world.name,
  );
  const linkSubnet = (subnet: Subnet): LinkSubnet => ({
    cidr: subnetCidr(region?.cidr ?? '', region?.zones.indexOf(subnet.zone) ?? 0),
    acl: network?.acls.get(subnet.id) ?? [],
    routes: network?.routesOf(subnet) ?? [],
  });
  return { vpc: own[0]?.vpc ?? '', subnets: own.map(linkSubnet), peerings: network?.peerings ?? [] };
}
