import type { CommandRow, InvocationRow } from '../command-rows.js';
import type { InstanceRow } from '../rows.js';
import type { SimState } from '../sim-state.js';
import { hostOf } from './command-effects.js';
import { executionOf } from './documents.js';

/** From the call to when the agent of a running instance has it. */
const DELIVERY_MS = 1_000;
/** From a cancellation to when the agent has ended the work. */
const CANCEL_MS = 2_000;
/** What is no longer heard of is given up so long after it should have ended. */
const SILENT_MS = 60_000;
/** How often it is tried to reach an agent that does not answer. */
const RETRY_MS = 5_000;
/** A killed process is started again at once, but is not there at once. */
const RESTART_MS = 5_000;

type NewCommand = Omit<CommandRow, 'id' | 'requestedMs' | 'invocations' | 'dueMs' | 'expiresMs'>;

/** Sends a command: every instance has it after a second, if its agent answers. */
export function issueCommand(sim: SimState, command: NewCommand, instances: readonly string[]): CommandRow {
  const row: CommandRow = {
    ...command,
    id: sim.ids.nextUuid(),
    requestedMs: sim.nowMs,
    expiresMs: sim.nowMs + command.timeoutSeconds * 1_000,
    invocations: instances.map(waiting),
    dueMs: instances.length > 0 ? sim.nowMs + DELIVERY_MS : null,
  };
  sim.store.commands.put(row);
  return row;
}

function waiting(instance: string): InvocationRow {
  const nothing = { startedMs: null, endsMs: null, code: -1, output: '', error: '', isFelt: false };
  return { instance, status: 'Pending', details: 'Pending', ...nothing };
}

/** What a command's timer means: agents take it up, work ends, time runs out. */
export function commandDue(sim: SimState, id: string): void {
  const row = sim.store.commands.get(id);
  if (!row || row.dueMs === null || row.dueMs > sim.nowMs) return;
  const ended = row.invocations.map((one) => afterItsTime(one, sim.nowMs));
  put(sim, { ...row, invocations: takenUp(sim, row, ended) });
}

/** Ends a command where it has not ended by itself; `instances`: there alone. */
export function cancelCommand(sim: SimState, row: CommandRow, instances: readonly string[] = []): void {
  const isMeant = ({ instance }: InvocationRow): boolean => instances.length === 0 || instances.includes(instance);
  put(sim, { ...row, invocations: row.invocations.map((one) => (isMeant(one) ? cancelled(one, sim.nowMs) : one)) });
}

/** An instance went down, or starts again: what ran there runs no more, and nobody says so. */
export function commandsLost(sim: SimState, instance: string): void {
  if (!sim.effects.of(instance)) return;
  for (const row of [...sim.store.commands.all()]) {
    const isLost = (one: InvocationRow): boolean => one.instance === instance && one.isFelt;
    if (!row.invocations.some(isLost)) continue;
    const lost = (one: InvocationRow): InvocationRow => ({
      ...one,
      isFelt: false,
      endsMs: (one.endsMs ?? 0) + SILENT_MS,
    });
    put(sim, { ...row, invocations: row.invocations.map((one) => (isLost(one) ? lost(one) : one)) });
  }
}

/** Whether an invocation has come to its end. */
export function isOver({ status }: InvocationRow): boolean {
  return status !== 'Pending' && status !== 'InProgress' && status !== 'Cancelling';
}

function put(sim: SimState, row: CommandRow): void {
  const moments = row.invocations.flatMap((one) => nextOf(one, row, sim) ?? []);
  sim.store.commands.put({ ...row, dueMs: moments.length > 0 ? Math.min(...moments) : null });
}

function nextOf(one: InvocationRow, row: CommandRow, sim: SimState): number | undefined {
  if (isOver(one)) return undefined;
  if (one.status !== 'Pending') return one.endsMs ?? undefined;
  const isUp = sim.store.instances.get(one.instance)?.state === 'running';
  const delivered = row.requestedMs + DELIVERY_MS;
  // one that only waits for its turn is looked at when another ends
  const next = sim.nowMs < delivered ? delivered : isUp ? row.expiresMs : sim.nowMs + RETRY_MS;
  return Math.min(next, row.expiresMs);
}

function afterItsTime(one: InvocationRow, nowMs: number): InvocationRow {
  if (one.endsMs === null || one.endsMs > nowMs || isOver(one)) return one;
  const over = { ...one, isFelt: false };
  if (one.status === 'Cancelling') return { ...over, status: 'Cancelled', details: 'Cancelled', code: -1 };
  if (!one.isFelt) return { ...over, status: 'TimedOut', details: 'ExecutionTimedOut', code: -1 };
  const status = one.code === 0 ? 'Success' : 'Failed';
  return { ...over, status, details: status };
}

/** As many as may work at once begin, those first that were named first. */
function takenUp(sim: SimState, row: CommandRow, all: readonly InvocationRow[]): readonly InvocationRow[] {
  let working = all.filter(({ status }) => status === 'InProgress' || status === 'Cancelling').length;
  const failed = all.filter(({ status }) => status === 'Failed' || status === 'TimedOut').length;
  return all.map((one) => {
    if (one.status !== 'Pending') return one;
    if (failed > row.most.failed) return { ...one, status: 'Cancelled', details: 'Terminated', endsMs: sim.nowMs };
    if (sim.nowMs >= row.expiresMs)
      return { ...one, status: 'TimedOut', details: 'DeliveryTimedOut', endsMs: sim.nowMs };
    const host = sim.store.instances.get(one.instance);
    if (host?.state !== 'running' || sim.nowMs < row.requestedMs + DELIVERY_MS || working >= row.most.working)
      return one;
    working++;
    return begun(sim, row, { one, host });
  });
}

interface Beginning {
  readonly one: InvocationRow;
  readonly host: InstanceRow;
}

function begun(sim: SimState, row: CommandRow, { one, host }: Beginning): InvocationRow {
  const { lastsMs, code, output, error, killsService } = executionOf(row.document, row.parameters, hostOf(host));
  if (killsService) {
    const { warmupMs = 0 } = sim.store.groups.get(host.group ?? '') ?? {};
    sim.store.instances.put({ ...host, servesMs: sim.nowMs + Math.max(RESTART_MS, warmupMs) });
  }
  const times = { startedMs: sim.nowMs, endsMs: sim.nowMs + lastsMs };
  return { ...one, ...times, status: 'InProgress', details: 'InProgress', code, output, error, isFelt: true };
}

function cancelled(one: InvocationRow, nowMs: number): InvocationRow {
  if (one.status === 'Pending') return { ...one, status: 'Cancelled', details: 'Cancelled', endsMs: nowMs };
  if (one.status !== 'InProgress') return one;
  const endsMs = Math.min(one.endsMs ?? Infinity, nowMs + CANCEL_MS);
  return { ...one, status: 'Cancelling', details: 'Cancelling', endsMs };
}
