import { addressOf, letsPeerThrough } from './acl-rules.js';
import type { RouteRow } from './network-rows.js';
import { routeTo } from './reach-rules.js';
import type { AclEntry } from './rows.js';

/** One subnet, as far as it decides what passes between two regions. */
export interface LinkSubnet {
  readonly cidr: string;
  readonly acl: readonly AclEntry[];
  /** Of the table that it uses. */
  readonly routes: readonly Pick<RouteRow, 'cidr' | 'target'>[];
}

/** Any host will do: ACLs and routes that tell hosts of one subnet apart are beyond this world. */
const HOST = 10;

/**
 * Whether packets get from one region to another: from some subnet there is a route over a peering that is up, and
 * the ACLs of both ends let them pass. One zone that is cut off does not cut the link.
 *
 * @param isUp - whether the peering with this id joins the two VPCs now
 * @see https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
 */
export function packetsFlow(
  from: readonly LinkSubnet[],
  to: readonly LinkSubnet[],
  isUp: (peering: string) => boolean,
): boolean {
  return from.some((here) =>
    to.some((there) => {
      const route = routeTo(here.routes, hostOf(there));
      return (
        route?.target.kind === 'peering' &&
        isUp(route.target.id) &&
        letsPeerThrough(here.acl, { egress: true, peer: hostOf(there) }) &&
        letsPeerThrough(there.acl, { egress: false, peer: hostOf(here) })
      );
    }),
  );
}

function hostOf({ cidr }: LinkSubnet): number {
  return addressOf(cidr.split('/')[0] ?? '') + HOST;
}
