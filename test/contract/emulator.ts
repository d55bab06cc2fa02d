import {
  AttachInstancesCommand,
  CreateAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateSubnetCommand,
  DescribeImagesCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import type { MiddlewareStack } from '@smithy/types';
import { makeClients } from '../../src/aws/clients.js';
import type { Cloud } from '../../src/aws/cloud.js';
import { openCloud } from '../../src/aws/open.js';
import { realClock } from '../../src/host/clock.js';
import { seededRandom } from '../../src/host/random.js';
import { seedLinks } from '../../src/world/wire/seed-links.js';
import { seedNetwork } from '../../src/world/wire/seed-network.js';
import { seedRecords, zoneIds } from '../../src/world/wire/seed-records.js';
import type { CloudName, CloudUnderTest, GroupName, Network } from './cloud.js';
import { makeDatabases } from './emulator-databases.js';
import { CONTRACT_WORLD, EAST, SIZES, WEST, ZONE } from './contract-world.js';

/** A server that plays AWS, and how long it gets for what it does by itself. */
export interface Emulator {
  readonly name: CloudName;
  readonly endpoint: string;
  readonly patienceMs: number;
}

/** Of a subnet that the world does not have, by region. */
const THIRD_CIDR: Readonly<Record<string, string>> = { [EAST]: '10.0.128.0/20', [WEST]: '10.1.128.0/20' };

let accounts = 100_000_000_000;

/** An account of its own in an emulator; what a world has is put into it when a case first asks. */
export function openAccount({ name, endpoint, patienceMs }: Emulator): CloudUnderTest {
  const account = String(++accounts);
  const inside = <I extends object, O extends object>(stack: MiddlewareStack<I, O>): void => inAccount(stack, account);
  // an access key of twelve digits is an account's to ministack and LocalEmu; moto goes by a header of its own
  const at = { endpoint, profile: undefined, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  const aws = makeClients({ ...at, install: inside });
  const { cloud: kong } = openCloud({ ...at, clock: realClock, random: seededRandom(1), inside });
  const { credentials } = at;
  const s3 = new S3Client({ endpoint, credentials, region: EAST, maxAttempts: 1, forcePathStyle: true });
  inside(s3.middlewareStack);
  const network = once((region) => makeNetwork(region, aws));
  const image = once((region) => anyImage(region, aws));
  const groups = once(async (key) => {
    const [region = '', group] = key.split('/');
    const { subnets } = await network(region);
    const name = group === 'web' ? 'web' : 'api';
    return makeGroup({ region, name, subnets, image: await image(region) }, aws);
  });
  const targetGroup = once(async (region) => {
    const { vpc } = await network(region);
    const members = await groups(`${region}/web`);
    return makeTargetGroup({ region, vpc, members }, aws);
  });
  const listener = once(async (region) => {
    const { subnets } = await network(region);
    return makeListener({ region, subnets, targetGroup: await targetGroup(region) }, aws);
  });
  const wideBalancer = once(async (region) => {
    const { vpc, subnets } = await network(region);
    const third = { VpcId: vpc, AvailabilityZone: `${region}c`, CidrBlock: THIRD_CIDR[region] };
    const { Subnet } = await aws.ec2(region).send(new CreateSubnetCommand(third));
    const Subnets = [...subnets, Subnet?.SubnetId ?? ''];
    const { LoadBalancers: [balancer] = [] } = await aws
      .elb(region)
      .send(new CreateLoadBalancerCommand({ Name: 'wide', Subnets, Type: 'application' }));
    return balancer?.LoadBalancerArn ?? '';
  });
  const databases = once((region) => makeDatabases(region, aws));
  const zone = once(async () => {
    await seedRecords(CONTRACT_WORLD, aws);
    return (await zoneIds(aws)).get(ZONE) ?? '';
  });
  return {
    name,
    aws,
    s3,
    kong,
    clock: realClock,
    patienceMs,
    network,
    group: (region, group) => groups(`${region}/${group}`),
    targetGroup: (region) => targetGroup(region),
    listener: (region) => listener(region),
    databases: (region) => databases(region),
    wideBalancer: (region) => wideBalancer(region),
    peer: async () => {
      const networks = CONTRACT_WORLD.regions.map(async ({ name: region }) => ({
        region,
        vpc: (await network(region)).vpc,
        subnets: new Map<string, string>(),
      }));
      return seedLinks(CONTRACT_WORLD, await Promise.all(networks), aws);
    },
    zone: () => zone(''),
    async fleet(region, count) {
      const { subnets } = await network(region);
      await runInstances({ region, count, subnet: subnets[0] ?? '', image: await image(region) }, aws);
    },
  };
}

function inAccount<I extends object, O extends object>(stack: MiddlewareStack<I, O>, account: string): void {
  stack.add(
    (next) => (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'headers' in request)
        Object.assign(request.headers as object, { 'x-moto-account-id': account });
      return next(args);
    },
    { step: 'build', name: 'contractAccount' },
  );
}

function once<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

async function makeNetwork(region: string, aws: Cloud): Promise<Network> {
  const place = CONTRACT_WORLD.regions.find((one) => one.name === region);
  if (!place) throw new Error(`the world is not in ${region}`);
  const { vpc, subnets } = await seedNetwork(CONTRACT_WORLD, place, aws);
  const { NetworkAcls: [acl] = [] } = await aws
    .ec2(region)
    .send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  return { vpc, acl: acl?.NetworkAclId ?? '', subnets: place.zones.map((zone) => subnets.get(zone) ?? '') };
}

const images = new Map<string, string>();

/** Listed once for all accounts: the list is long. */
async function anyImage(region: string, aws: Cloud): Promise<string> {
  const known = images.get(region);
  if (known !== undefined) return known;
  const { Images: [first] = [] } = await aws.ec2(region).send(new DescribeImagesCommand({}));
  const image = first?.ImageId ?? 'ami-12345678';
  images.set(region, image);
  return image;
}

interface Targets {
  readonly region: string;
  readonly vpc: string;
  readonly members: readonly string[];
}

async function makeTargetGroup({ region, vpc, members }: Targets, aws: Cloud): Promise<string> {
  const elb = aws.elb(region);
  const { TargetGroups: [made] = [] } = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTPS', Port: 443, VpcId: vpc, TargetType: 'instance' }),
  );
  const arn = made?.TargetGroupArn ?? '';
  const targets = members.map((Id) => ({ Id, Port: 443 }));
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: targets }));
  return arn;
}

