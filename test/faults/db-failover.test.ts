import { describe, expect, it } from 'vitest';
import { dbFailover } from '../../src/faults/db-failover.js';
import type { FaultChanges, FaultRequest } from '../../src/faults/fault.js';
import { seededRandom } from '../../src/host/random.js';
import type { Database } from '../../src/model/database.js';

const A = 'us-east-1a';
const USUAL: Database = {
  type: 'db-cluster',
  id: 'accounts',
  engine: 'aurora-mysql',
  tags: { app: 'accounts' },
  status: 'available',
  writer: { id: 'accounts-1', zone: A },
  readers: [
    { id: 'accounts-2', zone: A },
    { id: 'accounts-3', zone: 'us-east-1c' },
  ],
  fixed: undefined,
};

function failOver(databases: readonly Database[], more: Partial<FaultRequest> = {}): FaultChanges {
  const region = { region: 'us-east-1', subnets: [], groups: [], instances: [], databases };
  return dbFailover.changes({
    scope: { kind: 'az', region: 'us-east-1', zone: A },
    targets: { regions: [region], leftAlone: [] },
    inventory: { account: '1', regions: [], records: [] },
    select: { tags: {}, groups: [], domains: [] },
    params: {},
    step: 0,
    lastsSeconds: 0,
    random: seededRandom(1),
    ...more,
  });
}

describe('db-failover leaves alone', () => {
  it.each<[string, Partial<Database>, string]>([
    ['what can not fail over', { fixed: 'is in one zone alone' }, 'is in one zone alone'],
    ['what has no writer', { writer: undefined }, 'has no writer'],
    [
      'what has its writer elsewhere',
      { writer: { id: 'accounts-3', zone: 'us-east-1c' } },
      'has its writer in us-east-1c',
    ],
    ['what is busy', { status: 'modifying' }, 'is modifying'],
    [
      'what has its readers in the zone',
      { readers: [{ id: 'accounts-2', zone: A }] },
      `has nobody outside ${A} to take over`,
    ],
  ])('%s', (_what, change, why) => {
    const { changes, leftAlone } = failOver([{ ...USUAL, ...change }]);
    expect(changes).toEqual([]);
    expect(leftAlone).toEqual([{ what: 'db-cluster us-east-1/accounts', why }]);
  });

  it('what is not selected: by other tags, or by the names of groups alone', () => {
    const tags = { tags: { app: ['edge'] }, groups: [], domains: [] };
    expect(failOver([USUAL], { select: tags }).leftAlone[0]?.why).toBe('does not match select.tags');
    const groups = { tags: {}, groups: ['edge'], domains: [] };
    expect(failOver([USUAL], { select: groups }).leftAlone[0]?.why).toBe('is in no group in select.groups');
  });

  it('more node groups of caches than AWS takes in a day', () => {
    const caches = Array.from({ length: 17 }, (_, i): Database => ({
      ...USUAL,
      type: 'cache-group',
      id: `c${i}/0001`,
    }));
    const { changes, leftAlone } = failOver(caches);
    expect(changes).toHaveLength(15);
    expect(leftAlone.map(({ what }) => what)).toEqual([
      'cache-group us-east-1/c15/0001',
      'cache-group us-east-1/c16/0001',
    ]);
  });
});

describe('db-failover', () => {
  it('names who loses its connections, and who is to take over in another zone', () => {
    const [change] = failOver([USUAL]).changes;
    expect(change).toMatchObject({
      attribute: 'database.failover',
      resource: { type: 'db-cluster', id: 'accounts', zone: A },
      loses: 'the connections to accounts-1; accounts-3 in us-east-1c is to take over',
    });
  });

  it('says of a cache that it loses what was not replicated', () => {
    const [change] = failOver([{ ...USUAL, type: 'cache-group' }]).changes;
    expect(change?.attribute).toBe('cache.failover');
    expect(change?.kind === 'irreversible' && change.loses).toMatch(/has not replicated/);
  });

  it('takes every writer of a region, wherever it is', () => {
    const scope = { kind: 'region', region: 'us-east-1' } as const;
    const other = { ...USUAL, id: 'other', writer: { id: 'other-3', zone: 'us-east-1c' } };
    expect(failOver([USUAL, other], { scope }).changes.map(({ resource }) => resource.zone)).toEqual([A, 'us-east-1c']);
  });
});
