import type {
  DBCluster,
  DBInstance,
  DescribeDBClustersCommandInput,
  DescribeDBClustersCommandOutput,
  DescribeDBInstancesCommandInput,
  DescribeDBInstancesCommandOutput,
  FailoverDBClusterCommandInput,
  FailoverDBClusterCommandOutput,
  RebootDBInstanceCommandInput,
  RebootDBInstanceCommandOutput,
} from '@aws-sdk/client-rds';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import type { DatabaseRow } from '../database-rows.js';
import { beginFailover, databaseNamed, databasesSeen } from '../databases.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf, type PageRequest } from '../page.js';

/** Readers of a simulated cluster all are in the same tier. */
const TIER = 1;

/**
 * Aurora clusters with a member a zone, and Multi-AZ instances with a standby.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
 */
export const rdsOperations = {
  DescribeDBClustersCommand(
    input: DescribeDBClustersCommandInput,
    context: CallContext,
  ): Answer<DescribeDBClustersCommandOutput> {
    if (input.Filters?.length) throw notSimulated('DescribeDBClusters with Filters');
    const here = databasesSeen(['aurora'], context);
    const wanted = here.filter(({ name }) => (input.DBClusterIdentifier ?? name) === name);
    if (input.DBClusterIdentifier !== undefined && wanted.length === 0) throw noCluster(input.DBClusterIdentifier);
    const { items, next } = pageOf(wanted, rdsPage(input, context));
    return { DBClusters: items.map((one) => toCluster(one, context)), Marker: next };
  },

  DescribeDBInstancesCommand(
    input: DescribeDBInstancesCommandInput,
    context: CallContext,
  ): Answer<DescribeDBInstancesCommandOutput> {
    if (input.Filters?.length) throw notSimulated('DescribeDBInstances with Filters');
    const all = databasesSeen(['aurora', 'multi-az'], context).flatMap((one) => toInstances(one, context));
    const asked = input.DBInstanceIdentifier;
    const wanted = all.filter(({ DBInstanceIdentifier }) => (asked ?? DBInstanceIdentifier) === DBInstanceIdentifier);
    if (asked !== undefined && wanted.length === 0) throw noInstance(asked);
    const { items, next } = pageOf(wanted, rdsPage(input, context));
    return { DBInstances: [...items], Marker: next };
  },

  FailoverDBClusterCommand(
    input: FailoverDBClusterCommandInput,
    context: CallContext,
  ): Answer<FailoverDBClusterCommandOutput> {
    const row = databaseNamed(input.DBClusterIdentifier, 'aurora', context);
    if (!row) throw noCluster(input.DBClusterIdentifier);
    const target = input.TargetDBInstanceIdentifier;
    const to = row.nodes.findIndex(({ id }, i) => (target === undefined ? i !== row.writer : id === target));
    if (target !== undefined && to < 0) throw noInstance(target);
    beginFailover(row, to, context, 'InvalidDBClusterStateFault');
    return { DBCluster: toCluster(databaseNamed(row.name, 'aurora', context) ?? row, context) };
  },

  RebootDBInstanceCommand(
    input: RebootDBInstanceCommandInput,
    context: CallContext,
  ): Answer<RebootDBInstanceCommandOutput> {
    if (input.ForceFailover !== true) throw notSimulated('RebootDBInstance without ForceFailover');
    const row = databaseNamed(input.DBInstanceIdentifier, 'multi-az', context);
    if (!row) throw noInstance(input.DBInstanceIdentifier);
    beginFailover(row, 1 - row.writer, context, 'InvalidDBInstanceState');
    return { DBInstance: toInstances(databaseNamed(row.name, 'multi-az', context) ?? row, context)[0] };
  },
} satisfies Operations;

function noCluster(name = ''): AwsFault {
  return new AwsFault('DBClusterNotFoundFault', `DBCluster ${name} not found.`, 404);
}

function noInstance(name = ''): AwsFault {
  return new AwsFault('DBInstanceNotFound', `DBInstance ${name} not found.`, 404);
}

function rdsPage(
  { Marker, MaxRecords }: { readonly Marker?: string | undefined; readonly MaxRecords?: number | undefined },
  { sim }: CallContext,
): PageRequest {
  return { token: Marker, max: MaxRecords, pageSize: sim.behaviour.pageSize, badToken: 'InvalidParameterValue' };
}

function toCluster(row: DatabaseRow, { sim }: CallContext): DBCluster {
  return {
    DBClusterIdentifier: row.name,
    DBClusterArn: `arn:aws:rds:${row.region}:${sim.world.account}:cluster:${row.name}`,
    Engine: 'aurora-postgresql',
    Status: row.failing ? 'failing-over' : 'available',
    MultiAZ: row.nodes.length > 1,
    AvailabilityZones: row.nodes.map(({ zone }) => zone),
    DBClusterMembers: row.nodes.map(({ id }, i) => ({
      DBInstanceIdentifier: id,
      IsClusterWriter: i === row.writer,
      PromotionTier: TIER,
    })),
    TagList: tagList(row.tags),
  };
}

function toInstances(row: DatabaseRow, context: CallContext): readonly DBInstance[] {
  if (row.kind === 'multi-az') return [toMultiAz(row, context)];
  return row.nodes.map(({ id, zone }) => ({
    DBInstanceIdentifier: id,
    DBInstanceArn: `arn:aws:rds:${row.region}:${context.sim.world.account}:db:${id}`,
    DBClusterIdentifier: row.name,
    Engine: 'aurora-postgresql',
    DBInstanceStatus: 'available',
    AvailabilityZone: zone,
    MultiAZ: false,
    TagList: tagList(row.tags),
  }));
}

function toMultiAz(row: DatabaseRow, { sim }: CallContext): DBInstance {
  return {
    DBInstanceIdentifier: row.name,
    DBInstanceArn: `arn:aws:rds:${row.region}:${sim.world.account}:db:${row.name}`,
    Engine: 'postgres',
    DBInstanceStatus: row.failing ? 'rebooting' : 'available',
    AvailabilityZone: row.nodes[row.writer]?.zone,
    SecondaryAvailabilityZone: row.nodes[1 - row.writer]?.zone,
    MultiAZ: row.nodes.length > 1,
    TagList: tagList(row.tags),
  };
}
