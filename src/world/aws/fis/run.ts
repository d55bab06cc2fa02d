import type { FisExperimentRow, FisRunning, FisUndo } from '../fis-rows.js';
import { isEnding, start } from '../fleet.js';
import type { SimState } from '../sim-state.js';
import { cancelCommand, isOver } from '../ssm/commands.js';
import { ACTIONS } from './actions.js';
import { chosen } from './choose.js';
import { restoreConnectivity } from './connectivity.js';
import { shiftBack } from './zonal-shift.js';

/** An action that waits for something looks again so often. */
const AGAIN_MS = 5_000;
const HALTED = 'Experiment halted by stop condition.';

/** What an experiment's timer means: its targets are chosen, its actions begin and end. */
export function experimentDue(sim: SimState, id: string): void {
  const row = sim.store.fisExperiments.get(id);
  if (!row || row.dueMs === null || row.dueMs > sim.nowMs) return;
  if (row.status === 'initiating') return initiated(sim, row);
  if (row.status === 'running') return settled(sim, stepped(sim, row));
  if (row.status === 'stopping') stopping(sim, row);
}

/** An alarm was raised: what has it for a stop condition is stopped. */
export function experimentsAlarmed(sim: SimState, alarm: string): void {
  for (const row of [...sim.store.fisExperiments.all()]) {
    if (isActive(row) && row.plan.stopAlarms.some((arn) => alarmOf(arn) === alarm)) stopExperiment(sim, row, HALTED);
  }
}

/** Stops an experiment: what it can put back is put back. */
export function stopExperiment(sim: SimState, row: FisExperimentRow, reason: string): FisExperimentRow {
  return stopping(sim, { ...row, status: 'stopping', reason, startedMs: row.startedMs ?? sim.nowMs });
}

/** Whether an experiment may still do something. */
export function isActive({ status }: FisExperimentRow): boolean {
  return status === 'initiating' || status === 'running' || status === 'stopping';
}

/** Id of the alarm that an Amazon resource name stands for. */
function alarmOf(arn: string): string {
  const [, , , region, , , ...name] = arn.split(':');
  return `${region ?? ''}/${name.join(':')}`;
}

function initiated(sim: SimState, row: FisExperimentRow): void {
  const { plan, region } = row;
  const isRaised = (arn: string): boolean => sim.store.alarms.get(alarmOf(arn))?.state === 'ALARM';
  if (plan.stopAlarms.some(isRaised)) return void stopExperiment(sim, row, HALTED);
  const choice = Object.fromEntries(
    Object.entries(plan.targets).map(([name, target]) => [name, chosen(sim, region, target, `${row.id} ${name}`)]),
  );
  const begun: FisExperimentRow = {
    ...row,
    status: 'running',
    reason: 'Experiment is running.',
    chosen: choice,
    startedMs: sim.nowMs,
  };
  const isEmpty = Object.values(choice).some(({ length }) => length === 0);
  if (isEmpty && plan.emptyTargets === 'fail')
    return put(sim, {
      ...begun,
      status: 'failed',
      reason: 'Target resolution returned empty set',
      endedMs: sim.nowMs,
      dueMs: null,
    });
  settled(sim, begun.preview ? skipped(begun) : stepped(sim, begun));
}

/** A preview: nothing is done to what was chosen. */
function skipped(row: FisExperimentRow): FisExperimentRow {
  const reason = 'Action was skipped: the experiment is a preview.';
  return Object.keys(row.actions).reduce(
    (now, name) => withAction(now, name, { ...PENDING, status: 'skipped', reason }),
    row,
  );
}

/** Ends what is over and begins what may begin, until nothing more does. */
function stepped(sim: SimState, row: FisExperimentRow): FisExperimentRow {
  let now = row;
  for (const name of Object.keys(row.plan.actions)) now = withAction(now, name, ended(sim, now, name));
  for (let began = true; began;) {
    began = false;
    for (const name of Object.keys(now.plan.actions)) {
      if (now.actions[name]?.status !== 'pending' || !isTurn(now, name)) continue;
      now = withAction(now, name, begun(sim, now, name));
      began = true;
    }
  }
  return now;
}

function withAction(row: FisExperimentRow, name: string, action: FisRunning): FisExperimentRow {
  return { ...row, actions: { ...row.actions, [name]: action } };
}

const PENDING: FisRunning = { status: 'pending', reason: null, startedMs: null, endsMs: null, undo: null };

