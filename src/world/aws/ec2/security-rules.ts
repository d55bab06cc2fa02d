import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import type { SecurityGroupRow, SecurityRule } from '../network-rows.js';
import type { CallContext } from '../operation.js';

/** A rule without its id: two that are equal in all of this but the description are the same rule. */
export type RuleMeant = Omit<SecurityRule, 'id'>;

/** What a call says of rules: as a list, or the one rule of the older form. */
export interface PermissionsInput {
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
}

const PROTOCOLS: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', all: '-1' };

/**
 * The rules that a call means, one for each peer of each permission.
 * @throws AwsFault where there is none, or one names a prefix list
 */
export function rulesOf(input: PermissionsInput, egress: boolean): readonly RuleMeant[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  const single = CidrIp === undefined ? [] : [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }];
  const rules = [...(input.IpPermissions ?? []), ...single].flatMap((permission) => rulesIn(permission, egress));
  if (rules.length === 0)
    throw new AwsFault('MissingParameter', 'Either ipPermissions or the parameters of one rule must be given');
  return rules;
}

function rulesIn(permission: IpPermission, egress: boolean): readonly RuleMeant[] {
  if (permission.PrefixListIds?.length) throw notSimulated('security group rules with PrefixListIds');
  const given = required(permission.IpProtocol, 'IpProtocol').toLowerCase();
  const protocol = PROTOCOLS[given] ?? given;
  const { FromPort: from, ToPort: to } = permission;
  const ports = protocol === '-1' || from === undefined || to === undefined || from < 0 ? null : { from, to };
  const way = { egress, protocol, ports };
  const nobody = { cidr: null, ipv6: null, group: null, description: null };
  return [
    ...(permission.IpRanges ?? []).map((one) => ({
      ...way,
      ...nobody,
      cidr: required(one.CidrIp, 'CidrIp'),
      description: one.Description ?? null,
    })),
    ...(permission.Ipv6Ranges ?? []).map((one) => ({
      ...way,
      ...nobody,
      ipv6: required(one.CidrIpv6, 'CidrIpv6'),
      description: one.Description ?? null,
    })),
    ...(permission.UserIdGroupPairs ?? []).map((one) => ({
      ...way,
      ...nobody,
      group: required(one.GroupId, 'GroupId'),
      description: one.Description ?? null,
    })),
  ];
}

/** What makes a rule the same as another. */
export function ruleKey({ egress, protocol, ports, cidr, ipv6, group }: RuleMeant): string {
  return JSON.stringify([egress, protocol, ports?.from, ports?.to, cidr, ipv6, group]);
}

/** A group's rules of one direction as the API has them: those of the same protocol and ports together. */
export function toPermissions(
  { rules }: SecurityGroupRow,
  egress: boolean,
  { sim }: CallContext,
): IpPermission[] {
  const own = rules.filter((rule) => rule.egress === egress);
  const kindOf = ({ protocol, ports }: SecurityRule): string => JSON.stringify([protocol, ports]);
  return [...new Set(own.map(kindOf))].map((kind) => {
    const alike = own.filter((rule) => kindOf(rule) === kind);
    const [first] = alike;
    return {
      IpProtocol: first?.protocol,
      ...(first?.ports ? { FromPort: first.ports.from, ToPort: first.ports.to } : {}),
      IpRanges: alike.flatMap(({ cidr, description }) => (cidr ? [{ CidrIp: cidr, ...described(description) }] : [])),
      Ipv6Ranges: alike.flatMap(({ ipv6, description }) =>
        ipv6 ? [{ CidrIpv6: ipv6, ...described(description) }] : [],
      ),
      UserIdGroupPairs: alike.flatMap(({ group, description }) =>
        group ? [{ GroupId: group, UserId: sim.world.account, ...described(description) }] : [],
      ),
      PrefixListIds: [],
    };
  });
}

/** A rule as the API has it, by itself. */
export function toRule(rule: SecurityRule, group: SecurityGroupRow, { sim }: CallContext): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: group.id,
    GroupOwnerId: sim.world.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.ports?.from ?? -1,
    ToPort: rule.ports?.to ?? -1,
    ...(rule.cidr === null ? {} : { CidrIpv4: rule.cidr }),
    ...(rule.ipv6 === null ? {} : { CidrIpv6: rule.ipv6 }),
    ...(rule.group === null ? {} : { ReferencedGroupInfo: { GroupId: rule.group, UserId: sim.world.account } }),
    ...described(rule.description),
  };
}

/** A security group's Amazon resource name. */
export function groupArn(id: string, { sim, region }: CallContext): string {
  return `arn:aws:ec2:${region}:${sim.world.account}:security-group/${id}`;
}

function described(description: string | null): { Description?: string } {
  return description === null ? {} : { Description: description };
}
