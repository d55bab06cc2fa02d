import { driverOf, isAttribute } from '../changes/registry.js';
import { partitionOf } from '../model/arn.js';
import type { AnyChange } from '../model/change.js';
import type { Conditions } from '../model/conditions.js';
import type { InventoryPart, RegionInventory } from '../model/inventory.js';
import type { Plan } from '../model/plan.js';
import { bucketPlace } from '../model/state-place.js';
import { inventoryParts } from './inventory-parts.js';
import type { Action } from './permissions-actions.js';
import { NEEDS, type PolicyPlace } from './permissions-drivers.js';
import { allow, merged, type Statement } from './permissions-statements.js';
import { movesRecords } from './shift.js';
import { blockingAlarmsOf } from './read-circumstances.js';

/** What a policy is made for. */
export interface PolicyRequest extends Pick<PolicyPlace, 'optIn' | 'inheriting'> {
  readonly plans: readonly Plan[];
  /** What kong.yaml asks of every drill: some of it has to be read. */
  readonly site: Conditions;
  /** A folder, or `s3://BUCKET/PREFIX`. */
  readonly state: string;
}

/** What every plan reads, in each of its regions. */
const READ_ALWAYS: readonly Action[] = [
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes',
  'cloudwatch:GetMetricData',
  'fis:ListExperiments',
];

/** What is read for faults that need it. */
const READ_FOR_PART: Readonly<Record<InventoryPart, readonly Action[]>> = {
  targets: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'],
  balancers: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeRules',
  ],
  // of a template that a step names: permitted with the right to start it
  fisTemplates: [],
  databases: [
    'rds:DescribeDBClusters',
    'rds:DescribeDBInstances',
    'elasticache:DescribeReplicationGroups',
    'elasticache:ListTagsForResource',
  ],
  routes: ['ec2:DescribeRouteTables', 'ec2:DescribeVpcPeeringConnections'],
  securityGroups: ['ec2:DescribeSecurityGroups'],
  agents: ['ssm:DescribeInstanceInformation'],
  buckets: ['s3:GetBucketLocation', 's3:GetBucketTagging', 's3:GetReplicationConfiguration'],
};

/** What `kong rollback --by-tag` reads where the journal is lost. */
const READ_BY_TAG: readonly Action[] = [
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeInstances',
  'fis:ListExperimentTemplates',
  'fis:ListExperiments',
  'ssm:ListCommands',
];

/** Which zones there are, and which of them may be touched, is not known before they are read. */
const READ_RECORDS: readonly Action[] = ['route53:ListTagsForResources', 'route53:ListResourceRecordSets'];
const LIST_RECORDS: readonly Action[] = ['route53:ListHostedZones', 'route53:ListHealthChecks'];

/**
 * The permissions that some plans need and no others: to be made, drilled, watched and taken back, by the journal or
 * by tags alone. Changes are narrowed to the plans' resources, to the opt-in tag where AWS can ask for it, and what
 * is created to the tags of a run. The same plans give the same statements.
 */
export function statementsFor(request: PolicyRequest): readonly Statement[] {
  const { plans, state } = request;
  return merged([
    ...plans.flatMap((plan) => [...readsOf(plan, request), ...writesOf(plan, request)]),
    ...stateStatements(state),
  ]);
}

/** The actions by which one plan reads. Those of the state are not among them. */
export function readActions({ experiment, steps }: Plan, site: Conditions): readonly Action[] {
  const changes = steps.flatMap(({ batches }) => batches.flat());
  const moves = movesRecords(experiment);
  return [
    ...new Set([
      ...READ_ALWAYS,
      ...inventoryParts(experiment).flatMap((part) => READ_FOR_PART[part]),
      ...(blockingAlarmsOf(experiment, site).length > 0 ? (['cloudwatch:DescribeAlarms'] as const) : []),
      ...(moves ? [...READ_RECORDS, ...LIST_RECORDS] : []),
      ...changes.flatMap(({ attribute }) => NEEDS[attribute].reads),
      ...(changes.some(carriesTags) ? READ_BY_TAG : []),
    ]),
  ].sort();
}

/** Whether it can be found again where the journal is lost. */
function carriesTags({ attribute }: AnyChange): boolean {
  const runs = attribute === 'fisExperiment.running' || attribute === 'ssmCommand.running';
  return runs || (isAttribute(attribute) && driverOf(attribute).role === 'made');
}

/** Subnets that a drill may touch by the opt-in tag of their VPC, and that do not carry it themselves. */
export function inheritingSubnets(
  { vpcs, subnets }: Pick<RegionInventory, 'vpcs' | 'subnets'>,
  { key, value }: PolicyPlace['optIn'],
): readonly string[] {
  const opted = new Set(vpcs.filter(({ tags }) => tags[key] === value).map(({ id }) => id));
  return subnets.filter(({ tags, vpc }) => tags[key] !== value && opted.has(vpc)).map(({ id }) => id);
}

/** Reads can't be narrowed to resources, only to regions; Route 53 has none. */
function readsOf(plan: Plan, { site }: PolicyRequest): readonly Statement[] {
  const actions = readActions(plan, site);
  const zoned = actions.filter((one) => READ_RECORDS.includes(one));
  const global = actions.filter((one) => one.startsWith('route53:') && !zoned.includes(one));
  const regional = actions.filter((one) => !one.startsWith('route53:'));
  const partition = partitionOf(plan.regions[0] ?? '');
  return [
    allow('Read', regional, { on: ['*'], when: { StringEquals: { 'aws:RequestedRegion': [...plan.regions].sort() } } }),
    allow('ReadGlobal', global, { on: ['*'] }),
    allow('ReadZones', zoned, { on: [`arn:${partition}:route53:::hostedzone/*`] }),
  ].filter(({ Action }) => Action.length > 0);
}

function writesOf(plan: Plan, { optIn, inheriting }: PolicyRequest): readonly Statement[] {
  const changes = plan.steps.flatMap(({ batches }) => batches.flat());
  const keys = new Set(changes.map(({ attribute, resource }) => `${attribute} ${resource.region}`));
  return [...keys].flatMap((key) => {
    const own = changes.filter(({ attribute, resource }) => `${attribute} ${resource.region}` === key);
    const [first] = own;
    if (!first) return [];
    const at = { account: plan.account, region: first.resource.region, optIn, inheriting };
    return NEEDS[first.attribute].writes(own, at);
  });
}

/**
 * The bucket that keeps the state, and of it the prefix alone. Without the right to list, S3 answers that reading is
 * forbidden where it would say that there is nothing; it asks about no prefix then, hence `IfExists`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function stateStatements(state: string): readonly Statement[] {
  const place = bucketPlace(state);
  if (place === undefined) return [];
  const arn = `arn:${partitionOf(place.region ?? '')}:s3:::${place.bucket}`;
  const below = place.prefix === '' ? '*' : `${place.prefix}/*`;
  return [
    allow('KeepState', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], { on: [`${arn}/${below}`] }),
    allow('ListState', ['s3:ListBucket'], { on: [arn], when: { StringLikeIfExists: { 's3:prefix': [below] } } }),
  ];
}
