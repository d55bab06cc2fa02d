import { DescribeNetworkAclsCommand } from '@aws-sdk/client-ec2';
import type { MiddlewareStack } from '@smithy/types';
import type { Inventory, Tags } from '../../src/model/inventory.js';
import { REGIONS, type Bench } from '../support/sim-drill.js';
import { FIS_WRITES, fisArn, fisTags } from './asked-of-fis.js';
import { S3_ASKED, S3_NAMES } from './asked-of-s3.js';
import type { Asked } from './iam.js';
import { list, objects, text, type Input } from './input-fields.js';

/** One call that was sent, and what IAM is asked before it is carried out. */
export interface SentCall {
  readonly action: string;
  readonly asked: readonly Asked[];
}

/** What the services say that they authorize against, in IAM's names. */
const SERVICES: Readonly<Record<string, string>> = {
  EC2: 'ec2',
  AutoScaling: 'autoscaling',
  CloudWatch: 'cloudwatch',
  ElasticLoadBalancingV2: 'elasticloadbalancing',
  Route53: 'route53',
  SSM: 'ssm',
  Fis: 'fis',
  S3: 's3',
  RDS: 'rds',
  ElastiCache: 'elasticache',
};

/**
 * Listens to every call on a bench, and works out what IAM would be asked: action, resources and condition keys, as the
 * service authorization reference lists them for each. Written by itself, so that the policy is held against something.
 */
export async function listen(bench: Bench, inventory: Inventory): Promise<readonly SentCall[]> {
  const sent: SentCall[] = [];
  const tags = new Map(tagsOf(inventory, bench.world.account));
  let looking = false;
  const subnetOf = async (region: string, association: string): Promise<string> => {
    looking = true;
    const filter = { Name: 'association.association-id', Values: [association] };
    const { NetworkAcls = [] } = await bench.cloud
      .ec2(region)
      .send(new DescribeNetworkAclsCommand({ Filters: [filter] }));
    looking = false;
    const all = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
    return all.find((one) => one.NetworkAclAssociationId === association)?.SubnetId ?? '';
  };
  const watch = <I extends object, O extends object>(stack: MiddlewareStack<I, O>, region: string): void => {
    stack.add(
      (next, { clientName = '', commandName = '' }) =>
        async (args) => {
          if (looking) return next(args);
          const operation = commandName.replace(/Command$/, '');
          const input: Input = Object.fromEntries(Object.entries(args.input));
          const place = { account: bench.world.account, region, tags };
          const about = WRITES[operation];
          const more = {
            ...input,
            Subnet: operation.startsWith('Replace') ? await subnetOf(region, text(input, 'AssociationId')) : '',
          };
          const service = SERVICES[clientName.replace(/Client$/, '')] ?? clientName;
          const action = S3_NAMES[`${service}:${operation}`] ?? `${service}:${operation}`;
          sent.push({ action, asked: about ? about(more, place, action) : [readOf(action, input, region)] });
          const answer = await next(args);
          learn(answer.output, input, place);
          return answer;
        },
      { step: 'initialize', priority: 'high', name: 'askedOfIam' },
    );
  };
  for (const region of REGIONS) {
    watch(bench.cloud.ec2(region).middlewareStack, region);
    watch(bench.cloud.autoScaling(region).middlewareStack, region);
    watch(bench.cloud.cloudWatch(region).middlewareStack, region);
    watch(bench.cloud.elb(region).middlewareStack, region);
    watch(bench.cloud.ssm(region).middlewareStack, region);
    // before whoever asks for it later
    void bench.cloud.fis(region).then((client) => watch(client.middlewareStack, region));
    void bench.cloud.s3(region).then(({ middlewareStack }) => watch(middlewareStack, region));
    watch((await bench.cloud.rds(region)).middlewareStack, region);
    watch((await bench.cloud.elastiCache(region)).middlewareStack, region);
  }
  watch(bench.cloud.route53().middlewareStack, 'us-east-1');
  return sent;
}

interface Place {
  readonly account: string;
  readonly region: string;
  readonly tags: Map<string, Tags>;
}

type About = (input: Input, place: Place, action: string) => readonly Asked[];