interface ListenerPlace {
  readonly region: string;
  readonly subnets: readonly string[];
  readonly targetGroup: string;
}

async function makeListener({ region, subnets, targetGroup }: ListenerPlace, aws: Cloud): Promise<string> {
  const elb = aws.elb(region);
  const { LoadBalancers: [balancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: [...subnets], Type: 'application' }),
  );
  const { Listeners: [made] = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
    }),
  );
  return made?.ListenerArn ?? '';
}

interface GroupPlace {
  readonly region: string;
  readonly name: GroupName;
  readonly subnets: readonly string[];
  readonly image: string;
}

/** Members are run by hand, as many in each subnet, and attached: what a group launches may all be in one zone. */
async function makeGroup({ region, name, subnets, image }: GroupPlace, aws: Cloud): Promise<readonly string[]> {
  const { min, desired, max } = SIZES[name];
  const client = aws.autoScaling(region);
  await aws
    .ec2(region)
    .send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: `contract-${name}`,
        LaunchTemplateData: { ImageId: image, InstanceType: 't3.micro' },
      }),
    );
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateName: `contract-${name}`, Version: '$Latest' },
      MinSize: 0,
      DesiredCapacity: 0,
      MaxSize: max,
      VPCZoneIdentifier: subnets.join(','),
      Tags: Object.entries({ app: name, team: 'streaming' }).map(([Key, Value]) => ({
        Key,
        Value,
        ResourceId: name,
        ResourceType: 'auto-scaling-group',
        PropagateAtLaunch: true,
      })),
    }),
  );
  const ids: string[] = [];
  for (const subnet of subnets)
    ids.push(...(await runInstances({ region, subnet, image, count: desired / subnets.length, app: name }, aws)));
  await client.send(new AttachInstancesCommand({ AutoScalingGroupName: name, InstanceIds: ids }));
  await client.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: min, DesiredCapacity: desired }),
  );
  return ids;
}

async function defaultGroup(region: string, subnet: string, aws: Cloud): Promise<string> {
  const ec2 = aws.ec2(region);
  const { Subnets: [found] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
  const filters = [
    { Name: 'vpc-id', Values: [found?.VpcId ?? ''] },
    { Name: 'group-name', Values: ['default'] },
  ];
  const { SecurityGroups: [group] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filters }));
  return group?.GroupId ?? '';
}

interface Running {
  readonly region: string;
  readonly subnet: string;
  readonly image: string;
  readonly count: number;
  readonly app?: string;
}

async function runInstances(running: Running, aws: Cloud): Promise<readonly string[]> {
  const tags = { app: running.app ?? 'fleet', team: 'streaming' };
  const { Instances = [] } = await aws.ec2(running.region).send(
    new RunInstancesCommand({
      ImageId: running.image,
      InstanceType: 't3.micro',
      MinCount: running.count,
      MaxCount: running.count,
      SubnetId: running.subnet,
      // at AWS the VPC's default group is taken where none is named
      SecurityGroupIds: [await defaultGroup(running.region, running.subnet, aws)],
      TagSpecifications: [
        { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  );
  return Instances.map((instance) => instance.InstanceId ?? '');
}
