import type { AnyChange, AttributeKind, IrreversibleKind } from '../model/change.js';
import type { Json } from '../model/json.js';
import type { Action } from './permissions-actions.js';
import { COMMAND_NEEDS, HOOK_NEEDS, KILL_NEEDS } from './permissions-commands.js';
import { arnOf, ec2Arn, rulesArn, type Place } from './permissions-arns.js';
import { fisExperiments, fisTemplates } from './permissions-fis.js';
import { anyOptedIn, beforeOf, groupSwaps, hasResources, stops, tagged } from './permissions-instances.js';
import { markers } from './permissions-markers.js';
import { FOR_A_RUN, OF_A_RUN } from './permissions-run.js';
import { allow, type Statement } from './permissions-statements.js';

/** What the changes of one attribute, in one region, need to be made and to be taken back. */
export interface Needs {
  /** What its driver reads before, between and after; none of these actions can be narrowed to resources. */
  readonly reads: readonly Action[];
  writes(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[];
}

/** Where changes are made, and by which tag a resource says that it may be touched. */
export interface PolicyPlace extends Place {
  readonly optIn: { readonly key: string; readonly value: string };
  /** Subnets that do not carry the tag themselves: their VPC does, which no condition on the subnet can tell. */
  readonly inheriting: ReadonlySet<string>;
}

const GROUPS: readonly Action[] = ['autoscaling:DescribeAutoScalingGroups'];
/** What tells whether an instance that was ended was replaced. */
const FOLLOWED: readonly Action[] = ['ec2:DescribeInstances', 'autoscaling:DescribeAutoScalingInstances', ...GROUPS];

/** A parameter is read by its name as well: it may be in a region that the plan reads nothing else of. */
const PARAMETERS: Needs = { reads: [], writes: exactly(['ssm:GetParameters', 'ssm:PutParameter']) };
/** Commands and endpoints are not AWS's. */
const NOTHING_OF_AWS: Needs = { reads: [], writes: () => [] };

/**
 * What each attribute's driver needs of IAM: the one place to add to with a new driver. Which resources and conditions
 * an action knows is from the service authorization reference.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
 */
export const NEEDS: Readonly<Record<AttributeKind | IrreversibleKind, Needs>> = {
  'networkAcl.exists': {
    reads: ['ec2:DescribeNetworkAcls'],
    writes: (changes, at) => [
      ...creating('ec2:CreateNetworkAcl', 'network-acl', { changes, at }),
      allow('OfARun', ['ec2:DeleteNetworkAcl'], { on: [ec2Arn('network-acl', '*', at)], when: OF_A_RUN }),
    ],
  },
  'subnet.networkAcl': { reads: ['ec2:DescribeNetworkAcls'], writes: aclSwaps },
  'asg.suspendedProcesses': {
    reads: GROUPS,
    writes: optedIn(['autoscaling:SuspendProcesses', 'autoscaling:ResumeProcesses']),
  },
  'asg.minSize': { reads: GROUPS, writes: optedIn(['autoscaling:UpdateAutoScalingGroup']) },
  'asg.desiredCapacity': {
    reads: GROUPS,
    writes: optedIn(['autoscaling:UpdateAutoScalingGroup', 'autoscaling:TerminateInstanceInAutoScalingGroup']),
  },
  'asg.subnets': { reads: GROUPS, writes: optedIn(['autoscaling:UpdateAutoScalingGroup']) },
  'instance.state': {
    reads: ['ec2:DescribeInstances'],
    writes: stops,
  },
  'instance.securityGroups': { reads: ['ec2:DescribeInstances'], writes: groupSwaps },
  'instance.standby': { reads: ['autoscaling:DescribeAutoScalingInstances'], writes: standbys },
  'securityGroup.exists': {
    reads: ['ec2:DescribeSecurityGroups'],
    writes: (changes, at) => [
      ...creating('ec2:CreateSecurityGroup', 'security-group', { changes, at }),
      allow('OfARun', ['ec2:RevokeSecurityGroupEgress', 'ec2:DeleteSecurityGroup'], {
        on: [ec2Arn('security-group', '*', at)],
        when: OF_A_RUN,
      }),
    ],
  },
  'target.registered': {
    reads: ['elasticloadbalancing:DescribeTargetHealth'],
    // a target group's tags are not asked: its instances' are
    writes: exactly(['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets']),
  },
  'balancer.subnets': {
    reads: ['elasticloadbalancing:DescribeLoadBalancers'],
    writes: optedIn(['elasticloadbalancing:SetSubnets']),
  },
  'listenerRule.exists': { reads: ['elasticloadbalancing:DescribeRules'], writes: rules },
  // a security group's tags are not asked: its instances' are
  'ingressRule.exists': {
    reads: ['ec2:DescribeSecurityGroups'],
    writes: exactly(['ec2:RevokeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupIngress']),
  },
  // a table's tags are not asked: its subnets' are
  'route.target': { reads: ['ec2:DescribeRouteTables'], writes: exactly(['ec2:DeleteRoute', 'ec2:CreateRoute']) },
  'route.isolation': { reads: ['ec2:DescribeRouteTables'], writes: exactly(['ec2:DeleteRoute', 'ec2:CreateRoute']) },
  'marker.written': { reads: [], writes: markers },
  'replicationRule.status': { reads: ['s3:GetReplicationConfiguration'], writes: replications },
  'ssm.parameter': PARAMETERS,
  'ssm.isolation': PARAMETERS,
  'switch.value': NOTHING_OF_AWS,
  'switch.isolation': NOTHING_OF_AWS,
  'hook.called': HOOK_NEEDS,
  'record.weight': { reads: ['route53:GetChange', 'route53:ListResourceRecordSets'], writes: weights },
  'healthCheck.forced': { reads: ['route53:ListHealthChecks'], writes: exactly(['route53:UpdateHealthCheck']) },
  'ssmCommand.running': COMMAND_NEEDS,
  'process.kill': { ...KILL_NEEDS, reads: [...KILL_NEEDS.reads, ...FOLLOWED] },
  'fisTemplate.exists': { reads: ['fis:ListExperimentTemplates'], writes: fisTemplates },
  'fisExperiment.running': { reads: ['fis:GetExperiment', 'fis:ListExperiments'], writes: fisExperiments },
  'database.failover': { reads: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'], writes: failovers },
  'cache.failover': {
    reads: ['elasticache:DescribeReplicationGroups'],
    writes: optedIn(['elasticache:TestFailover']),
  },
  'instance.terminate': { reads: FOLLOWED, writes: anyOptedIn(['ec2:TerminateInstances']) },
  'instance.reboot': { reads: FOLLOWED, writes: anyOptedIn(['ec2:RebootInstances']) },
};

function arnsOf(changes: readonly AnyChange[], { account }: Place): readonly string[] {
  return changes.map(({ resource }) => arnOf(resource, account));
}

/** The very resources of the plan, as long as they carry the opt-in tag. */
function optedIn(actions: readonly Action[]): Needs['writes'] {
  return (changes, at) => [allow('ChangeOptedIn', actions, { on: arnsOf(changes, at), when: tagged(at) })];
}

/** Clusters fail over, and instances by a reboot. */
function failovers(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const clusters = changes.filter(({ resource }) => resource.type === 'db-cluster');
  const instances = changes.filter(({ resource }) => resource.type === 'db-instance');
  const both = [
    ...optedIn(['rds:FailoverDBCluster'])(clusters, at),
    ...optedIn(['rds:RebootDBInstance'])(instances, at),
  ];
  return changes.length === 0 ? both : both.filter(hasResources);
}

/** The very resources of the plan, where tags say nothing. */
function exactly(actions: readonly Action[]): Needs['writes'] {
  return (changes, at) => [allow('ChangeNamed', actions, { on: arnsOf(changes, at) })];
}

interface Creating {
  readonly changes: readonly AnyChange[];
  readonly at: PolicyPlace;
}

/** Something new in its VPC, which carries the run's tags from its first moment. */
function creating(
  action: 'ec2:CreateNetworkAcl' | 'ec2:CreateSecurityGroup',
  type: string,
  { changes, at }: Creating,
): readonly Statement[] {
  const made = [ec2Arn(type, '*', at)];
  const vpcs = changes.flatMap((change) => (change.kind === 'reversible' ? textIn(change.after, 'vpc') : []));
  return [
    allow('CreateForARun', [action], { on: made, when: FOR_A_RUN }),
    allow('CreateInVpc', [action], { on: vpcs.map((vpc) => ec2Arn('vpc', vpc, at)) }),
    allow('TagAtCreation', ['ec2:CreateTags'], {
      on: made,
      when: { ...FOR_A_RUN, StringEquals: { 'ec2:CreateAction': action.replace('ec2:', '') } },
    }),
  ];
}

/** Both sides of a swap are asked for: the subnet, and the ACL that it gets, be it the run's or the one before. */
function aclSwaps(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const swap: readonly Action[] = ['ec2:ReplaceNetworkAclAssociation'];
  const bare = changes.filter(({ resource }) => at.inheriting.has(resource.id));
  const own = changes.filter(({ resource }) => !at.inheriting.has(resource.id));
  const before = beforeOf(changes).map((acl) => ec2Arn('network-acl', acl, at));
  return [
    allow('ChangeOptedIn', swap, { on: arnsOf(own, at), when: tagged(at) }),
    allow('ChangeNamed', swap, { on: [...arnsOf(bare, at), ...before] }),
    allow('OfARun', swap, { on: [ec2Arn('network-acl', '*', at)], when: OF_A_RUN }),
  ].filter(hasResources);
}

/** AWS asks about the group of an instance, which the change names beside it. */
function standbys(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const groups = changes.flatMap((change) =>
    change.kind === 'reversible' ? textIn(change.memo ?? null, 'group') : [],
  );
  const on = groups.map((id) => arnOf({ type: 'asg', region: at.region, id }, at.account));
  return [allow('ChangeOptedIn', ['autoscaling:EnterStandby', 'autoscaling:ExitStandby'], { on, when: tagged(at) })];
}

function rules(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const listeners = arnsOf(changes, at);
  const made = listeners.map(rulesArn);
  return [
    allow('CreateForARun', ['elasticloadbalancing:CreateRule'], { on: listeners, when: FOR_A_RUN }),
    allow('TagAtCreation', ['elasticloadbalancing:AddTags'], {
      on: made,
      when: { ...FOR_A_RUN, StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateRule' } },
    }),
    allow('OfARun', ['elasticloadbalancing:DeleteRule'], { on: made, when: OF_A_RUN }),
  ];
}

/**
 * These records of each zone, and only to set them anew.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 */
function weights(changes: readonly AnyChange[], { account }: PolicyPlace): readonly Statement[] {
  const zones = [...new Set(changes.map(({ resource }) => arnOf(resource, account)))];
  return zones.map((zone) => {
    const records = changes.filter(({ resource }) => arnOf(resource, account) === zone);
    const parts = records.map(({ resource }) => resource.id.split('/'));
    return allow('ChangeRecords', ['route53:ChangeResourceRecordSets'], {
      on: [zone],
      when: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': sortedSet(parts.map(([, name]) => normal(name))),
          'route53:ChangeResourceRecordSetsRecordTypes': sortedSet(parts.map(([, , type]) => type ?? '')),
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
        },
      },
    });
  });
}

/** A record's name as the condition compares it: Route 53 itself lists it with the escapes that are wanted. */
function normal(name = ''): string {
  return name.toLowerCase().replace(/\.$/, '').replaceAll('*', '\\052');
}

/** The bucket as a whole is set, for which the role that replicates it is handed to S3 anew. */
function replications(changes: readonly AnyChange[], at: PolicyPlace): readonly Statement[] {
  const roles = changes.flatMap((change) => (change.kind === 'reversible' ? textIn(change.memo ?? null, 'role') : []));
  return [
    allow('ChangeNamed', ['s3:PutReplicationConfiguration'], { on: arnsOf(changes, at) }),
    allow('PassRole', ['iam:PassRole'], {
      on: roles,
      when: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
    }),
  ];
}

function sortedSet(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}

function textIn(value: Json, key: string): readonly string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !(key in value)) return [];
  const found = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? [found] : [];
}
