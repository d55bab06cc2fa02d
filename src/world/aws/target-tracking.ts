import type { Json } from '../../model/json.js';
import { noteActivity } from './activities.js';
import type { GroupRow } from './rows.js';
import type { GroupLoad, SimState } from './sim-state.js';

/** How long the mean must be above target before a group grows, and below nine tenths of it before it shrinks. */
const GROW_AFTER_MS = 60_000;
const SHRINK_AFTER_MS = 15 * 60_000;
const SHRINK_BELOW = 0.9;
/** The share of its capacity that a group gives up at once. */
const SHRINK_STEP = 0.1;

/** How busy a group is: {@link LoadSink}'s observation. */
export interface Observation {
  readonly region: string;
  readonly group: string;
  readonly utilisation: number;
  readonly atMs: number;
}

/**
 * Target tracking on mean CPU: out at once and by as much as it takes, in late and little by little, never while
 * AlarmNotification is suspended.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
export function observeLoad(sim: SimState, { region, group: name, utilisation, atMs }: Observation): void {
  const group = sim.store.groups.get(`${region}/${name}`);
  if (!group || group.targetUtilisation === null) return;
  const target = group.targetUtilisation;
  const load = loadOf(sim, group.id);
  load.aboveSinceMs = utilisation > target ? (load.aboveSinceMs ?? atMs) : undefined;
  load.belowSinceMs = utilisation < target * SHRINK_BELOW ? (load.belowSinceMs ?? atMs) : undefined;
  if (atMs - group.scaledMs < group.cooldownMs || group.suspended.includes('AlarmNotification')) return;
  if (held(load.aboveSinceMs, atMs, GROW_AFTER_MS)) grow(sim, group, utilisation / target);
  if (held(load.belowSinceMs, atMs, SHRINK_AFTER_MS)) shrink(sim, group, utilisation / target);
}

/** How long each group has been above or below its target, to be recalled in another process. */
export function loadsOf({ loads }: SimState): Json {
  return Object.fromEntries(
    [...loads].map(([group, { aboveSinceMs, belowSinceMs }]) => [
      group,
      { above: aboveSinceMs ?? null, below: belowSinceMs ?? null },
    ]),
  );
}

/** Goes on from {@link loadsOf}; what is none is left out. */
export function recallLoads({ loads }: SimState, saved: Json): void {
  if (saved === null || typeof saved !== 'object') return;
  for (const [group, since] of Object.entries(saved)) {
    loads.set(group, { aboveSinceMs: momentIn(since, 'above'), belowSinceMs: momentIn(since, 'below') });
  }
}

function momentIn(since: Json, which: 'above' | 'below'): number | undefined {
  const found = since !== null && typeof since === 'object' ? Object.entries(since) : [];
  const value = found.find(([key]) => key === which)?.[1];
  return typeof value === 'number' ? value : undefined;
}

function loadOf(sim: SimState, group: string): GroupLoad {
  const known = sim.loads.get(group);
  if (known) return known;
  const load = { aboveSinceMs: undefined, belowSinceMs: undefined };
  sim.loads.set(group, load);
  return load;
}

function held(sinceMs: number | undefined, nowMs: number, forMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs >= forMs;
}

function grow(sim: SimState, group: GroupRow, ratio: number): void {
  // counting who serves goes through all members: not where nothing could come of it
  if (group.desired >= group.max) return;
  const desired = Math.min(group.max, Math.ceil(servingOf(sim, group) * ratio));
  if (desired > group.desired) scale(sim, group, desired, 'AlarmHigh');
}

function shrink(sim: SimState, group: GroupRow, ratio: number): void {
  if (group.desired <= group.min) return;
  const step = Math.max(1, Math.floor(group.desired * SHRINK_STEP));
  const desired = Math.max(group.min, Math.ceil(servingOf(sim, group) * ratio), group.desired - step);
  if (desired < group.desired) scale(sim, group, desired, 'AlarmLow');
}

function scale(sim: SimState, group: GroupRow, desired: number, alarm: string): void {
  sim.store.groups.put({ ...group, desired, scaledMs: sim.nowMs });
  const policy = `a monitor alarm TargetTracking-${group.name}-${alarm} triggered policy ${policyName(group)}`;
  const cause = `${policy} changing the desired capacity from ${group.desired} to ${desired}.`;
  noteActivity(sim, group, { description: `Setting desired capacity to ${desired}`, cause });
}

function servingOf(sim: SimState, group: GroupRow): number {
  return sim.membersOf(group.id).filter((row) => sim.infra.isServing(row, sim.nowMs)).length;
}

/** The name of a group's only policy. */
export function policyName(group: GroupRow): string {
  return `${group.name}-cpu`;
}
