import {
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AllocateAddressCommand,
  CreateNetworkAclCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ReplaceNetworkAclAssociationCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import { KongError } from '../../../src/model/errors.js';
import { AwsFault } from '../../../src/world/aws/aws-fault.js';
import { zoneId } from '../../../src/world/aws/ec2/places.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import type { RowChange } from '../../../src/world/aws/store.js';
import {
  clientsOf,
  EAST,
  MINUTE,
  openSmall,
  present,
  SECOND,
  servingOf,
  SMALL_WORLD,
  START_MS,
  WEST,
  type Small,
} from './small-world.js';

/** Everything that a reader can see of us-east-1. */
async function everything({ ec2, autoScaling }: Pick<Small, 'ec2' | 'autoScaling'>): Promise<unknown> {
  return [
    (await ec2.send(new DescribeInstancesCommand({}))).Reservations,
    (await ec2.send(new DescribeNetworkAclsCommand({}))).NetworkAcls,
    (await ec2.send(new DescribeSubnetsCommand({}))).Subnets,
    (await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups,
  ];
}

/** Stops an instance, makes an ACL and resizes a group, with time between. */
async function stirUp({ ec2, autoScaling, pass }: Omit<Small, 'sim'>): Promise<void> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  await ec2.send(new StopInstancesCommand({ InstanceIds: [present(Reservations?.[0]?.Instances?.[0]?.InstanceId)] }));
  pass(25 * SECOND);
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  await ec2.send(new CreateNetworkAclCommand({ VpcId: Vpcs?.[0]?.VpcId, ClientToken: 'token' }));
  await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'playback', DesiredCapacity: 9 }));
  pass(35 * SECOND);
}

describe('calls that fail', () => {
  it('refuses an operation that it does not simulate by name', async () => {
    const { ec2 } = openSmall();
    const error: unknown = await ec2.send(new AllocateAddressCommand({})).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'NotImplemented',
      message: 'the simulated world does not know EC2 AllocateAddress',
    });
  });

  it('refuses a page token that it did not give', async () => {
    const { ec2 } = openSmall();
    await expect(ec2.send(new DescribeVpcsCommand({ NextToken: 'mine' }))).rejects.toMatchObject({
      name: 'InvalidNextToken',
    });
  });

  it('throttles a service when its bucket is empty, in its own words', async () => {
    const { ec2, pass } = openSmall({ throttle: { EC2: { burst: 2, perSecond: 1 } } });
    await ec2.send(new DescribeVpcsCommand({}));
    await ec2.send(new DescribeVpcsCommand({}));
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $fault: 'server',
    });
    pass(SECOND);
    await expect(ec2.send(new DescribeVpcsCommand({}))).resolves.toBeDefined();
  });

  it('fails by plan before the effect, or after it, when only the answer is lost', async () => {
    const lost = new AwsFault('InternalError', 'lost', 500);
    const { ec2 } = openSmall({
      fault: ({ command, index }) => {
        if (command !== 'CreateNetworkAclCommand') return undefined;
        return index === 1 ? { before: lost } : { after: lost };
      },
    });
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
    const create = () => ec2.send(new CreateNetworkAclCommand({ VpcId: Vpcs?.[0]?.VpcId }));
    const count = async () => (await ec2.send(new DescribeNetworkAclsCommand({}))).NetworkAcls?.length;
    await expect(create()).rejects.toBe(lost);
    expect(await count()).toBe(1);
    await expect(create()).rejects.toBe(lost);
    expect(await count()).toBe(2);
  });

  it('says which row it can not read', () => {
    const rows: readonly RowChange[] = [{ table: 'vpcs', id: 'vpc-1', row: { id: 'vpc-1' } }];
    const restore = () => SimAws.restore({ world: SMALL_WORLD, seed: 1, random: seededRandom(1) }, rows);
    expect(restore).toThrow(KongError);
    expect(restore).toThrow('vpcs/vpc-1');
  });
});

