import type { ActivityRow, GroupRow } from './rows.js';
import type { SimState } from './sim-state.js';

/** Activities are kept for six weeks; the simulator keeps this many a group. */
const KEPT = 200;

type Told = Pick<ActivityRow, 'description' | 'cause'> & { readonly failure?: string };

/** Notes what an Auto Scaling group did, or failed to do. */
export function noteActivity(sim: SimState, group: GroupRow, told: Told): ActivityRow {
  const at = new Date(sim.nowMs).toISOString().replace(/\.\d+Z/, 'Z');
  const activity: ActivityRow = {
    id: sim.ids.nextUuid(),
    group: group.id,
    startedMs: sim.nowMs,
    endedMs: sim.nowMs,
    status: told.failure === undefined ? 'Successful' : 'Failed',
    description: told.description,
    cause: `At ${at} ${told.cause}`,
    message: told.failure ?? null,
  };
  sim.store.activities.put(activity);
  const own = activitiesOf(sim, group.id);
  for (const old of own.slice(0, Math.max(0, own.length - KEPT))) sim.store.activities.remove(old.id);
  return activity;
}

/** What a group did, the oldest first. */
export function activitiesOf(sim: SimState, group: string): readonly ActivityRow[] {
  return [...sim.store.activities.all()].filter((activity) => activity.group === group);
}
