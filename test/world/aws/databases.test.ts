import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  TestFailoverCommand,
} from '@aws-sdk/client-elasticache';
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  FailoverDBClusterCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { answerFrom } from '../../../src/world/aws/middleware.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import type { World, WorldDatabase } from '../../../src/world/world.js';
import { clientsOf, EAST, openSmall, SECOND, SMALL_WORLD, type Small } from './small-world.js';

const common = { regions: [EAST], tags: { app: 'data' }, failoverMs: 30 * SECOND };
const DATABASES: readonly WorldDatabase[] = [
  { ...common, name: 'accounts', kind: 'aurora' },
  { ...common, name: 'ledger', kind: 'multi-az' },
  { ...common, name: 'sessions', kind: 'cache' },
];
const WORLD: World = { ...SMALL_WORLD, databases: DATABASES };

interface Clients {
  readonly rds: RDSClient;
  readonly cache: ElastiCacheClient;
}

function clients({ sim, clock }: Pick<Small, 'sim' | 'clock'>): Clients {
  const config = { region: EAST, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
  const rds = new RDSClient(config);
  const cache = new ElastiCacheClient(config);
  answerFrom(rds.middlewareStack, EAST, sim, clock);
  answerFrom(cache.middlewareStack, EAST, sim, clock);
  return { rds, cache };
}

function open(behaviour: Partial<SimBehaviour> = {}): Small & Clients {
  const small = openSmall(behaviour, WORLD);
  return { ...small, ...clients(small) };
}

/** The cluster's status, and its writer. */
async function cluster(rds: RDSClient): Promise<readonly (string | undefined)[]> {
  const { DBClusters: [found] = [] } = await rds.send(
    new DescribeDBClustersCommand({ DBClusterIdentifier: 'accounts' }),
  );
  const writer = found?.DBClusterMembers?.find(({ IsClusterWriter }) => IsClusterWriter);
  return [found?.Status, writer?.DBInstanceIdentifier];
}

async function primary(cache: ElastiCacheClient): Promise<readonly (string | undefined)[]> {
  const { ReplicationGroups: [found] = [] } = await cache.send(new DescribeReplicationGroupsCommand({}));
  const members = found?.NodeGroups?.[0]?.NodeGroupMembers ?? [];
  return [found?.Status, members.find(({ CurrentRole }) => CurrentRole === 'primary')?.CacheClusterId];
}

describe('a failover is refused', () => {
  it('while another one is under way', async () => {
    const { rds, cache } = open();
    const over = { DBClusterIdentifier: 'accounts' };
    await rds.send(new FailoverDBClusterCommand(over));
    await expect(rds.send(new FailoverDBClusterCommand(over))).rejects.toMatchObject({
      name: 'InvalidDBClusterStateFault',
    });
    const test = { ReplicationGroupId: 'sessions', NodeGroupId: '0001' };
    await cache.send(new TestFailoverCommand(test));
    await expect(cache.send(new TestFailoverCommand(test))).rejects.toMatchObject({
      name: 'InvalidReplicationGroupState',
    });
  });

  it('to the member that is the writer, and to one that is no member', async () => {
    const { rds } = open();
    const to = (TargetDBInstanceIdentifier: string): Promise<unknown> =>
      rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'accounts', TargetDBInstanceIdentifier }));
    await expect(to('accounts-1')).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
    await expect(to('ledger')).rejects.toMatchObject({ name: 'DBInstanceNotFound' });
  });

  it('of a node group that is not there', async () => {
    const { cache } = open();
    const test = new TestFailoverCommand({ ReplicationGroupId: 'sessions', NodeGroupId: '0002' });
    await expect(cache.send(test)).rejects.toMatchObject({ name: 'NodeGroupNotFoundFault' });
  });

  it('by a reboot of something that is in one zone, and not without being asked for', async () => {
    const { rds } = open();
    const reboot = (DBInstanceIdentifier: string, ForceFailover?: boolean): Promise<unknown> =>
      rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier, ForceFailover }));
    await expect(reboot('accounts-1', true)).rejects.toMatchObject({ name: 'DBInstanceNotFound' });
    await expect(reboot('ledger')).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a failover', () => {
  it('of a cluster takes its time, and leaves the one that was asked for as the writer', async () => {
    const { rds, pass } = open();
    expect(await cluster(rds)).toEqual(['available', 'accounts-1']);
    const target = { DBClusterIdentifier: 'accounts', TargetDBInstanceIdentifier: 'accounts-3' };
    await rds.send(new FailoverDBClusterCommand(target));
    expect(await cluster(rds)).toEqual(['failing-over', 'accounts-1']);
    pass(29 * SECOND);
    expect(await cluster(rds)).toEqual(['failing-over', 'accounts-1']);
    pass(SECOND);
    expect(await cluster(rds)).toEqual(['available', 'accounts-3']);
  });

  it('of a Multi-AZ instance makes its standby the instance, and the other way round', async () => {
    const { rds, pass } = open();
    const zones = async (): Promise<readonly unknown[]> => {
      const asked = new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'ledger' });
      const { DBInstances: [one] = [] } = await rds.send(asked);
      return [one?.DBInstanceStatus, one?.AvailabilityZone, one?.SecondaryAvailabilityZone];
    };
    expect(await zones()).toEqual(['available', 'us-east-1a', 'us-east-1b']);
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'ledger', ForceFailover: true }));
    expect(await zones()).toEqual(['rebooting', 'us-east-1a', 'us-east-1b']);
    pass(30 * SECOND);
    expect(await zones()).toEqual(['available', 'us-east-1b', 'us-east-1a']);
  });

  it('of a cache makes a replica its primary', async () => {
    const { cache, pass } = open();
    await cache.send(new TestFailoverCommand({ ReplicationGroupId: 'sessions', NodeGroupId: '0001' }));
    expect(await primary(cache)).toEqual(['modifying', 'sessions-001']);
    pass(30 * SECOND);
    expect(await primary(cache)).toEqual(['available', 'sessions-002']);
  });

  it('that is under way when a process dies comes to its end in the next one', async () => {
    const { rds, sim, pass } = open();
    await rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'accounts' }));
    pass(SECOND);
    const options = { world: WORLD, seed: 1, random: seededRandom(1), behaviour: { throttle: {} } };
    const restored = SimAws.restore(options, sim.takeChanges());
    const other = clientsOf(restored, restored);
    const { rds: again } = clients({ sim: restored, clock: other.clock });
    expect(await cluster(again)).toEqual(['failing-over', 'accounts-1']);
    other.pass(40 * SECOND);
    expect(await cluster(again)).toEqual(['available', 'accounts-2']);
  });
});

describe('databases', () => {
  it('come on several pages, each once', async () => {
    const { rds } = open({ pageSize: 2 });
    const found: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const answer = await rds.send(new DescribeDBInstancesCommand({ Marker }));
      found.push(...(answer.DBInstances ?? []).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier));
      Marker = answer.Marker;
    } while (Marker !== undefined);
    expect(found).toEqual(['accounts-1', 'accounts-2', 'accounts-3', 'ledger']);
  });

  it('have their tags, and are in no other region', async () => {
    const { cache, sim, clock } = open();
    const { ReplicationGroups: [found] = [] } = await cache.send(new DescribeReplicationGroupsCommand({}));
    const { TagList } = await cache.send(new ListTagsForResourceCommand({ ResourceName: found?.ARN }));
    expect(TagList).toEqual([{ Key: 'app', Value: 'data' }]);
    const elsewhere = sim.handle({
      service: 'RDS',
      command: 'DescribeDBClustersCommand',
      region: 'us-west-2',
      input: {},
      nowMs: clock.now(),
    });
    expect(elsewhere).toMatchObject({ DBClusters: [] });
  });
});