/** Resources that only one call is about, by the input's field that names them. */
const WRITES: Readonly<Record<string, About>> = {
  CreateNetworkAcl: creation('network-acl'),
  CreateSecurityGroup: creation('security-group'),
  DeleteNetworkAcl: (input, place, action) => [
    about(action, ec2('network-acl', text(input, 'NetworkAclId'), place), place),
  ],
  DeleteSecurityGroup: securityGroup,
  RevokeSecurityGroupEgress: securityGroup,
  RevokeSecurityGroupIngress: securityGroup,
  AuthorizeSecurityGroupIngress: securityGroup,
  ReplaceNetworkAclAssociation: (input, place, action) => [
    about(action, ec2('network-acl', text(input, 'NetworkAclId'), place), place),
    about(action, ec2('subnet', text(input, 'Subnet'), place), place),
  ],
  ModifyInstanceAttribute: (input, place, action) => [
    about(action, ec2('instance', text(input, 'InstanceId'), place), place),
    ...list(input, 'Groups').map((id) => about(action, ec2('security-group', id, place), place)),
  ],
  StopInstances: instances,
  StartInstances: instances,
  RebootInstances: instances,
  TerminateInstances: instances,
  SuspendProcesses: group,
  ResumeProcesses: group,
  UpdateAutoScalingGroup: group,
  CreateRoute: routeTable,
  DeleteRoute: routeTable,
  EnterStandby: group,
  ExitStandby: group,
  // the group of an instance is AWS's to find: here, any that is tagged
  TerminateInstanceInAutoScalingGroup: (_input, place, action) =>
    [...place.tags.keys()]
      .filter((arn) => arn.includes(`autoscaling:${place.region}:`))
      .slice(0, 1)
      .map((arn) => about(action, arn, place)),
  SendCommand: (input, place, action) => [
    { action, resource: `arn:aws:ssm:${place.region}::document/${text(input, 'DocumentName')}`, context: {} },
    ...list(input, 'InstanceIds').map((id) => commanded(action, id, place)),
  ],
  CancelCommand: (_input, _place, action) => [{ action, resource: '*', context: {} }],
  RegisterTargets: (input, place, action) => [about(action, text(input, 'TargetGroupArn'), place)],
  DeregisterTargets: (input, place, action) => [about(action, text(input, 'TargetGroupArn'), place)],
  CreateRule: (input, place, action) => {
    const rule = `${text(input, 'ListenerArn').replace(':listener/', ':listener-rule/')}/new`;
    const requested = requestedTags(objects(input, 'Tags'));
    return [
      { ...about(action, text(input, 'ListenerArn'), place), context: requested },
      {
        action: 'elasticloadbalancing:AddTags',
        resource: rule,
        context: { ...requested, 'elasticloadbalancing:CreateAction': 'CreateRule' },
      },
    ];
  },
  ...S3_ASKED,
  FailoverDBCluster: named('rds:cluster', 'DBClusterIdentifier'),
  RebootDBInstance: named('rds:db', 'DBInstanceIdentifier'),
  TestFailover: named('elasticache:replicationgroup', 'ReplicationGroupId'),
  SetSubnets: (input, place, action) => [about(action, text(input, 'LoadBalancerArn'), place)],
  ...FIS_WRITES,
  DeleteRule: (input, place, action) => [about(action, text(input, 'RuleArn'), place)],
  PutParameter: (input, place, action) => [about(action, parameter(text(input, 'Name'), place), place)],
  GetParameters: (input, place, action) =>
    list(input, 'Names').map((name) => about(action, parameter(name, place), place)),
  ChangeResourceRecordSets: (input, _place, action) => {
    const changes = objects(Object(input.ChangeBatch) as Input, 'Changes');
    const sets = changes.map((change) => Object(change.ResourceRecordSet) as Input);
    const context = {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': sets.map((set) => text(set, 'Name').replace(/\.$/, '')),
      'route53:ChangeResourceRecordSetsRecordTypes': sets.map((set) => text(set, 'Type')),
      'route53:ChangeResourceRecordSetsActions': changes.map((change) => text(change, 'Action')),
    };
    return [{ action, resource: `arn:aws:route53:::hostedzone/${text(input, 'HostedZoneId')}`, context }];
  },
};

function securityGroup(input: Input, place: Place, action: string): readonly Asked[] {
  return [about(action, ec2('security-group', text(input, 'GroupId'), place), place)];
}

function creation(type: string): About {
  return (input, place, action) => {
    const requested = requestedTags(objects(input, 'TagSpecifications').flatMap((one) => objects(one, 'Tags')));
    const made = ec2(type, 'new', place);
    return [
      { action, resource: made, context: requested },
      { ...about(action, ec2('vpc', text(input, 'VpcId'), place), place), context: requested },
      {
        action: 'ec2:CreateTags',
        resource: made,
        context: { ...requested, 'ec2:CreateAction': action.replace('ec2:', '') },
      },
    ];
  };
}

function instances(input: Input, place: Place, action: string): readonly Asked[] {
  return list(input, 'InstanceIds').map((id) => about(action, ec2('instance', id, place), place));
}

