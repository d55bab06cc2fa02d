import type { LinkView } from '../ports.js';
import type { World } from '../world.js';
import { isHeldBack } from './isolation.js';
import { packetsFlow, type LinkSubnet } from './link-rules.js';
import { tableOf } from './reach-rules.js';
import type { SimState } from './sim-state.js';
import type { Store } from './store.js';

/** Joins the VPCs of every two regions that the world file links, and lets their main route tables lead there. */
export function buildLinks(sim: SimState): void {
  for (const { regions } of sim.world.links) {
    const [requester, accepter] = regions.map((region) => endOf(sim.store, region));
    if (!requester || !accepter) continue;
    const id = sim.ids.of('pcx', `${requester.region} ${accepter.region}`);
    const tags = { Name: `${sim.world.name} ${requester.region} ${accepter.region}` };
    sim.store.peerings.put({ id, requester, accepter, status: 'active', tags });
    for (const [own, other] of [
      [requester, accepter],
      [accepter, requester],
    ] as const) {
      const main = [...sim.store.routeTables.all()].find(({ vpc }) => vpc === own.vpc);
      const route = { cidr: other.cidr, target: { kind: 'peering', id }, fixed: false } as const;
      if (main) sim.store.routeTables.put({ ...main, routes: [...main.routes, route] });
    }
  }
}

/** Whether packets flow, link by link, in both directions. */
export function linksNow(world: World, store: Store): readonly LinkView[] {
  const ends = new Map<string, readonly LinkSubnet[]>();
  const endAt = (region: string): readonly LinkSubnet[] => {
    const known = ends.get(region) ?? subnetsOf(store, region);
    ends.set(region, known);
    return known;
  };
  return world.links.flatMap(({ regions: [one, other] }) =>
    [
      { from: one, to: other },
      { from: other, to: one },
    ].map(({ from, to }) => ({
      from,
      to,
      flows: packetsFlow(endAt(from), endAt(to), (peering) => joins(store, peering, [from, to])),
      ...(isPaused(store, from, to) || isHeldBack(from, world, store) ? { paused: true as const } : {}),
    })),
  );
}

/** Whether what services write in one region gets to another now: the link is there, and nobody told them to stop. */
export function carriesNow(sim: SimState, [from, to]: readonly [string, string]): boolean {
  const { world, store } = sim;
  const link = linksNow(world, store).find((one) => one.from === from && one.to === to);
  return link?.flows === true && !isHeldBack(from, world, store);
}

/** Whether a peering is up, and between these two regions. */
function joins({ peerings }: Store, id: string, regions: readonly [string, string]): boolean {
  const peering = peerings.get(id);
  return (
    peering?.status === 'active' &&
    regions.includes(peering.requester.region) &&
    regions.includes(peering.accepter.region)
  );
}

/** Whether all rules are disabled by which buckets of one region are replicated to another; no: there are none. */
function isPaused({ buckets }: Store, from: string, to: string): boolean {
  const rules = [...buckets.all()]
    .filter(({ region }) => region === from)
    .flatMap(({ replication }) => replication?.rules ?? [])
    .filter(({ destination }) => buckets.get(destination)?.region === to);
  return rules.length > 0 && rules.every(({ enabled }) => !enabled);
}

function subnetsOf(store: Store, region: string): readonly LinkSubnet[] {
  return [...store.subnets.all()]
    .filter((subnet) => subnet.region === region)
    .map((subnet) => ({
      cidr: subnet.cidr,
      acl: store.acls.get(subnet.acl)?.entries ?? [],
      routes: tableOf(store.routeTables.all(), subnet)?.routes ?? [],
    }));
}

function endOf({ vpcs }: Store, region: string): { region: string; vpc: string; cidr: string } | undefined {
  const vpc = [...vpcs.all()].find((one) => one.region === region);
  return vpc && { region, vpc: vpc.id, cidr: vpc.cidr };
}
