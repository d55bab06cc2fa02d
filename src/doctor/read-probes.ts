import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
} from '@aws-sdk/client-route-53';
import {
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
} from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import type { Action } from '../plan/permissions-actions.js';
import { partitionOf } from '../model/arn.js';

/** Where a probe is sent. */
export interface ProbePlace {
  readonly cloud: Cloud;
  readonly account: string;
  readonly region: string;
  readonly nowMs: number;
}

/** The smallest call that needs a permission; whether there is anything to answer is of no matter. */
type Probe = (place: ProbePlace) => Promise<unknown>;

/** What EC2 takes as the least number of results. */
const FEW = { MaxResults: 5 };

/**
 * A call for each action that reads. Those that need a name are given one that nobody has: AWS authorizes before it
 * looks, so that "not found" tells as much as an answer.
 */
export const READ_PROBES: Readonly<Partial<Record<Action, Probe>>> = {
  'autoscaling:DescribeAutoScalingGroups': ({ cloud, region }) =>
    cloud.autoScaling(region).send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 1 })),
  'autoscaling:DescribeAutoScalingInstances': ({ cloud, region }) =>
    cloud.autoScaling(region).send(new DescribeAutoScalingInstancesCommand({ MaxRecords: 1 })),
  'autoscaling:DescribeInstanceRefreshes': ({ cloud, region }) =>
    cloud.autoScaling(region).send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: NOBODY })),
  'cloudwatch:DescribeAlarms': ({ cloud, region }) =>
    cloud.cloudWatch(region).send(new DescribeAlarmsCommand({ MaxRecords: 1 })),
  'cloudwatch:GetMetricData': ({ cloud, region, nowMs }) =>
    cloud
      .cloudWatch(region)
      .send(
        new GetMetricDataCommand({
          StartTime: new Date(nowMs - 60_000),
          EndTime: new Date(nowMs),
          MetricDataQueries: [
            { Id: 'm', MetricStat: { Metric: { Namespace: NOBODY, MetricName: 'none' }, Period: 60, Stat: 'Sum' } },
          ],
        }),
      ),
  'ec2:DescribeInstanceStatus': ({ cloud, region }) =>
    cloud.ec2(region).send(new DescribeInstanceStatusCommand(FEW)),
  'ec2:DescribeInstances': ({ cloud, region }) => cloud.ec2(region).send(new DescribeInstancesCommand(FEW)),
  'ec2:DescribeNetworkAcls': ({ cloud, region }) => cloud.ec2(region).send(new DescribeNetworkAclsCommand(FEW)),
  'ec2:DescribeRouteTables': ({ cloud, region }) => cloud.ec2(region).send(new DescribeRouteTablesCommand(FEW)),
  'ec2:DescribeSecurityGroups': ({ cloud, region }) => cloud.ec2(region).send(new DescribeSecurityGroupsCommand(FEW)),
  'ec2:DescribeSubnets': ({ cloud, region }) => cloud.ec2(region).send(new DescribeSubnetsCommand(FEW)),
  'ec2:DescribeVpcPeeringConnections': ({ cloud, region }) =>
    cloud.ec2(region).send(new DescribeVpcPeeringConnectionsCommand(FEW)),
  'ec2:DescribeVpcs': ({ cloud, region }) => cloud.ec2(region).send(new DescribeVpcsCommand(FEW)),
  'elasticloadbalancing:DescribeListeners': (place) =>
    elb(place).send(new DescribeListenersCommand({ LoadBalancerArn: elbArn(place, 'loadbalancer/app') })),
  'elasticloadbalancing:DescribeLoadBalancers': (place) =>
    elb(place).send(new DescribeLoadBalancersCommand({ PageSize: 1 })),
  'elasticloadbalancing:DescribeRules': (place) =>
    elb(place).send(new DescribeRulesCommand({ ListenerArn: `${elbArn(place, 'listener/app')}/0000000000000000` })),
  'elasticloadbalancing:DescribeTags': (place) =>
    elb(place).send(new DescribeTagsCommand({ ResourceArns: [elbArn(place, 'loadbalancer/app')] })),
  'elasticloadbalancing:DescribeTargetGroups': (place) =>
    elb(place).send(new DescribeTargetGroupsCommand({ PageSize: 1 })),
  'elasticloadbalancing:DescribeTargetHealth': (place) =>
    elb(place).send(new DescribeTargetHealthCommand({ TargetGroupArn: elbArn(place, 'targetgroup') })),
  'elasticache:DescribeReplicationGroups': async ({ cloud, region }) => {
    const { DescribeReplicationGroupsCommand } = await import('@aws-sdk/client-elasticache');
    return (await cloud.elastiCache(region)).send(new DescribeReplicationGroupsCommand({ MaxRecords: 20 }));
  },
  'elasticache:ListTagsForResource': async ({ cloud, region, account }) => {
    const { ListTagsForResourceCommand } = await import('@aws-sdk/client-elasticache');
    const name = `arn:${partitionOf(region)}:elasticache:${region}:${account}:replicationgroup:${NOBODY}`;
    return (await cloud.elastiCache(region)).send(new ListTagsForResourceCommand({ ResourceName: name }));
  },
  'fis:ListExperimentTemplates': async ({ cloud, region }) => {
    const { ListExperimentTemplatesCommand } = await import('@aws-sdk/client-fis');
    const client = await cloud.fis(region);
    return client.send(new ListExperimentTemplatesCommand({ maxResults: 1 }));
  },
  'fis:ListExperiments': async ({ cloud, region }) => {
    const { ListExperimentsCommand } = await import('@aws-sdk/client-fis');
    const client = await cloud.fis(region);
    return client.send(new ListExperimentsCommand({ maxResults: 1 }));
  },
  'rds:DescribeDBClusters': async ({ cloud, region }) => {
    const { DescribeDBClustersCommand } = await import('@aws-sdk/client-rds');
    return (await cloud.rds(region)).send(new DescribeDBClustersCommand({ MaxRecords: 20 }));
  },
  'rds:DescribeDBInstances': async ({ cloud, region }) => {
    const { DescribeDBInstancesCommand } = await import('@aws-sdk/client-rds');
    return (await cloud.rds(region)).send(new DescribeDBInstancesCommand({ MaxRecords: 20 }));
  },
  'route53:ListHealthChecks': ({ cloud }) => cloud.route53().send(new ListHealthChecksCommand({ MaxItems: 1 })),
  'route53:ListHostedZones': ({ cloud }) => cloud.route53().send(new ListHostedZonesCommand({ MaxItems: 1 })),
  'route53:ListResourceRecordSets': ({ cloud }) =>
    cloud.route53().send(new ListResourceRecordSetsCommand({ HostedZoneId: NO_ZONE, MaxItems: 1 })),
  'route53:ListTagsForResources': ({ cloud }) =>
    cloud.route53().send(new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: [NO_ZONE] })),
  'ssm:DescribeInstanceInformation': ({ cloud, region }) =>
    cloud.ssm(region).send(new DescribeInstanceInformationCommand(FEW)),
  'ssm:ListCommandInvocations': ({ cloud, region }) =>
    cloud.ssm(region).send(new ListCommandInvocationsCommand({ CommandId: NO_COMMAND })),
  'ssm:ListCommands': ({ cloud, region }) => cloud.ssm(region).send(new ListCommandsCommand({ MaxResults: 1 })),
};

const NOBODY = 'kong-doctor';
/** A command that nobody sent. */
const NO_COMMAND = '00000000-0000-4000-8000-000000000000';
const NO_ZONE = 'Z00000000KONGDOCTOR';

function elb({ cloud, region }: ProbePlace): ReturnType<Cloud['elb']> {
  return cloud.elb(region);
}

function elbArn({ region, account }: ProbePlace, type: string): string {
  return `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:${type}/${NOBODY}/0000000000000000`;
}
