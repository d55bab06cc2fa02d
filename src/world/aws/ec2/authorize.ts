import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupEgressCommandOutput,
  AuthorizeSecurityGroupIngressCommandInput,
  AuthorizeSecurityGroupIngressCommandOutput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupEgressCommandOutput,
  RevokeSecurityGroupIngressCommandInput,
  RevokeSecurityGroupIngressCommandOutput,
} from '@aws-sdk/client-ec2';
import { AwsFault, required } from '../aws-fault.js';
import type { SecurityGroupRow, SecurityRule } from '../network-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { endDryRun } from './dry-run.js';
import { filtered, named, type FilterFields } from './filters.js';
import { ec2Page } from './places.js';
import { securityGroupOf } from './security-groups.js';
import { ruleKey, rulesOf, toRule, type PermissionsInput } from './security-rules.js';

/** Rules a direction of one group. */
const MOST_RULES = 60;

type RuleView = SecurityRule & {
  readonly of: SecurityGroupRow;
  readonly tags: Readonly<Record<string, string>>;
};

const RULE_FIELDS: FilterFields<RuleView> = {
  'group-id': ({ of }) => [of.id],
  'security-group-rule-id': ({ id }) => [id],
};

/**
 * The rules of security groups. Several rules of one call are written together or not at all.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export const securityRuleOperations = {
  DescribeSecurityGroupRulesCommand(
    input: DescribeSecurityGroupRulesCommandInput,
    context: CallContext,
  ): Answer<DescribeSecurityGroupRulesCommandOutput> {
    endDryRun(input);
    const { sim, region } = context;
    const all = sim.store.securityGroups
      .seen(sim.nowMs)
      .filter((group) => group.region === region)
      .flatMap((group) => group.rules.map((rule) => ({ ...rule, of: group, tags: {} })));
    const wanted = named(all, input.SecurityGroupRuleIds, 'InvalidSecurityGroupRuleId.NotFound');
    const { items, next } = pageOf(filtered(wanted, input.Filters, RULE_FIELDS), ec2Page(input, context));
    return { SecurityGroupRules: items.map((rule) => toRule(rule, rule.of, context)), NextToken: next };
  },

  AuthorizeSecurityGroupIngressCommand(
    input: AuthorizeSecurityGroupIngressCommandInput,
    context: CallContext,
  ): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
    return authorize(input, false, context);
  },

  AuthorizeSecurityGroupEgressCommand(
    input: AuthorizeSecurityGroupEgressCommandInput,
    context: CallContext,
  ): Answer<AuthorizeSecurityGroupEgressCommandOutput> {
    return authorize(input, true, context);
  },

  RevokeSecurityGroupIngressCommand(
    input: RevokeSecurityGroupIngressCommandInput,
    context: CallContext,
  ): Answer<RevokeSecurityGroupIngressCommandOutput> {
    return revoke(input, false, context);
  },

  RevokeSecurityGroupEgressCommand(
    input: RevokeSecurityGroupEgressCommandInput,
    context: CallContext,
  ): Answer<RevokeSecurityGroupEgressCommandOutput> {
    return revoke(input, true, context);
  },
} satisfies Operations;

type Authorizing = PermissionsInput & {
  readonly GroupId?: string | undefined;
  readonly DryRun?: boolean | undefined;
};

function authorize(
  input: Authorizing,
  egress: boolean,
  context: CallContext,
): Answer<AuthorizeSecurityGroupIngressCommandOutput> {
  const { sim } = context;
  const group = securityGroupOf(required(input.GroupId, 'GroupId'), context);
  const meant = rulesOf(input, egress);
  const known = new Set(group.rules.map(ruleKey));
  for (const rule of meant) {
    if (rule.group !== null) securityGroupOf(rule.group, context);
    if (known.has(ruleKey(rule)))
      throw new AwsFault(
        'InvalidPermission.Duplicate',
        `the specified rule "peer: ${rule.cidr ?? rule.ipv6 ?? rule.group ?? ''}, ${rule.protocol}" already exists`,
      );
    known.add(ruleKey(rule));
  }
  if (group.rules.filter((rule) => rule.egress === egress).length + meant.length > MOST_RULES)
    throw new AwsFault('RulesPerSecurityGroupLimitExceeded', `The maximum number of rules per security group has been reached.`);
  endDryRun(input);
  const added = meant.map((rule) => ({ ...rule, id: sim.ids.next('sgr') }));
  sim.store.securityGroups.put({ ...group, rules: [...group.rules, ...added] }, sim.seenFromMs());
  return { Return: true, SecurityGroupRules: added.map((rule) => toRule(rule, group, context)) };
}

type Revoking = Authorizing & { readonly SecurityGroupRuleIds?: readonly string[] | undefined };

function revoke(
  input: Revoking,
  egress: boolean,
  context: CallContext,
): Answer<RevokeSecurityGroupIngressCommandOutput> {
  const { sim } = context;
  const group = securityGroupOf(required(input.GroupId, 'GroupId'), context);
  const revoked = input.SecurityGroupRuleIds?.length
    ? input.SecurityGroupRuleIds.map((id) => {
        const rule = group.rules.find((one) => one.id === id && one.egress === egress);
        if (rule) return rule;
        throw new AwsFault('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
      })
    : rulesOf(input, egress).map((meant) => {
        const rule = group.rules.find((one) => ruleKey(one) === ruleKey(meant));
        if (rule) return rule;
        throw new AwsFault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
      });
  endDryRun(input);
  const rules = group.rules.filter((rule) => !revoked.includes(rule));
  sim.store.securityGroups.put({ ...group, rules }, sim.seenFromMs());
  return { Return: true };
}
