import type { DBCluster, DBClusterMember, DBInstance } from '@aws-sdk/client-rds';
import type { Cloud } from '../aws/cloud.js';
import type { Database, DatabaseMember } from '../model/database.js';
import { allPages } from './paging.js';
import { tagsOf } from './tags.js';

/** The last tier from which Aurora promotes. */
const LAST_TIER = 15;
/** DescribeDBClusters lists Neptune's and DocumentDB's clusters as well. */
const ENGINES = /^(aurora|mysql|postgres)/;

/**
 * The clusters of RDS, and the instances that are in none, of a region: two listings.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html
 */
export async function readRds(region: string, cloud: Cloud): Promise<readonly Database[]> {
  const { DescribeDBClustersCommand, DescribeDBInstancesCommand } = await import('@aws-sdk/client-rds');
  const client = await cloud.rds(region);
  const [clusters, instances] = await Promise.all([
    allPages(async (marker) => {
      const answer = await client.send(new DescribeDBClustersCommand({ Marker: marker }));
      return { items: answer.DBClusters ?? [], next: answer.Marker };
    }),
    allPages(async (marker) => {
      const answer = await client.send(new DescribeDBInstancesCommand({ Marker: marker }));
      return { items: answer.DBInstances ?? [], next: answer.Marker };
    }),
  ]);
  const zones = new Map(
    instances.map(({ DBInstanceIdentifier: id = '', AvailabilityZone: zone = '' }) => [id, zone] as const),
  );
  return [
    ...clusters.map((cluster) => ofCluster(cluster, zones)),
    ...instances.filter(({ DBClusterIdentifier }) => !DBClusterIdentifier).map(ofInstance),
  ];
}

function ofCluster(cluster: DBCluster, zones: ReadonlyMap<string, string>): Database {
  const { DBClusterIdentifier: id = '', Engine: engine = '', Status: status = '', TagList, DBClusterMembers } = cluster;
  const members = DBClusterMembers ?? [];
  const placed = ({ DBInstanceIdentifier: member = '' }: DBClusterMember): DatabaseMember => {
    return { id: member, zone: zones.get(member) ?? '' };
  };
  const writer = members.find(({ IsClusterWriter }) => IsClusterWriter === true);
  const readers = members.filter((one) => one !== writer).toSorted((a, b) => tierOf(a) - tierOf(b) || byId(a, b));
  return {
    type: 'db-cluster',
    id,
    engine,
    tags: tagsOf(TagList),
    status,
    writer: writer && placed(writer),
    readers: readers.map(placed),
    fixed: ENGINES.test(engine) ? undefined : `runs ${engine}, which is not failed over here`,
  };
}

function ofInstance(instance: DBInstance): Database {
  const { DBInstanceIdentifier: id = '', Engine: engine = '', DBInstanceStatus: status = '', TagList } = instance;
  const { AvailabilityZone: zone, SecondaryAvailabilityZone: standby, MultiAZ } = instance;
  return {
    type: 'db-instance',
    id,
    engine,
    tags: tagsOf(TagList),
    status,
    writer: zone === undefined ? undefined : { id, zone },
    readers: standby === undefined ? [] : [{ id, zone: standby }],
    fixed: MultiAZ === true ? undefined : 'is in one zone alone: nobody could take over',
  };
}

function tierOf({ PromotionTier = LAST_TIER }: DBClusterMember): number {
  return PromotionTier;
}

function byId(
  { DBInstanceIdentifier: a = '' }: DBClusterMember,
  { DBInstanceIdentifier: b = '' }: DBClusterMember,
): number {
  return a < b ? -1 : 1;
}
