import { KongError } from '../model/errors.js';
import type { IngressRule } from '../model/inventory.js';

/** One source that one security group lets in. The rule's own id changes each time that it is made. */
export interface IngressRuleName extends Pick<IngressRule, 'protocol' | 'ports'> {
  readonly group: string;
  /** Who is let in: a security group, a prefix list, or a block of addresses. */
  readonly from: string;
}

/** How a change names a rule: `sg-0a1#tcp#443-443#sg-0b2`, `sg-0a1#-1#all#10.0.0.0/8`; `all` is every port. */
export function ingressRuleId({ group, protocol, ports, from }: IngressRuleName): string {
  return [group, protocol, ports === null ? 'all' : `${ports.from}-${ports.to}`, from].join('#');
}

/**
 * The rule that a change names.
 * @throws KongError BAD_PLAN
 */
export function ingressRuleOf(id: string): IngressRuleName {
  const [group, protocol, range, from] = id.split('#');
  const ports = /^(\d+)-(\d+)$/.exec(range ?? '');
  if (!group || !protocol || !from || (!ports && range !== 'all')) {
    throw new KongError('BAD_PLAN', `${id} does not name a rule: GROUP#PROTOCOL#PORTS#SOURCE`);
  }
  return { group, protocol, ports: ports ? { from: Number(ports[1]), to: Number(ports[2]) } : null, from };
}
