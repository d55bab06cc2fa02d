import { CreateReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { CreateDBClusterCommand, CreateDBInstanceCommand } from '@aws-sdk/client-rds';
import type { Cloud } from '../../src/aws/cloud.js';
import { ZONES } from './contract-world.js';

const OWNER = { MasterUsername: 'kong', MasterUserPassword: 'kong-kong-kong' };

/** The databases of the contract's world in one region, each with its writer in the first zone. */
export async function makeDatabases(region: string, aws: Cloud): Promise<void> {
  const zones = ZONES[region] ?? [];
  const rds = await aws.rds(region);
  const tags = (app: string): { Key: string; Value: string }[] => [{ Key: 'app', Value: app }];
  const cluster = { DBClusterIdentifier: 'accounts', Engine: 'aurora-postgresql', ...OWNER, Tags: tags('accounts') };
  await rds.send(new CreateDBClusterCommand(cluster));
  for (const [i, AvailabilityZone] of zones.entries()) {
    const member = { DBClusterIdentifier: 'accounts', Engine: 'aurora-postgresql', DBInstanceClass: 'db.r6g.large' };
    const DBInstanceIdentifier = `accounts-${i + 1}`;
    await rds.send(new CreateDBInstanceCommand({ ...member, DBInstanceIdentifier, AvailabilityZone }));
  }
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'ledger',
      Engine: 'postgres',
      DBInstanceClass: 'db.r6g.large',
      AllocatedStorage: 20,
      MultiAZ: true,
      Tags: tags('ledger'),
      ...OWNER,
    }),
  );
  await (
    await aws.elastiCache(region)
  ).send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: 'sessions',
      ReplicationGroupDescription: 'for a test',
      Engine: 'redis',
      CacheNodeType: 'cache.r6g.large',
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      PreferredCacheClusterAZs: [...zones],
      Tags: tags('sessions'),
    }),
  );
}
