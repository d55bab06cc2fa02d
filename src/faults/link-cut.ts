import { routeId } from '../changes/route-name.js';
import type { RouteTable } from '../model/inventory.js';
import { overlap } from './cidr.js';
import type { Fault, FaultChanges, FaultRequest, ProtoChange } from './fault.js';

/**
 * Cuts the link between two regions, in both directions: the routes that lead from the one's VPCs to the other's, over
 * peerings and transit gateways, are taken away. Both regions live on and serve their members; what they replicate
 * waits.
 */
export const linkCut: Fault = {
  name: 'link-cut',
  title: 'Link between two regions is cut',
  does: [
    'Takes away the routes that lead from the VPCs of one region to those of the other, over peerings and',
    'transit gateways, in both directions.',
  ].join(' '),
  fidelity: [
    'traffic over the internet, and what AWS itself replicates, goes on',
    'packets are refused at once by the sender’s own router, where a dead link would swallow them',
    'routes for IPv6 and prefix lists are not touched',
  ].join('; '),
  scopes: ['link'],
  params: {},
  attributes: ['route.target'],
  irreversible: [],
  needs: ['routes'],
  changes: (request) => {
    if (request.scope.kind !== 'link') return { changes: [], leftAlone: [] };
    const [one, other] = request.scope.regions;
    const made = [cutFrom(one, other, request), cutFrom(other, one, request)];
    return { changes: made.flatMap((each) => each.changes), leftAlone: made.flatMap((each) => each.leftAlone) };
  },
};

function cutFrom(from: string, to: string, request: FaultRequest): FaultChanges {
  const tables = request.inventory.regions.find((one) => one.region === from)?.routeTables ?? [];
  const judged = tables
    .map((table) => ({ table, routes: routesTo(to, table, request) }))
    .filter(({ routes }) => routes.length > 0)
    .map((one) => ({ ...one, why: whyNot(one.table, from, request) }));
  return {
    leftAlone: judged.flatMap(({ table, why }) =>
      why === undefined ? [] : [{ what: `route table ${from}/${table.id}`, why }],
    ),
    changes: judged
      .filter(({ why }) => why === undefined)
      .flatMap(({ table, routes }) =>
        routes.map(({ destination, target }): ProtoChange => ({
          kind: 'reversible',
          attribute: 'route.target',
          resource: { type: 'route', region: from, id: routeId({ table: table.id, destination }) },
          before: { kind: target.kind, id: target.id },
          after: null,
        })),
      ),
  };
}

/** The routes of a table that lead to the other region: by the peering's other end, or by its VPCs' addresses. */
function routesTo(region: string, table: RouteTable, { inventory }: FaultRequest): RouteTable['routes'] {
  const cidrs = inventory.regions.find((one) => one.region === region)?.vpcs.flatMap((vpc) => vpc.cidrs) ?? [];
  return table.routes.filter(({ destination, target, peer }) =>
    target.kind === 'peering' ? peer === region : cidrs.some((cidr) => overlap(cidr, destination)),
  );
}

/** A table serves every subnet that is associated with it, and the main one all others of its VPC. */
function whyNot(table: RouteTable, region: string, { targets, inventory }: FaultRequest): string | undefined {
  const there = inventory.regions.find((one) => one.region === region);
  const kept = new Set(targets.regions.find((one) => one.region === region)?.subnets.map((subnet) => subnet.id));
  const own = there?.subnets.filter((subnet) => subnet.vpc === table.vpc) ?? [];
  const elsewhere = new Set(
    there?.routeTables?.filter((one) => one.id !== table.id).flatMap((one) => one.subnets) ?? [],
  );
  const served = own.filter(({ id }) => table.subnets.includes(id) || (table.isMain && !elsewhere.has(id)));
  const stranger = served.find(({ id }) => !kept.has(id));
  if (stranger) return `also serves ${stranger.id}, which must not be touched`;
  return served.length === 0 ? 'serves no subnet' : undefined;
}