function ended(sim: SimState, row: FisExperimentRow, name: string): FisRunning {
  const action = row.actions[name] ?? PENDING;
  if (action.status !== 'running' || (action.endsMs ?? Infinity) > sim.nowMs) return action;
  if (
    action.undo &&
    lostInstances(sim, action.undo) &&
    row.plan.actions[name]?.parameters.completeIfInstancesTerminated !== 'true'
  )
    return {
      ...action,
      status: 'failed',
      reason: 'An instance was terminated before it could be started',
      endsMs: sim.nowMs,
    };
  if (action.undo && !undone(sim, action.undo)) return { ...action, endsMs: sim.nowMs + AGAIN_MS };
  return { ...action, status: 'completed', reason: 'Action was completed.', endsMs: sim.nowMs, undo: null };
}

function isTurn(row: FisExperimentRow, name: string): boolean {
  const after = row.plan.actions[name]?.startAfter ?? [];
  return after.every((one) => ['completed', 'skipped'].includes(row.actions[one]?.status ?? ''));
}

function begun(sim: SimState, row: FisExperimentRow, name: string): FisRunning {
  const action = row.plan.actions[name];
  const kind = ACTIONS[action?.actionId ?? ''];
  if (!action || !kind) return { ...PENDING, status: 'failed' };
  const ids = kind.target ? (row.chosen[action.targets[kind.target.key] ?? ''] ?? []) : [];
  if (kind.target && ids.length === 0)
    return { ...PENDING, status: 'skipped', reason: 'Action was skipped: no targets.' };
  const { endsMs, undo, failure } = kind.begin(sim, { region: row.region, parameters: action.parameters, ids });
  const times = { startedMs: sim.nowMs, endsMs, undo };
  if (failure !== undefined) return { ...times, status: 'failed', reason: failure };
  if (endsMs > sim.nowMs) return { ...times, status: 'running', reason: 'Action is running.' };
  return { ...times, status: 'completed', reason: 'Action was completed.' };
}

/** Keeps what became of an experiment; it is over with its last action, or with the first that failed. */
function settled(sim: SimState, row: FisExperimentRow): void {
  const actions = Object.values(row.actions);
  const bad = actions.find(({ status }) => status === 'failed');
  if (bad)
    return void stopping(sim, { ...row, status: 'stopping', reason: `Action failed: ${bad.reason ?? ''}` }, 'failed');
  const next = actions.filter(({ status }) => status === 'running').map(({ endsMs }) => endsMs ?? sim.nowMs);
  if (next.length > 0) return put(sim, { ...row, dueMs: Math.min(...next) });
  put(sim, { ...row, status: 'completed', reason: 'Experiment completed.', endedMs: sim.nowMs, dueMs: null });
}

/** Puts back what can be put back by now; the rest is tried again. */
function stopping(sim: SimState, row: FisExperimentRow, end: 'stopped' | 'failed' = 'stopped'): FisExperimentRow {
  const actions = Object.fromEntries(Object.entries(row.actions).map(([name, one]) => [name, stopped(sim, one)]));
  const isBusy = Object.values(actions).some(({ undo }) => undo !== null);
  const status = row.reason.startsWith('Action failed') ? 'failed' : end;
  const after: FisExperimentRow = isBusy
    ? { ...row, actions, dueMs: sim.nowMs + AGAIN_MS }
    : { ...row, actions, status, endedMs: sim.nowMs, dueMs: null };
  put(sim, after);
  return after;
}

function stopped(sim: SimState, action: FisRunning): FisRunning {
  const undo = action.undo && !undone(sim, action.undo) ? action.undo : null;
  if (action.status === 'pending') return { ...action, status: 'cancelled', reason: 'Action was cancelled.' };
  if (action.status !== 'running') return { ...action, undo };
  return { ...action, undo, status: 'stopped', reason: 'Action was stopped.', endsMs: sim.nowMs };
}

/** Puts back what an action did; false: it is not possible yet. */
function undone(sim: SimState, undo: FisUndo): boolean {
  switch (undo.kind) {
    case 'start':
      return started(sim, undo.instances);
    case 'acls':
      restoreConnectivity(sim, undo.swaps);
      return true;
    case 'shift':
      shiftBack(sim, undo);
      return true;
    case 'cancel': {
      const command = sim.store.commands.get(undo.command);
      if (command && !command.invocations.every(isOver)) cancelCommand(sim, command);
      return true;
    }
  }
}

function started(sim: SimState, ids: readonly string[]): boolean {
  const rows = ids.flatMap((id) => sim.store.instances.get(id) ?? []);
  for (const row of rows) if (row.state === 'stopped') start(sim, row);
  // it is done with them when they run again, or something else has ended them
  return ids.every((id) => isGone(sim, id) || sim.store.instances.get(id)?.state === 'running');
}

function lostInstances(sim: SimState, undo: FisUndo): boolean {
  return undo.kind === 'start' && undo.instances.some((id) => isGone(sim, id));
}

function isGone(sim: SimState, id: string): boolean {
  const row = sim.store.instances.get(id);
  return !row || isEnding(row);
}

function put(sim: SimState, row: FisExperimentRow): void {
  sim.store.fisExperiments.put(row);
}
