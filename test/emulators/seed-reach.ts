import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientConfig } from './snapshot.js';

const REGION = 'us-east-1';

/**
 * Puts what a seeded world lacks into its first region: instances in the security group that AWS would have put them
 * into, and a load balancer before those of the edge.
 */
export async function seedReach(endpoint: string): Promise<void> {
  const ec2 = new EC2Client(clientConfig(endpoint, REGION));
  const running = { Filters: [{ Name: 'tag:app', Values: ['edge', 'playback'] }] };
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(running));
  const instances = Reservations.flatMap((one) => one.Instances ?? []);
  const [{ VpcId: vpc = '' } = {}] = instances;
  const byDefault = [
    { Name: 'vpc-id', Values: [vpc] },
    { Name: 'group-name', Values: ['default'] },
  ];
  const { SecurityGroups: [group] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: byDefault }));
  for (const { InstanceId } of instances) {
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: [group?.GroupId ?? ''] }));
  }
  ec2.destroy();
  const edge = instances.filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === 'app' && Value === 'edge'));
  await seedBalancer(endpoint, vpc, edge);
}

async function seedBalancer(endpoint: string, VpcId: string, edge: readonly Instance[]): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(clientConfig(endpoint, REGION));
  const targets = { Name: 'edge', Protocol: 'HTTPS', Port: 443, VpcId, TargetType: 'instance' } as const;
  const { TargetGroups: [made] = [] } = await elb.send(new CreateTargetGroupCommand(targets));
  const TargetGroupArn = made?.TargetGroupArn;
  const Targets = edge.map(({ InstanceId: Id }) => ({ Id, Port: 443 }));
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
  const Subnets = [...new Set(edge.map(({ SubnetId = '' }) => SubnetId))];
  const balancer = new CreateLoadBalancerCommand({ Name: 'edge', Type: 'application', Subnets });
  const { LoadBalancers: [{ LoadBalancerArn } = {}] = [] } = await elb.send(balancer);
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  await elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions }));
  elb.destroy();
}
