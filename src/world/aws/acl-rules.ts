import type { AclEntry } from './rows.js';

/** A packet as a network ACL sees it. */
interface Packet {
  readonly egress: boolean;
  readonly port: number;
  /** The address at the other end. */
  readonly peer: number;
}

/** A member of the public, from the range that documentation uses. */
export const MEMBER: number = addressOf('198.51.100.7');
/** Where members' requests arrive. */
export const SERVED_PORT = 443;
const TCP = '6';
/** One of those from which connections are opened, and to which answers go. */
const HIGH_PORT = 50_000;
const REQUEST: Packet = { egress: false, port: SERVED_PORT, peer: MEMBER };
const ANSWER: Packet = { egress: true, port: HIGH_PORT, peer: MEMBER };

/**
 * Whether members' requests get in and the answers out. ACLs are stateless: each direction needs a rule of its own,
 * the lowest number that matches decides, and what no rule matches is denied.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 */
export function letsTrafficThrough(entries: readonly AclEntry[]): boolean {
  return allows(entries, REQUEST) && allows(entries, ANSWER);
}

/** Whether connections with another address pass in one direction: what opens them, and what answers. */
export function letsPeerThrough(entries: readonly AclEntry[], way: Pick<Packet, 'egress' | 'peer'>): boolean {
  return [SERVED_PORT, HIGH_PORT].every((port) => allows(entries, { ...way, port }));
}

function allows(entries: readonly AclEntry[], packet: Packet): boolean {
  const matching = entries.filter((entry) => matches(entry, packet));
  const first = matching.reduce<AclEntry | undefined>(
    (low, entry) => (!low || entry.number < low.number ? entry : low),
    undefined,
  );
  return first?.allow ?? false;
}

function matches(entry: AclEntry, packet: Packet): boolean {
  if (entry.egress !== packet.egress || entry.cidr === null || !contains(entry.cidr, packet.peer)) return false;
  if (entry.protocol === '-1') return true;
  if (entry.protocol !== TCP) return false;
  return entry.ports === null || (entry.ports.from <= packet.port && packet.port <= entry.ports.to);
}

/** Whether a block of IPv4 addresses holds one. */
export function contains(cidr: string, address: number): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressOf(base) / size) === Math.floor(address / size);
}

/** `10.0.0.1` as a number. */
export function addressOf(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A number as `10.0.0.1`. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
