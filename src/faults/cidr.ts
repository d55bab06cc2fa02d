import { BlockList } from 'node:net';

/**
 * Whether two blocks of IPv4 addresses share any: of two blocks that overlap, one holds the other's first address.
 *
 * @param one - `10.1.0.0/16`
 */
export function overlap(one: string, other: string): boolean {
  return holdsFirst(one, other) || holdsFirst(other, one);
}

/** Whether a block of IPv4 addresses holds one. */
export function contains(block: string, address: string): boolean {
  return holdsFirst(block, address);
}

function holdsFirst(block: string, other: string): boolean {
  const [network = '', bits = ''] = block.split('/');
  const [first = ''] = other.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(first, 'ipv4');
}