describe('the places of a world', () => {
  it('has the regions and zones of its file, and the account', async () => {
    const { ec2, sts } = openSmall();
    const { Regions } = await ec2.send(new DescribeRegionsCommand({}));
    expect(Regions?.map((region) => region.RegionName)).toEqual([EAST, WEST]);
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map((zone) => zone.ZoneId)).toEqual(['use1-az1', 'use1-az2', 'use1-az3']);
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '123456789012',
      $metadata: { httpStatusCode: 200 },
    });
  });

  it.each([
    ['us-west-2', 'usw2-az2'],
    ['ap-southeast-2', 'apse2-az2'],
    ['eu-central-1', 'euc1-az2'],
  ])('names the zones of %s as AWS does', (region, id) => {
    expect(zoneId(region, `${region}b`)).toBe(id);
  });

  it('pages subnets by two', async () => {
    const { ec2 } = openSmall({ pageSize: 2 });
    const first = await ec2.send(new DescribeSubnetsCommand({}));
    expect(first.Subnets).toHaveLength(2);
    const second = await ec2.send(new DescribeSubnetsCommand({ NextToken: first.NextToken }));
    expect(second.Subnets?.map((subnet) => subnet.AvailabilityZone)).toEqual(['us-east-1c']);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('the same world again', () => {
  it('gives the same ids and answers for the same seed and calls', async () => {
    const [one, other] = [openSmall(), openSmall()];
    await stirUp(one);
    await stirUp(other);
    expect(await everything(one)).toEqual(await everything(other));
  });

  it('gives other ids for another seed', () => {
    const rowsOf = (seed: number) => new SimAws({ world: SMALL_WORLD, seed, random: seededRandom(seed) }).takeChanges();
    expect(rowsOf(2)[0]?.id).not.toBe(rowsOf(1)[0]?.id);
  });

  it('goes on from its rows in another process as if nothing had happened', async () => {
    const behaviour = { throttle: {}, readLagMs: 500 };
    const small = openSmall(behaviour);
    const rows = [...small.sim.takeChanges()];
    await stirUp(small);
    rows.push(...small.sim.takeChanges());
    const kept = JSON.parse(JSON.stringify(rows)) as readonly RowChange[];
    const restored = SimAws.restore({ world: SMALL_WORLD, seed: 1, random: seededRandom(1), behaviour }, kept);
    const other = clientsOf(restored, restored);
    other.pass(MINUTE);
    expect(restored.infra().regions).toEqual(small.sim.infra().regions);
    expect(await everything(other)).toEqual(await everything(small));
    for (const each of [small, other]) {
      each.pass(3 * MINUTE);
      await each.autoScaling.send(
        new SuspendProcessesCommand({ AutoScalingGroupName: 'billing', ScalingProcesses: ['Launch'] }),
      );
      each.pass(MINUTE);
    }
    expect(servingOf(restored, 'playback')).toEqual([3, 3, 3]);
    expect(await everything(other)).toEqual(await everything(small));
  });

  it('has no rows to keep where nothing but reads happened', async () => {
    const small = openSmall();
    small.sim.takeChanges();
    small.pass(MINUTE);
    await everything(small);
    expect(small.sim.takeChanges()).toEqual([]);
  });
});

describe('the view for traffic', () => {
  it('is the same object until something changes', async () => {
    const { sim, pass, ec2 } = openSmall();
    const before = sim.infra();
    pass(MINUTE);
    expect(sim.infra()).toBe(before);
    await ec2.send(
      new CreateNetworkAclCommand({ VpcId: (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId }),
    );
    expect(sim.infra()).toBe(before);
  });

  it("has each region's groups and each name's answers", () => {
    const { sim } = openSmall();
    const { regions, answers } = sim.infra();
    expect(regions.map(({ region, groups }) => [region, groups.map((group) => [group.name, group.max])])).toEqual([
      [
        EAST,
        [
          ['playback', 12],
          ['billing', 4],
        ],
      ],
      [
        WEST,
        [
          ['playback', 12],
          ['billing', 4],
        ],
      ],
    ]);
    expect(answers).toEqual([
      { domain: 'api.small.example', region: EAST, weight: 50, ttlSeconds: 60 },
      { domain: 'api.small.example', region: WEST, weight: 50, ttlSeconds: 60 },
    ]);
  });

  it("makes unreachable members unhealthy only where groups take a load balancer's word", async () => {
    const world = { ...SMALL_WORLD, groups: SMALL_WORLD.groups.map((group) => ({ ...group, warmupMs: 0 })) };
    const health = async (elbHealthChecks: boolean) => {
      const small = openSmall({ elbHealthChecks }, world);
      const { Subnets } = await small.ec2.send(new DescribeSubnetsCommand({}));
      const { NetworkAcls } = await small.ec2.send(new DescribeNetworkAclsCommand({}));
      const acl = await small.ec2.send(new CreateNetworkAclCommand({ VpcId: Subnets?.[0]?.VpcId }));
      await small.ec2.send(
        new ReplaceNetworkAclAssociationCommand({
          AssociationId: NetworkAcls?.[0]?.Associations?.[0]?.NetworkAclAssociationId,
          NetworkAclId: acl.NetworkAcl?.NetworkAclId,
        }),
      );
      small.pass(15 * SECOND);
      const { Reservations } = await small.ec2.send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['shutting-down'] }] }),
      );
      return Reservations?.length;
    };
    expect(await health(false)).toBe(0);
    expect(await health(true)).toBe(3);
  });
});

describe('what it costs', () => {
  it('costs next to nothing to let time pass where nothing happens, however many instances there are', () => {
    const groups = SMALL_WORLD.groups.map((group) => ({ ...group, desired: 2_500, max: 3_000 }));
    const sim = new SimAws({ world: { ...SMALL_WORLD, groups }, seed: 1, random: seededRandom(1) });
    sim.advanceTo(START_MS + MINUTE);
    sim.infra();
    const ticks = 20_000;
    const began = performance.now();
    for (let tick = 1; tick <= ticks; tick++) {
      sim.advanceTo(START_MS + MINUTE + tick * SECOND);
      sim.infra();
    }
    const microsecondsEach = ((performance.now() - began) * 1_000) / ticks;
    expect(microsecondsEach).toBeLessThan(10);
  });
});
