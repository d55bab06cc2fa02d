import {
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { paginateListHealthChecks, Route53Client } from '@aws-sdk/client-route-53';
import { clientConfig, type ClientConfig } from './snapshot.js';

/** Who can reach what, as sorted lines: what a drill may touch beside what `snapshot` holds. */
export async function reachSnapshot(endpoint: string, regions: readonly string[]): Promise<readonly string[]> {
  const lines = await Promise.all(regions.map((region) => regionLines(region, clientConfig(endpoint, region))));
  return [...lines.flat(), ...(await healthLines(clientConfig(endpoint, 'us-east-1')))].sort();
}

async function regionLines(region: string, config: ClientConfig): Promise<readonly string[]> {
  const ec2 = new EC2Client(config);
  const balancing = new ElasticLoadBalancingV2Client(config);
  try {
    const lines = [...(await ec2Lines(ec2)), ...(await targetLines(balancing)), ...(await ruleLines(balancing))];
    return lines.map((line) => `${region} ${line}`);
  } finally {
    ec2.destroy();
    balancing.destroy();
  }
}

/** Ended instances are in no group any more, and are left out. */
async function ec2Lines(client: EC2Client): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client }, {})) {
    lines.push(...SecurityGroups.map(({ GroupId, GroupName }) => `security group ${GroupId} ${GroupName}`));
  }
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, {})) {
    const alive = Reservations.flatMap((one) => one.Instances ?? []).filter((one) => one.State?.Name !== 'terminated');
    lines.push(
      ...alive.map(({ InstanceId, SecurityGroups = [] }) =>
        ['instance', InstanceId, ...SecurityGroups.map(({ GroupId = '' }) => GroupId).sort()].join(' '),
      ),
    );
  }
  for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client }, {})) {
    for (const { RouteTableId, Routes = [] } of RouteTables) {
      lines.push(
        ...Routes.map(({ DestinationCidrBlock, GatewayId, InstanceId, VpcPeeringConnectionId }) =>
          ['route', RouteTableId, DestinationCidrBlock, GatewayId ?? InstanceId ?? VpcPeeringConnectionId].join(' '),
        ),
      );
    }
  }
  return lines;
}

async function targetLines(client: ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({}));
  const lines = TargetGroups.map(async ({ TargetGroupArn, TargetGroupName }) => {
    const { TargetHealthDescriptions: all = [] } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return all.map(({ Target }) => `target ${TargetGroupName} ${Target?.Id}:${Target?.Port}`);
  });
  return (await Promise.all(lines)).flat();
}

async function ruleLines(client: ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  const lines: string[] = [];
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn } of Listeners) {
      const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn }));
      lines.push(...Rules.map(({ RuleArn, Priority }) => `rule ${Priority} ${RuleArn}`));
    }
  }
  return lines;
}

async function healthLines(config: ClientConfig): Promise<readonly string[]> {
  const client = new Route53Client(config);
  try {
    const lines: string[] = [];
    for await (const { HealthChecks = [] } of paginateListHealthChecks({ client }, {})) {
      lines.push(
        ...HealthChecks.map(({ Id, HealthCheckConfig: { Disabled = false, Inverted = false } = {} }) =>
          ['health check', Id, Disabled, Inverted].join(' '),
        ),
      );
    }
    return lines;
  } finally {
    client.destroy();
  }
}
