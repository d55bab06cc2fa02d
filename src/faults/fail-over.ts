import { matchesTags } from '../inventory/tags.js';
import { successorIn, type Database } from '../model/database.js';
import type { InventoryPart } from '../model/inventory.js';
import type { ParamValues } from '../model/param.js';
import { textOf } from './params.js';
import type { FaultChanges, FaultRequest, ProtoChange, TargetRegion } from './fault.js';

/** Node groups of ElastiCache that an account may fail over in 24 hours. */
const CACHES_A_DAY = 15;

/** Whether databases fail over with a zone: a parameter of every fault of a zone. */
export const DATABASES = {
  databases: {
    kind: 'choice',
    of: ['stay', 'failover'],
    default: 'stay',
    means: "failover: databases and caches whose writer is in the zone fail over out of it, which can't be undone",
  },
} as const;

/** What a fault of a zone must know of the inventory for its parameter. */
export function databasesNeeded(params: ParamValues): readonly InventoryPart[] {
  return areAsked(params) ? ['databases'] : [];
}

/** What a fault of a zone does with databases: as its parameter says, and last, since it can't be undone. */
export function failOversAsked(request: FaultRequest): FaultChanges {
  if (!areAsked(request.params)) return { changes: [], leftAlone: [] };
  return together(request.targets.regions.map((target) => failOvers(target, request)));
}

/** What several parts of a fault would do, as one. */
export function together(made: readonly FaultChanges[]): FaultChanges {
  return { changes: made.flatMap((one) => one.changes), leftAlone: made.flatMap((one) => one.leftAlone) };
}

/** Whether a step that has the parameter wants databases to fail over. */
export function areAsked(params: ParamValues): boolean {
  return textOf(DATABASES, 'databases', params) === 'failover';
}

/** What a resource must be to fail over. */
export const DATABASE_TYPES: readonly string[] = [
  'db-cluster',
  'db-instance',
  'cache-group',
] satisfies Database['type'][];

/**
 * Has the databases of a region fail over whose writer is in scope: what is selected by its tags, or all where nothing
 * is. A group's name selects no database.
 */
export function failOvers({ region, databases = [] }: TargetRegion, request: FaultRequest): FaultChanges {
  const judged = databases.map((database) => ({ database, why: whyNot(database, request) }));
  const chosen = judged.flatMap(({ database, why }) => (why === undefined ? [database] : []));
  const caches = chosen.filter(({ type }) => type === 'cache-group');
  const tooMany = new Set(caches.slice(CACHES_A_DAY));
  return {
    leftAlone: judged.flatMap(({ database, why }) => {
      const reason = tooMany.has(database) ? `is one too many: AWS takes ${CACHES_A_DAY} node groups in 24 hours` : why;
      return reason === undefined ? [] : [{ what: `${database.type} ${region}/${database.id}`, why: reason }];
    }),
    changes: chosen.filter((database) => !tooMany.has(database)).flatMap((database) => failOver(region, database)),
  };
}

/** Guard clauses: the list of reasons why a writer stays where it is. */
function whyNot(database: Database, { scope, select }: FaultRequest): string | undefined {
  const { writer, status, fixed, tags } = database;
  if (fixed !== undefined) return fixed;
  if (writer === undefined) return 'has no writer';
  if (scope.kind === 'az' && writer.zone !== scope.zone) return `has its writer in ${writer.zone}`;
  if (select.groups.length > 0 && Object.keys(select.tags).length === 0) return 'is in no group in select.groups';
  if (!matchesTags(tags, select.tags)) return 'does not match select.tags';
  if (status !== 'available') return `is ${status}`;
  return successorIn(database, writer.zone) === undefined
    ? `has nobody outside ${writer.zone} to take over`
    : undefined;
}

function failOver(region: string, database: Database): readonly ProtoChange[] {
  const { type, id, writer } = database;
  const next = writer && successorIn(database, writer.zone);
  if (!writer || !next) return [];
  const isCache = type === 'cache-group';
  const drops = `the connections to ${writer.id}${isCache ? ', and what it has not replicated' : ''}`;
  return [
    {
      kind: 'irreversible',
      attribute: isCache ? 'cache.failover' : 'database.failover',
      resource: { type, region, id, zone: writer.zone },
      loses: `${drops}; ${isCache ? 'its replica' : next.id} in ${next.zone} is to take over`,
    },
  ];
}
