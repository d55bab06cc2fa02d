import type { NodeGroup, ReplicationGroup } from '@aws-sdk/client-elasticache';
import type { Cloud } from '../aws/cloud.js';
import type { Database, DatabaseMember } from '../model/database.js';
import type { Tags } from '../model/inventory.js';
import { allPages } from './paging.js';
import { tagsOf } from './tags.js';

/**
 * The node groups of ElastiCache's replication groups in a region: one listing.
 * @param isTagged - whether tags are wanted: one call for each group that could fail over
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReplicationGroups.html
 */
export async function readCaches(region: string, cloud: Cloud, isTagged: boolean): Promise<readonly Database[]> {
  const { DescribeReplicationGroupsCommand } = await import('@aws-sdk/client-elasticache');
  const client = await cloud.elastiCache(region);
  const groups = await allPages(async (marker) => {
    const answer = await client.send(new DescribeReplicationGroupsCommand({ Marker: marker }));
    return { items: answer.ReplicationGroups ?? [], next: answer.Marker };
  });
  const read = await Promise.all(
    groups.map(async (group) => {
      const tags = isTagged && whyFixed(group) === undefined ? await tagsFor(group, region, cloud) : {};
      return (group.NodeGroups ?? []).map((shard) => ofShard(group, shard, tags));
    }),
  );
  return read.flat();
}

async function tagsFor({ ARN }: ReplicationGroup, region: string, cloud: Cloud): Promise<Tags> {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-elasticache');
  const client = await cloud.elastiCache(region);
  const answer = await client.send(new ListTagsForResourceCommand({ ResourceName: ARN }));
  return tagsOf(answer.TagList);
}

function ofShard(
  group: ReplicationGroup,
  { NodeGroupId = '', Status, NodeGroupMembers = [] }: NodeGroup,
  tags: Tags,
): Database {
  const { ReplicationGroupId = '', Engine = 'redis', Status: status = '' } = group;
  const members = NodeGroupMembers.map(
    ({ CacheClusterId: id = '', PreferredAvailabilityZone: zone = '', CurrentRole: role }) => ({ id, zone, role }),
  );
  const placed = ({ id, zone }: DatabaseMember): DatabaseMember => ({ id, zone });
  const writer = members.find(({ role }) => role === 'primary');
  return {
    type: 'cache-group',
    id: `${ReplicationGroupId}/${NodeGroupId}`,
    engine: Engine,
    tags,
    status: status === 'available' ? (Status ?? status) : status,
    writer: writer && placed(writer),
    readers: members.filter(({ role }) => role === 'replica').map(placed),
    fixed: whyFixed(group),
  };
}

/** Which node is the primary, AWS says only where cluster mode is off. */
function whyFixed({ AutomaticFailover, ClusterEnabled }: ReplicationGroup): string | undefined {
  if (ClusterEnabled === true) return 'is in cluster mode, in which AWS does not say which node is the primary';
  return AutomaticFailover === 'enabled' ? undefined : `has its automatic failover ${AutomaticFailover ?? 'unknown'}`;
}
