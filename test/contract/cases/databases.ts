import { TestFailoverCommand } from '@aws-sdk/client-elasticache';
import { FailoverDBClusterCommand, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { expect } from 'vitest';
import { permitFor } from '../../../src/aws/guard.js';
import { followerOf } from '../../../src/changes/aftermath.js';
import { databaseKey, databasesNow } from '../../../src/changes/database-now.js';
import { actIrreversibly } from '../../../src/changes/irreversible.js';
import { readCaches } from '../../../src/inventory/read-caches.js';
import { readRds } from '../../../src/inventory/read-rds.js';
import type { IrreversibleChange } from '../../../src/model/change.js';
import type { Database } from '../../../src/model/database.js';
import { eventually, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest, type Statement } from '../cloud.js';
import { EAST, ZONES } from '../contract-world.js';

const [FIRST = '', SECOND = ''] = ZONES[EAST] ?? [];

/** A failover out of the first zone. */
function failover(type: Database['type'], id: string): IrreversibleChange {
  const attribute = type === 'cache-group' ? 'cache.failover' : 'database.failover';
  return { kind: 'irreversible', id: 'c1', attribute, resource: { type, region: EAST, id, zone: FIRST }, loses: id };
}

async function read(
  cloud: CloudUnderTest,
  { type, id }: { readonly type: string; readonly id: string },
): Promise<Database> {
  const all = [...(await readRds(EAST, cloud.kong)), ...(await readCaches(EAST, cloud.kong, true))];
  return there(
    all.find((one) => one.type === type && one.id === id),
    id,
  );
}

const act = (cloud: CloudUnderTest, change: IrreversibleChange): Promise<void> =>
  actIrreversibly(change, {
    cloud: cloud.kong,
    permit: permitFor({ changes: ['c1'] }, new AbortController().signal),
    clock: cloud.clock,
  });

/** A database of each kind is there, leaves the zone of its writer, and says so. */
function leaves(type: Database['type'], id: string): readonly Statement[] {
  return [
    {
      id: `databases/${type}/read`,
      title: `a ${type} is read with its tags, its writer, and who could take over`,
      async run(cloud) {
        await cloud.databases(EAST);
        const found = await read(cloud, { type, id });
        expect(found).toMatchObject({ status: 'available', fixed: undefined, writer: { zone: FIRST } });
        expect(found.readers.map(({ zone }) => zone)).toEqual([SECOND]);
        expect(found.tags).toEqual({ app: id.split('/')[0] });
      },
    },
    {
      id: `databases/${type}/fails-over`,
      title: `a ${type} fails over out of a zone: its writer is in another one then, and is told`,
      async run(cloud) {
        await cloud.databases(EAST);
        const change = failover(type, id);
        const following = await followerOf(change.attribute).begin([change], cloud.kong);
        await act(cloud, change);
        const seen = await eventually(
          cloud,
          async () => (await following.look(cloud.kong)).get('c1'),
          (now) => now?.state === 'replaced',
        );
        const { writer } = there((await databasesNow([change.resource], cloud.kong)).get(databaseKey(change.resource)));
        expect(writer?.zone).toBe(SECOND);
        expect(seen).toEqual({ state: 'replaced', by: `${writer?.id ?? ''} in ${SECOND}` });
        // once it is out of the zone, nothing is sent any more
        await expect(act(cloud, change)).rejects.toMatchObject({ code: 'NOT_VERIFIED' });
      },
    },
  ];
}

/** Databases and caches as kong moves them. */
export const databaseCases = casesOf('databases', [
  {
    id: 'databases/unknown',
    title: 'what is not there is refused by the name of its kind',
    async run(cloud) {
      const rds = await cloud.aws.rds(EAST);
      const nobody = 'nobody';
      const cluster = rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: nobody }));
      expect(await refusal(cluster)).toMatch(/^DBClusterNotFound/);
      const instance = rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: nobody, ForceFailover: true }));
      expect(await refusal(instance)).toMatch(/^DBInstanceNotFound/);
    },
  },
  {
    id: 'databases/unknown-cache',
    title: 'a replication group that is not there is refused by the name of its kind',
    async run(cloud) {
      const cache = await cloud.aws.elastiCache(EAST);
      const asked = new TestFailoverCommand({ ReplicationGroupId: 'nobody', NodeGroupId: '0001' });
      expect(await refusal(cache.send(asked))).toMatch(/^ReplicationGroupNotFound/);
    },
  },
  {
    id: 'databases/gone',
    title: 'a failover of what is gone is refused before anything is sent',
    async run(cloud) {
      await expect(act(cloud, failover('db-cluster', 'nobody'))).rejects.toMatchObject({ code: 'NOT_VERIFIED' });
    },
  },
  ...leaves('db-cluster', 'accounts'),
  ...leaves('db-instance', 'ledger'),
  ...leaves('cache-group', 'sessions/0001'),
]);
