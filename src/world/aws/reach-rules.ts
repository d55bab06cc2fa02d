import { contains, MEMBER, SERVED_PORT } from './acl-rules.js';
import type { RouteRow, RouteTableRow, SecurityRule } from './network-rows.js';

/**
 * Whether a security group lets members' requests in. Groups are stateful: the answers get out whatever the rules for
 * the way out say.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function admitsMembers(rules: readonly SecurityRule[]): boolean {
  return rules.some((rule) => isServed(rule) && rule.cidr !== null && contains(rule.cidr, MEMBER));
}

/** Whether a security group lets the calls of instances in, that are in another one. */
export function admitsGroup(rules: readonly SecurityRule[], caller: readonly string[]): boolean {
  return rules.some((rule) => isServed(rule) && rule.group !== null && caller.includes(rule.group));
}

function isServed({ egress, protocol, ports }: SecurityRule): boolean {
  const isPort = ports === null || (ports.from <= SERVED_PORT && SERVED_PORT <= ports.to);
  return !egress && (protocol === '-1' || (protocol === 'tcp' && isPort));
}

/**
 * Whether answers find their way to members: the most specific route decides, and it must lead to a gateway.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function leadsToMembers(routes: readonly RouteRow[]): boolean {
  return routeTo(routes, MEMBER)?.target.kind === 'gateway';
}

/** The most specific route to an address. */
export function routeTo<R extends Pick<RouteRow, 'cidr'>>(routes: readonly R[], address: number): R | undefined {
  const matching = routes.filter(({ cidr }) => contains(cidr, address));
  return matching.reduce<R | undefined>(
    (longest, route) => (!longest || bitsOf(route.cidr) > bitsOf(longest.cidr) ? route : longest),
    undefined,
  );
}

/** The table that a subnet uses: its own, or the main one of its VPC. */
export function tableOf(
  tables: Iterable<RouteTableRow>,
  subnet: { readonly id: string; readonly vpc: string },
): RouteTableRow | undefined {
  const own = [...tables].filter((table) => table.vpc === subnet.vpc);
  return (
    own.find(({ associations }) => associations.some((one) => one.subnet === subnet.id)) ??
    own.find(({ associations }) => associations.some((one) => one.subnet === null))
  );
}

function bitsOf(cidr: string): number {
  return Number(cidr.split('/')[1] ?? 32);
}
