import type {
  DescribeReplicationGroupsCommandInput,
  DescribeReplicationGroupsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ReplicationGroup,
  TestFailoverCommandInput,
  TestFailoverCommandOutput,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import type { DatabaseRow } from '../database-rows.js';
import { beginFailover, databaseNamed, databasesSeen } from '../databases.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';

/** The only node group where cluster mode is off. */
const SHARD = '0001';

/**
 * Replication groups without cluster mode: a primary and a replica in each other zone.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html
 */
export const elastiCacheOperations = {
  DescribeReplicationGroupsCommand(
    input: DescribeReplicationGroupsCommandInput,
    context: CallContext,
  ): Answer<DescribeReplicationGroupsCommandOutput> {
    const asked = input.ReplicationGroupId;
    const wanted = databasesSeen(['cache'], context).filter(({ name }) => (asked ?? name) === name);
    if (asked !== undefined && wanted.length === 0) throw noGroup(asked);
    const { pageSize } = context.sim.behaviour;
    const page = { token: input.Marker, max: input.MaxRecords, pageSize, badToken: 'InvalidParameterValue' };
    const { items, next } = pageOf(wanted, page);
    return { ReplicationGroups: items.map((one) => toGroup(one, context)), Marker: next };
  },

  ListTagsForResourceCommand(
    input: ListTagsForResourceCommandInput,
    context: CallContext,
  ): Answer<ListTagsForResourceCommandOutput> {
    const row = databasesSeen(['cache'], context).find((one) => arnOf(one, context) === input.ResourceName);
    if (!row) throw noGroup(input.ResourceName);
    return { TagList: tagList(row.tags) };
  },

  TestFailoverCommand(input: TestFailoverCommandInput, context: CallContext): Answer<TestFailoverCommandOutput> {
    const row = databaseNamed(input.ReplicationGroupId, 'cache', context);
    if (!row) throw noGroup(input.ReplicationGroupId);
    if (input.NodeGroupId !== SHARD)
      throw new AwsFault('NodeGroupNotFoundFault', `Node group ${input.NodeGroupId ?? ''} not found`, 404);
    const to = row.nodes.findIndex((_, i) => i !== row.writer);
    beginFailover(row, to, context, 'InvalidReplicationGroupState');
    return { ReplicationGroup: toGroup(databaseNamed(row.name, 'cache', context) ?? row, context) };
  },
} satisfies Operations;

function noGroup(name = ''): AwsFault {
  return new AwsFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${name} not found.`, 404);
}

function arnOf({ region, name }: DatabaseRow, { sim }: CallContext): string {
  return `arn:aws:elasticache:${region}:${sim.world.account}:replicationgroup:${name}`;
}

function toGroup(row: DatabaseRow, context: CallContext): ReplicationGroup {
  const status = row.failing ? 'modifying' : 'available';
  return {
    ReplicationGroupId: row.name,
    ARN: arnOf(row, context),
    Engine: 'valkey',
    Status: status,
    AutomaticFailover: row.nodes.length > 1 ? 'enabled' : 'disabled',
    MultiAZ: row.nodes.length > 1 ? 'enabled' : 'disabled',
    ClusterEnabled: false,
    MemberClusters: row.nodes.map(({ id }) => id),
    NodeGroups: [
      {
        NodeGroupId: SHARD,
        Status: status,
        NodeGroupMembers: row.nodes.map(({ id, zone }, i) => ({
          CacheClusterId: id,
          CacheNodeId: SHARD,
          PreferredAvailabilityZone: zone,
          CurrentRole: i === row.writer ? 'primary' : 'replica',
        })),
      },
    ],
  };
}
