import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeNetworkAclsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { makeClients } from '../../src/aws/clients.js';
import { openCloud } from '../../src/aws/open.js';
import { VirtualClock } from '../../src/host/clock.js';
import { seededRandom } from '../../src/host/random.js';
import { answerFrom, simPlugin } from '../../src/world/aws/middleware.js';
import { SimAws } from '../../src/world/aws/sim-aws.js';
import type { World } from '../../src/world/world.js';
import type { CloudUnderTest } from './cloud.js';
import { CONTRACT_WORLD, EAST } from './contract-world.js';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Pages of five, so that nothing fits on one. */
const BEHAVIOUR = { throttle: {}, pageSize: 5 };

/** A simulated AWS of its own, as its world file says. */
export function openSimulator(): CloudUnderTest {
  return underTest(CONTRACT_WORLD);
}

/** One whose regions have a third zone. */
export function openWide(): CloudUnderTest {
  const regions = CONTRACT_WORLD.regions.map((one) => ({ ...one, zones: [...one.zones, `${one.name}c`] }));
  return underTest({ ...CONTRACT_WORLD, regions });
}

/** One whose first region has a fleet in place of the groups. */
export function openFleet(count: number): CloudUnderTest {
  const [first] = CONTRACT_WORLD.groups;
  if (!first) throw new Error('the world has no group');
  const fleet = { ...first, name: 'fleet', regions: [EAST], min: 0, desired: count, max: count };
  return underTest({ ...CONTRACT_WORLD, groups: [fleet] }, { throttle: {} });
}

function underTest(world: World, behaviour: object = BEHAVIOUR): CloudUnderTest {
  const sim = new SimAws({ world, seed: 1, random: seededRandom(1), behaviour });
  const clock = new VirtualClock(world.startsAtMs, 'max');
  const at = { endpoint: undefined, profile: undefined, credentials: CREDENTIALS };
  const aws = makeClients({ ...at, install: (stack, region) => answerFrom(stack, region, sim, clock) });
  const { cloud: kong } = openCloud({
    ...at,
    clock,
    random: seededRandom(2),
    inside: (stack, region) => answerFrom(stack, region, sim, clock),
  });
  const s3 = new S3Client({ region: EAST, credentials: CREDENTIALS, maxAttempts: 1 });
  s3.middlewareStack.use(simPlugin(sim, clock, EAST));
  return {
    name: 'simulator',
    aws,
    s3,
    kong,
    clock,
    patienceMs: 10 * 60_000,
    async network(region) {
      const { NetworkAcls: [acl] = [] } = await aws
        .ec2(region)
        .send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'default', Values: ['true'] }] }));
      const { Subnets = [] } = await aws.ec2(region).send(new DescribeSubnetsCommand({}));
      const subnets = Subnets.map((subnet) => subnet.SubnetId ?? '');
      return { vpc: acl?.VpcId ?? '', acl: acl?.NetworkAclId ?? '', subnets };
    },
    async group(region, name) {
      const { AutoScalingGroups: [group] = [] } = await aws
        .autoScaling(region)
        .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
      return (group?.Instances ?? []).map((member) => member.InstanceId ?? '');
    },
    async targetGroup(region) {
      const { TargetGroups: [group] = [] } = await aws.elb(region).send(new DescribeTargetGroupsCommand({}));
      return group?.TargetGroupArn ?? '';
    },
    async listener(region) {
      const { Listeners: [listener] = [] } = await aws.elb(region).send(new DescribeListenersCommand({}));
      return listener?.ListenerArn ?? '';
    },
    async wideBalancer(region) {
      const { LoadBalancers: [balancer] = [] } = await aws.elb(region).send(new DescribeLoadBalancersCommand({}));
      return balancer?.LoadBalancerArn ?? '';
    },
    // so are they
    databases: () => Promise.resolve(),
    // so is the link
    peer: () => Promise.resolve(),
    async zone() {
      const { HostedZones: [zone] = [] } = await aws.route53().send(new ListHostedZonesCommand({}));
      return zone?.Id?.replace('/hostedzone/', '') ?? '';
    },
    // it is there from the start: see openFleet
    fleet: () => Promise.resolve(),
  };
}
