import { activeMembers, letGo } from './reconcile.js';
import type { RefreshRow } from './refresh-rows.js';
import type { GroupRow, InstanceRow } from './rows.js';
import type { SimState } from './sim-state.js';

const WHY = 'an instance was taken out of service in response to an instance refresh.';
/** What it needs of a group's processes. */
const NEEDS = ['Launch', 'Terminate', 'InstanceRefresh', 'ReplaceUnhealthy'];

/**
 * A refresh's part of its group's turn: ends old members, as many as may be missing at once, when those that took the
 * places of the last ones are in service and warm. It stands still while a process that it needs is suspended.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export function refreshTurn(sim: SimState, groupId: string): void {
  const group = sim.store.groups.get(groupId);
  const row = activeRefresh(sim, groupId);
  if (!group || !row) return;
  // it looks again at every turn
  sim.attend(groupId);
  const active = activeMembers(sim, group);
  const old = active.filter(({ id }) => row.old.includes(id));
  if (row.status === 'Cancelling') return over(sim, { ...row, left: old.length }, 'Cancelled');
  if (NEEDS.some((process) => group.suspended.includes(process))) return;
  if (old.length === 0 && isReady(sim, row, { group, active })) return over(sim, { ...row, left: 0 }, 'Successful');
  const ended = endSome(sim, row, { group, active, old });
  put(sim, { ...row, status: 'InProgress', left: old.length - ended });
}

/** The refresh of a group that has not ended. */
export function activeRefresh(sim: SimState, group: string): RefreshRow | undefined {
  return [...sim.store.refreshes.all()].find((row) => row.group === group && row.endedMs === null);
}

/** Share of the old members that is gone, in per cent. */
export function percentDone({ old, left }: RefreshRow): number {
  return old.length === 0 ? 100 : Math.floor((100 * (old.length - left)) / old.length);
}

interface Standing {
  readonly group: GroupRow;
  readonly active: readonly InstanceRow[];
}

function endSome(
  sim: SimState,
  row: RefreshRow,
  { group, active, old }: Standing & { readonly old: readonly InstanceRow[] },
): number {
  const least = Math.ceil((group.desired * row.minHealthyPercent) / 100);
  // with all of them wanted one goes all the same, as Auto Scaling does
  const spare = Math.max(readyOf(sim, row, active).length - Math.min(least, group.desired - 1), 0);
  const going = old.slice(0, spare);
  for (const one of going) letGo(sim, group, { row: one, why: WHY });
  return going.length;
}

function isReady(sim: SimState, row: RefreshRow, { group, active }: Standing): boolean {
  return readyOf(sim, row, active).length >= group.desired;
}

/** Those in service whose warm-up is over. */
function readyOf(sim: SimState, row: RefreshRow, active: readonly InstanceRow[]): readonly InstanceRow[] {
  return active.filter(
    ({ id, state, member, servesMs }) =>
      state === 'running' &&
      member?.lifecycle === 'InService' &&
      (row.old.includes(id) || sim.nowMs >= servesMs + row.warmupMs),
  );
}

function over(sim: SimState, row: RefreshRow, status: 'Successful' | 'Cancelled'): void {
  put(sim, { ...row, status, endedMs: sim.nowMs });
}

function put(sim: SimState, row: RefreshRow): void {
  const before = sim.store.refreshes.get(row.id);
  if (before?.status !== row.status || before.left !== row.left) sim.store.refreshes.put(row);
}
