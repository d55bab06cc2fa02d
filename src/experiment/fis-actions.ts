import { isoDurationMs } from './fis-template.js';
import type { FisTemplate, FisTemplateAction } from '../model/fis-template.js';

/** What is known of one action of AWS Fault Injection Service. */
export interface FisActionFacts {
  /** The key under which the action names its target, and what it may be; undefined: it takes none. */
  readonly target: { readonly key: string; readonly resourceType: string } | undefined;
  /** The parameter that says how long it goes on; undefined: it does not go on. */
  readonly duration?: string;
  /** How the thing it does is called where it can't be taken back; undefined: FIS takes it back. */
  readonly loses?: string;
}

const INSTANCES = { key: 'Instances', resourceType: 'aws:ec2:instance' };
const SUBNETS = { key: 'Subnets', resourceType: 'aws:ec2:subnet' };
const ROLES = { key: 'Roles', resourceType: 'aws:iam:role' };
const TASKS = { key: 'Tasks', resourceType: 'aws:ecs:task' };
const PODS = { key: 'Pods', resourceType: 'aws:eks:pod' };
const FUNCTIONS = { key: 'Functions', resourceType: 'aws:lambda:function' };

const lasting = (target: FisActionFacts['target'], duration = 'duration'): FisActionFacts => ({ target, duration });
const lossy = (target: FisActionFacts['target'], loses: string): FisActionFacts => ({ target, loses });

/**
 * The actions of FIS that kong knows by name. One that is not here can be run all the same, by a template: nothing is
 * known of what it undoes, and so it counts as one that can't be taken back.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const FIS_ACTIONS: Readonly<Record<string, FisActionFacts>> = {
  'aws:ec2:stop-instances': lasting(INSTANCES, 'startInstancesAfterDuration'),
  'aws:ec2:terminate-instances': lossy(INSTANCES, 'instance.terminate'),
  'aws:ec2:reboot-instances': lossy(INSTANCES, 'instance.reboot'),
  'aws:ec2:send-spot-instance-interruptions': lossy(
    { key: 'SpotInstances', resourceType: 'aws:ec2:spot-instance' },
    'instance.terminate',
  ),
  'aws:ec2:api-insufficient-instance-capacity-error': lasting(ROLES),
  'aws:ec2:asg-insufficient-instance-capacity-error': lasting({
    key: 'AutoScalingGroups',
    resourceType: 'aws:ec2:autoscaling-group',
  }),
  'aws:ebs:pause-volume-io': lasting({ key: 'Volumes', resourceType: 'aws:ec2:ebs-volume' }),
  'aws:ebs:volume-io-latency': lasting({ key: 'Volumes', resourceType: 'aws:ec2:ebs-volume' }),
  'aws:network:disrupt-connectivity': lasting(SUBNETS),
  'aws:network:disrupt-vpc-endpoint': lasting({ key: 'VPCEndpoints', resourceType: 'aws:ec2:vpc-endpoint' }),
  'aws:network:route-table-disrupt-cross-region-connectivity': lasting(SUBNETS),
  'aws:network:transit-gateway-disrupt-cross-region-connectivity': lasting({
    key: 'TransitGateways',
    resourceType: 'aws:ec2:transit-gateway',
  }),
  'aws:fis:inject-api-internal-error': lasting(ROLES),
  'aws:fis:inject-api-throttle-error': lasting(ROLES),
  'aws:fis:inject-api-unavailable-error': lasting(ROLES),
  'aws:rds:failover-db-cluster': lossy({ key: 'Clusters', resourceType: 'aws:rds:cluster' }, 'fis.action'),
  'aws:rds:reboot-db-instances': lossy({ key: 'DBInstances', resourceType: 'aws:rds:db' }, 'fis.action'),
  'aws:elasticache:replicationgroup-interrupt-az-power': lasting({
    key: 'ReplicationGroups',
    resourceType: 'aws:elasticache:replicationgroup',
  }),
  'aws:dynamodb:global-table-pause-replication': lasting({ key: 'Tables', resourceType: 'aws:dynamodb:global-table' }),
  'aws:s3:bucket-pause-replication': lasting({ key: 'Buckets', resourceType: 'aws:s3:bucket' }),
  'aws:ecs:drain-container-instances': lasting({ key: 'Clusters', resourceType: 'aws:ecs:cluster' }),
  'aws:ecs:stop-task': lossy(TASKS, 'fis.action'),
  'aws:ecs:task-cpu-stress': lasting(TASKS),
  'aws:ecs:task-io-stress': lasting(TASKS),
  'aws:ecs:task-kill-process': lossy(TASKS, 'fis.action'),
  'aws:ecs:task-network-blackhole-port': lasting(TASKS),
  'aws:ecs:task-network-latency': lasting(TASKS),
  'aws:ecs:task-network-packet-loss': lasting(TASKS),
  'aws:eks:pod-cpu-stress': lasting(PODS),
  'aws:eks:pod-memory-stress': lasting(PODS),
  'aws:eks:pod-io-stress': lasting(PODS),
  'aws:eks:pod-delete': lossy(PODS, 'fis.action'),
  'aws:eks:pod-network-latency': lasting(PODS),
  'aws:eks:pod-network-packet-loss': lasting(PODS),
  'aws:eks:pod-network-blackhole-port': lasting(PODS),
  'aws:eks:terminate-nodegroup-instances': lossy(
    { key: 'Nodegroups', resourceType: 'aws:eks:nodegroup' },
    'instance.terminate',
  ),
  'aws:lambda:invocation-add-delay': lasting(FUNCTIONS),
  'aws:lambda:invocation-error': lasting(FUNCTIONS),
  'aws:lambda:invocation-http-integration-response': lasting(FUNCTIONS),
  'aws:arc:start-zonal-autoshift': lasting({
    key: 'ManagedResources',
    resourceType: 'aws:arc:zonal-shift-managed-resource',
  }),
  'aws:ssm:send-command': lasting(INSTANCES),
  'aws:ssm:start-automation-execution': { target: undefined, duration: 'maxDuration', loses: 'fis.action' },
  'aws:directconnect:virtual-interface-disconnect': lasting({
    key: 'VirtualInterfaces',
    resourceType: 'aws:directconnect:virtual-interface',
  }),
  'aws:fis:wait': lasting(undefined),
  'aws:cloudwatch:assert-alarm-state': { target: undefined },
};

/** How long an action goes on by its own parameters; undefined: nobody can tell, or until somebody ends it. */
export function actionMs({ actionId, parameters = {} }: FisTemplateAction): number | undefined {
  const facts = FIS_ACTIONS[actionId];
  if (!facts) return undefined;
  if (facts.duration === undefined) return 0;
  const text = parameters[facts.duration];
  return text === undefined ? undefined : isoDurationMs(text);
}