/** Systems Manager has a key of its own for an instance's tags. */
function commanded(action: string, id: string, place: Place): Asked {
  const resource = ec2('instance', id, place);
  const tags = Object.entries(place.tags.get(resource) ?? {});
  return { action, resource, context: Object.fromEntries(tags.map(([key, value]) => [`ssm:resourceTag/${key}`, value])) };
}

function routeTable(input: Input, place: Place, action: string): readonly Asked[] {
  return [about(action, ec2('route-table', text(input, 'RouteTableId'), place), place)];
}

function group(input: Input, place: Place, action: string): readonly Asked[] {
  return [about(action, asg(text(input, 'AutoScalingGroupName'), place), place)];
}

function about(action: string, resource: string, { tags }: Place): Asked {
  return { action, resource, context: resourceTags(tags.get(resource) ?? {}) };
}

function readOf(action: string, input: Input, region: string): Asked {
  const zone = [input.HostedZoneId, ...list(input, 'ResourceIds')].find((id) => typeof id === 'string');
  const resource = zone === undefined ? '*' : `arn:aws:route53:::hostedzone/${zone}`;
  return { action, resource, context: { 'aws:RequestedRegion': region } };
}

/** What is created has the tags that it was asked for with. */
function learn(output: object, input: Input, place: Place): void {
  const answer: Input = { ...output };
  const asked = objects(input, 'TagSpecifications').flatMap((one) => objects(one, 'Tags'));
  const own = Object.fromEntries(
    [...asked, ...objects(input, 'Tags')].map((tag) => [text(tag, 'Key'), text(tag, 'Value')]),
  );
  const acl = text(Object(answer.NetworkAcl) as Input, 'NetworkAclId');
  const made = [
    ...(acl === '' ? [] : [ec2('network-acl', acl, place)]),
    ...('GroupId' in answer ? [ec2('security-group', text(answer, 'GroupId'), place)] : []),
    ...(input.ListenerArn === undefined ? [] : objects(answer, 'Rules').map((rule) => text(rule, 'RuleArn'))),
  ];
  const template = text(Object(answer.experimentTemplate) as Input, 'id');
  const experiment = text(Object(answer.experiment) as Input, 'id');
  if (input.tags !== undefined) {
    const [type, id] = template === '' ? ['experiment', experiment] : ['experiment-template', template];
    const arn = fisArn(type, id, place);
    place.tags.set(arn, fisTags(input));
  }
  if (Object.keys(own).length > 0) made.forEach((arn) => place.tags.set(arn, own));
}

function tagsOf({ regions }: Inventory, account: string): readonly (readonly [string, Tags])[] {
  return regions.flatMap(({ region, subnets, instances: all, groups, balancers = [], databases = [] }) => {
    const place = { account, region };
    return [
      // a simulated world does not ask for the tag, and its subnets have none
      ...subnets.map((one) => [ec2('subnet', one.id, place), { ...one.tags, 'kong:opt-in': 'true' }] as const),
      ...all.map((one) => [ec2('instance', one.id, place), one.tags] as const),
      ...groups.map((one) => [asg(one.name, place), one.tags] as const),
      ...balancers.map((one) => [one.arn, one.tags] as const),
      ...databases.map((one) => [data(KINDS[one.type], one.id, place), one.tags] as const),
    ];
  });
}

function ec2(type: string, id: string, { account, region }: Omit<Place, 'tags'>): string {
  return `arn:aws:ec2:${region}:${account}:${type}/${id}`;
}

function parameter(name: string, { account, region }: Omit<Place, 'tags'>): string {
  return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

function data(kind: string, name: string, { account, region }: Omit<Place, 'tags'>): string {
  return `arn:aws:${kind.replace(':', `:${region}:${account}:`)}:${name.split('/')[0] ?? ''}`;
}

function named(kind: string, key: string): About {
  return (input, place, action) => [about(action, data(kind, text(input, key), place), place)];
}

const KINDS = { 'db-cluster': 'rds:cluster', 'db-instance': 'rds:db', 'cache-group': 'elasticache:replicationgroup' };

function asg(name: string, { account, region }: Omit<Place, 'tags'>): string {
  return `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:3f2a:autoScalingGroupName/${name}`;
}

function resourceTags(tags: Tags): Asked['context'] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

function requestedTags(tags: readonly Input[]): Asked['context'] {
  const own = tags.map((tag) => [`aws:RequestTag/${text(tag, 'Key')}`, text(tag, 'Value')] as const);
  return { ...Object.fromEntries(own), 'aws:TagKeys': tags.map((tag) => text(tag, 'Key')) };
}
