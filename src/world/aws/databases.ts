import type { WorldDatabase, WorldRegion } from '../world.js';
import { AwsFault } from './aws-fault.js';
import type { DatabaseRow } from './database-rows.js';
import type { CallContext } from './operation.js';
import type { SimState } from './sim-state.js';

/** The databases of a region, each with its writer in the first zone, as they are after days without trouble. */
export function buildDatabases(sim: SimState, { name: region, zones }: WorldRegion): void {
  for (const database of sim.world.databases ?? []) {
    if (!database.regions.includes(region)) continue;
    sim.store.databases.put({
      id: `${region}/${database.name}`,
      region,
      name: database.name,
      kind: database.kind,
      tags: database.tags,
      nodes: nodesOf(database, zones),
      writer: 0,
      failoverMs: database.failoverMs,
      failing: null,
    });
  }
}

function nodesOf({ kind, name }: WorldDatabase, zones: readonly string[]): DatabaseRow['nodes'] {
  if (kind === 'multi-az') return zones.slice(0, 2).map((zone) => ({ id: name, zone }));
  const digits = kind === 'cache' ? 3 : 0;
  return zones.map((zone, i) => ({ id: `${name}-${String(i + 1).padStart(digits, '0')}`, zone }));
}

/** The databases of some kinds in the call's region, as readers see them. */
export function databasesSeen(kinds: readonly DatabaseRow['kind'][], { sim, region }: CallContext): DatabaseRow[] {
  return sim.store.databases.seen(sim.nowMs).filter((one) => one.region === region && kinds.includes(one.kind));
}

/** One of them by name, as it is. */
export function databaseNamed(
  name: string | undefined,
  kind: DatabaseRow['kind'],
  { sim, region }: CallContext,
): DatabaseRow | undefined {
  const row = sim.store.databases.get(`${region}/${name ?? ''}`);
  return row?.kind === kind ? row : undefined;
}

/**
 * Begins a failover: the connections of the writer end at once, and after a while another node takes the writes.
 * @param to - index of that node
 * @param refused - the service's error where one is under way, or there is nobody else
 */
export function beginFailover(row: DatabaseRow, to: number, { sim }: CallContext, refused: string): void {
  if (row.failing) throw new AwsFault(refused, `${row.name} is not in the available state`);
  if (to < 0 || to === row.writer || !row.nodes[to])
    throw new AwsFault(refused, `${row.name} has no other member that could take over`);
  const failing = { to, dueMs: sim.nowMs + row.failoverMs };
  sim.store.databases.put({ ...row, failing }, sim.seenFromMs());
}

/** A failover that is due is over. */
export function databaseDue(sim: SimState, id: string): void {
  const row = sim.store.databases.get(id);
  if (!row?.failing || row.failing.dueMs > sim.nowMs) return;
  sim.store.databases.put({ ...row, writer: row.failing.to, failing: null });
}