/** What an action does that FIS can't take back; undefined: it can. What is not known can't. */
export function lossOf({ actionId, parameters = {} }: FisTemplateAction): string | undefined {
  const facts = FIS_ACTIONS[actionId];
  if (!facts) return 'fis.action';
  // without it FIS leaves them stopped
  if (actionId === 'aws:ec2:stop-instances' && parameters.startInstancesAfterDuration === undefined)
    return 'fis.action';
  return actionId === 'aws:ssm:send-command' ? lossOfDocument(parameters.documentArn) : facts.loses;
}

/** Amazon's own documents clean up when they end; of others nobody knows. */
function lossOfDocument(arn = ''): string | undefined {
  const document = arn.split(':document/')[1] ?? '';
  if (document === 'AWSFIS-Run-Kill-Process') return 'process.kill';
  return document.startsWith('AWSFIS-Run-') ? undefined : 'fis.action';
}

/**
 * What an experiment costs at most, in US dollars: each action for every minute that it runs.
 *
 * @returns undefined where an action does not say how long it runs
 * @see https://aws.amazon.com/fis/pricing/ : $0.10 an action-minute, $0.12 in GovCloud; waiting and previews are free
 */
export function priceOf({ actions }: FisTemplate, region: string): number | undefined {
  const perMinute = region.startsWith('us-gov-') ? 0.12 : 0.1;
  let sum = 0;
  for (const action of Object.values(actions)) {
    if (action.actionId === 'aws:fis:wait') continue;
    const ms = actionMs(action);
    if (ms === undefined) return undefined;
    sum += Math.max(1, Math.ceil(ms / 60_000)) * perMinute;
  }
  return Math.round(sum * 100) / 100;
}
