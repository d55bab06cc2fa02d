import type { Cloud } from '../aws/cloud.js';
import type { WritePermit } from '../aws/guard.js';
import type { IrreversibleChange } from '../model/change.js';
import { successorIn, type Database } from '../model/database.js';
import { KongError } from '../model/errors.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import { databaseKey, databasesNow } from './database-now.js';

/** Engines whose clusters choose their next writer themselves: all their readers are in other zones. */
const CHOOSES_ITSELF = ['mysql'];

interface Sending {
  readonly cloud: Cloud;
  readonly permit: WritePermit;
}

/**
 * Has a database fail over out of the zone that the change names, once more than it was planned: where its writer has
 * left that meanwhile, nothing is sent.
 *
 * The answer may be lost, and the call sent again: it is refused then, since the first one is under way, and that is as
 * good.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html
 * @throws KongError NOT_VERIFIED where it is not as planned
 */
export async function failOver({ resource }: IrreversibleChange, { cloud, permit }: Sending): Promise<void> {
  const now = await databaseOf(resource, cloud);
  const reason = whyNot(now, resource);
  if (now === undefined || reason !== undefined) {
    throw new KongError('NOT_VERIFIED', `${resourceKey(resource)} ${reason ?? 'is not there any more'}`, {
      fix: 'find out what else acts on it, then plan again',
    });
  }
  try {
    await send(now, resource, { cloud, permit });
  } catch (error) {
    const isRefused = error instanceof KongError && error.code === 'AWS_REJECTED';
    if (!isRefused || whyNot(await databaseOf(resource, cloud), resource) === undefined) throw error;
  }
}

async function databaseOf(resource: ResourceRef, cloud: Cloud): Promise<Database | undefined> {
  return (await databasesNow([resource], cloud)).get(databaseKey(resource));
}

function whyNot(now: Database | undefined, { zone = '' }: ResourceRef): string | undefined {
  if (now === undefined) return 'is not there any more';
  if (now.status !== 'available') return `is ${now.status}`;
  if (now.writer?.zone !== zone) return `has its writer in ${now.writer?.zone ?? 'no zone'}, and not in ${zone}`;
  return successorIn(now, zone) === undefined ? `has nobody outside ${zone} to take over` : undefined;
}

async function send(database: Database, { region, zone = '' }: ResourceRef, { cloud, permit }: Sending): Promise<void> {
  const { type, id, engine } = database;
  switch (type) {
    case 'db-cluster': {
      const { FailoverDBClusterCommand } = await import('@aws-sdk/client-rds');
      const target = CHOOSES_ITSELF.includes(engine) ? undefined : successorIn(database, zone)?.id;
      const input = { DBClusterIdentifier: id, TargetDBInstanceIdentifier: target };
      await (await cloud.rds(region)).send(permit.for(new FailoverDBClusterCommand(input)));
      return;
    }
    case 'db-instance': {
      const { RebootDBInstanceCommand } = await import('@aws-sdk/client-rds');
      const input = { DBInstanceIdentifier: id, ForceFailover: true };
      await (await cloud.rds(region)).send(permit.for(new RebootDBInstanceCommand(input)));
      return;
    }
    case 'cache-group': {
      const { TestFailoverCommand } = await import('@aws-sdk/client-elasticache');
      const [ReplicationGroupId, NodeGroupId] = id.split('/');
      const input = { ReplicationGroupId, NodeGroupId };
      await (await cloud.elastiCache(region)).send(permit.for(new TestFailoverCommand(input)));
    }
  }
}
