import { ingressRuleOf } from '../changes/ingress-rule-name.js';
import { markerOf } from '../changes/marker-name.js';
import { replicationRuleOf } from '../changes/replication-rule-name.js';
import { routeOf } from '../changes/route-name.js';
import { targetOf } from '../changes/target-name.js';
import { partitionOf } from '../model/arn.js';
import type { ResourceRef, ResourceType } from '../model/resource.js';

/** Whose resources, and where. */
export interface Place {
  readonly account: string;
  /** `global` for Route 53. */
  readonly region: string;
}

/** How IAM names each kind of resource that a change is of; `*` in the place of an id stands for any. */
const ARNS: Readonly<Record<ResourceType, (id: string, place: Place) => string>> = {
  subnet: (id, place) => ec2Arn('subnet', id, place),
  'network-acl': (id, place) => ec2Arn('network-acl', id, place),
  'security-group': (id, place) => ec2Arn('security-group', id, place),
  instance: (id, place) => ec2Arn('instance', id, place),
  // a group's ARN has an id of its own in it, which is of no use
  asg: (name, { account, region }) =>
    `arn:${partitionOf(region)}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${name}`,
  target: (id) => targetOf(id).targetGroup,
  listener: (arn) => arn,
  balancer: (arn) => arn,
  'security-group-rule': (id, place) => ec2Arn('security-group', ingressRuleOf(id).group, place),
  'db-cluster': (id, place) => arn('rds', `cluster:${id}`, place),
  'db-instance': (id, place) => arn('rds', `db:${id}`, place),
  'cache-group': (id, place) => arn('elasticache', `replicationgroup:${id.split('/')[0] ?? ''}`, place),
  route: (id, place) => ec2Arn('route-table', routeOf(id).table, place),
  parameter: (name, { account, region }) =>
    `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`,
  // the user's own: IAM does not know it
  switch: (id) => id,
  hook: (id) => id,
  record: (id, { region }) => `arn:${partitionOf(region)}:route53:::hostedzone/${id.split('/')[0] ?? ''}`,
  'fis-template': (id, place) => fisArn('experiment-template', id, place),
  'fis-experiment': (id, place) => fisArn('experiment', id, place),
  marker: (id, { region }) => `arn:${partitionOf(region)}:s3:::${markerOf(id).from}`,
  'replication-rule': (id, { region }) => `arn:${partitionOf(region)}:s3:::${replicationRuleOf(id).bucket}`,
  'health-check': (id, { region }) => `arn:${partitionOf(region)}:route53:::healthcheck/${id}`,
  // commands have no ARN: what is asked about is their documents and instances
  command: () => '*',
};

/**
 * The ARN of a resource, as IAM compares it.
 *
 * @throws KongError BAD_PLAN for a target, a route or a replication rule that is none
 */
export function arnOf({ type, region, id }: ResourceRef, account: string): string {
  return ARNS[type](id, { account, region });
}

/** The ARN of something in EC2. */
export function ec2Arn(type: string, id: string, place: Place): string {
  return arn('ec2', `${type}/${id}`, place);
}

function arn(service: string, resource: string, { account, region }: Place): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`;
}

/** A document of AWS itself: it belongs to no account. */
export function documentArn(name: string, region: string): string {
  return `arn:${partitionOf(region)}:ssm:${region}::document/${name}`;
}

/** The ARN of something of AWS FIS. */
export function fisArn(type: string, id: string, { account, region }: Place): string {
  return `arn:${partitionOf(region)}:fis:${region}:${account}:${type}/${id}`;
}

/** The rules of a listener, whatever their ids. */
export function rulesArn(listener: string): string {
  return `${listener.replace(':listener/', ':listener-rule/')}/*`;
}
