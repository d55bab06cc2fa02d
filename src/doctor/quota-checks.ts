import { DescribeNetworkAclsCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../aws/cloud.js';
import { driverOf } from '../changes/registry.js';
import { allPages } from '../inventory/paging.js';
import type { AttributeKind, Change } from '../model/change.js';
import { ok, unknown, warning, type Check } from '../model/checkup.js';
import { KongError } from '../model/errors.js';
import { count } from '../model/summary.js';
import type { Plan } from '../model/plan.js';

/** Something that AWS limits, and that a plan adds to. */
interface Quota {
  readonly name: string;
  /** AWS's default; an account may have been given more, which nobody asks here. */
  readonly most: number;
  /** What the limit counts in: one text per VPC, region or listener. */
  placeOf(change: Change): string;
  /** How many there are where a change adds one. */
  there(change: Change, cloud: Cloud): Promise<number>;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const ACLS_A_VPC = 200;
const GROUPS_A_REGION = 2_500;
/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const RULES_A_BALANCER = 100;
/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const RECORDS_A_CALL = 1_000;

/** What is created, by what creates it. */
const QUOTAS: Readonly<Partial<Record<AttributeKind, Quota>>> = {
  'networkAcl.exists': {
    name: 'network ACLs in a VPC',
    most: ACLS_A_VPC,
    placeOf: vpcOf,
    there: async (change, cloud) => {
      const filter = { Name: 'vpc-id', Values: [vpcOf(change)] };
      const acls = await allPages(async (token) => {
        const answer = await cloud
          .ec2(change.resource.region)
          .send(new DescribeNetworkAclsCommand({ Filters: [filter], NextToken: token }));
        return { items: answer.NetworkAcls ?? [], next: answer.NextToken };
      });
      return acls.length;
    },
  },
  'securityGroup.exists': {
    name: 'security groups in a region',
    most: GROUPS_A_REGION,
    placeOf: ({ resource }) => resource.region,
    there: async ({ resource }, cloud) => {
      const groups = await allPages(async (token) => {
        const answer = await cloud
          .ec2(resource.region)
          .send(new DescribeSecurityGroupsCommand({ MaxResults: 1_000, NextToken: token }));
        return { items: answer.SecurityGroups ?? [], next: answer.NextToken };
      });
      return groups.length;
    },
  },
  'listenerRule.exists': {
    name: 'rules of a listener, of those that its load balancer may have',
    most: RULES_A_BALANCER,
    placeOf: ({ resource }) => resource.id,
    there: async ({ resource }, cloud) => {
      const rules = await allPages(async (marker) => {
        const answer = await cloud
          .elb(resource.region)
          .send(new DescribeRulesCommand({ ListenerArn: resource.id, Marker: marker }));
        return { items: answer.Rules ?? [], next: answer.NextMarker };
      });
      // the default rule does not count
      return rules.filter(({ IsDefault }) => IsDefault !== true).length;
    },
  },
};

/** Whether what a plan creates fits into AWS's default quotas, beside what is there. */
export async function quotaChecks(plan: Plan, cloud: Cloud): Promise<readonly Check[]> {
  const changes = plan.steps
    .flatMap(({ batches }) => batches.flat())
    .flatMap((change) => (change.kind === 'reversible' ? [change] : []));
  const kinds = [...new Set(changes.map(({ attribute }) => attribute))];
  const counted = await Promise.all(
    kinds.map(async (kind) => {
      const quota = QUOTAS[kind];
      const own = changes.filter(({ attribute }) => attribute === kind);
      return quota ? quotaCheck(quota, own, cloud) : [];
    }),
  );
  return [...counted.flat(), ...recordChecks(changes), ...capacityChecks(changes)];
}

async function quotaCheck(quota: Quota, changes: readonly Change[], cloud: Cloud): Promise<readonly Check[]> {
  const places = [...new Set(changes.map((change) => quota.placeOf(change)))];
  return Promise.all(
    places.map(async (place) => {
      const own = changes.filter((change) => quota.placeOf(change) === place);
      const [first] = own;
      const name = `quota ${place}`;
      try {
        const there = first ? await quota.there(first, cloud) : 0;
        const message = `${quota.name}: ${there} and ${own.length} more, of ${quota.most} by default`;
        return there + own.length <= quota.most
          ? ok(name, message)
          : warning(name, message, 'delete what nobody uses, or make sure that the account was given more');
      } catch (error) {
        if (!(error instanceof KongError)) throw error;
        return unknown(name, `${quota.name}: ${error.message}`);
      }
    }),
  );
}

function recordChecks(changes: readonly Change[]): readonly Check[] {
  const records = new Set(
    changes.filter(({ attribute }) => attribute === 'record.weight').map(({ resource }) => resource.id),
  );
  if (records.size === 0) return [];
  const { batchSize } = driverOf('record.weight');
  const message = `${count(records.size, 'record')}, at most ${batchSize} a call: an upsert counts twice of the ${RECORDS_A_CALL}`;
  return [ok('quota Route 53', message)];
}

function capacityChecks(changes: readonly Change[]): readonly Check[] {
  const grown = changes.filter(({ attribute }) => attribute === 'asg.desiredCapacity');
  const more = grown.reduce((sum, { before, after }) => sum + Number(after) - Number(before), 0);
  if (more <= 0) return [];
  const message = `${count(more, 'instance')} more: the quota of vCPUs is not read`;
  return [unknown('quota EC2', message, 'aws service-quotas list-service-quotas --service-code ec2')];
}

function vpcOf({ after }: Change): string {
  const vpc: unknown = after !== null && typeof after === 'object' && 'vpc' in after ? after.vpc : undefined;
  return typeof vpc === 'string' ? vpc : '';
}
