import type { AclEntry, AclRow, SubnetRow } from '../rows.js';
import type { SimState } from '../sim-state.js';

/** One subnet that was moved behind another network ACL. */
export interface AclSwap {
  readonly subnet: string;
  /** The ACL that it had, and the one that took its place. */
  readonly before: string;
  readonly clone: string;
}

const DENY = { number: 1, allow: false, protocol: '-1', cidr: '0.0.0.0/0', ipv6: null, ports: null };
const NOTHING_PASSES: readonly AclEntry[] = [
  { ...DENY, egress: false },
  { ...DENY, egress: true },
];

/**
 * Cuts subnets off as FIS does: each is moved behind a copy of its network ACL with a rule before all others that
 * denies everything.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#disrupt-connectivity
 */
export function disruptConnectivity(sim: SimState, subnets: readonly string[]): readonly AclSwap[] {
  const { store } = sim;
  return subnets.flatMap((id) => {
    const subnet = store.subnets.get(id);
    const acl = store.acls.get(subnet?.acl ?? '');
    if (!subnet || !acl) return [];
    const clone: AclRow = {
      ...acl,
      id: sim.ids.next('acl'),
      isDefault: false,
      entries: [...NOTHING_PASSES, ...acl.entries.filter(({ number }) => number > DENY.number)],
      tags: { managedByFIS: 'true' },
      token: null,
    };
    store.acls.put(clone, sim.seenFromMs());
    moved(sim, subnet, clone.id);
    return [{ subnet: id, before: acl.id, clone: clone.id }];
  });
}

/** Puts the subnets back; one that somebody else moved meanwhile stays where it is. */
export function restoreConnectivity(sim: SimState, swaps: readonly AclSwap[]): void {
  for (const { subnet: id, before, clone } of swaps) {
    const subnet = sim.store.subnets.get(id);
    if (subnet?.acl === clone && sim.store.acls.get(before)) moved(sim, subnet, before);
    const isUsed = [...sim.store.subnets.all()].some(({ acl }) => acl === clone);
    if (!isUsed) sim.store.acls.remove(clone, sim.seenFromMs());
  }
}

function moved(sim: SimState, subnet: SubnetRow, acl: string): void {
  sim.store.subnets.put({ ...subnet, acl, association: sim.ids.next('aclassoc') }, sim.seenFromMs());
}
