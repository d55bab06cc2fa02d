import { KongError } from '../model/errors.js';
import { refuses, type Gate } from '../model/plan.js';
import type { Result } from '../model/run.js';
import { givePlanBack, lifeGates, takePlan } from '../plan/plan-life.js';
import { Drill } from './drill.js';
import { lockPaths, Locks } from './lock.js';
import type { Ended } from './ended.js';
import type { DrillRequest } from './ports.js';
import { resultOf } from './result.js';
import { RunLog } from './run-log.js';
import { leftBehind, runFolder, unfinishedRuns } from './runs.js';

/** A drill that has begun: its result, and what it would leave behind if it were killed now. */
export interface StartedDrill {
  readonly result: Promise<Result>;
  stillChanged(): number;
}

/**
 * Runs a plan: gates, lock, baseline, method, rollback, recovery. Writes plan.json, journal.ndjson, events.ndjson and
 * result.json.
 *
 * A refusal is a result, not an error: nothing was changed.
 * @throws KongError STATE_NOT_WRITABLE: before anything was changed
 */
export function startDrill(request: DrillRequest): StartedDrill {
  const { plan, state, run, files, clock, onEvent } = request;
  const log = new RunLog(`${runFolder(state, run)}/events.ndjson`, { files, clock, onEvent });
  const startedAt = new Date(clock.now()).toISOString();
  files.write(`${runFolder(state, run)}/plan.json`, `${JSON.stringify(plan, null, 2)}\n`);
  announce(request, log);
  log.phase('gates');
  for (const gate of plan.gates) log.emit(gateEvent(gate));
  const refusing = plan.gates.filter(refuses);
  if (refusing.length > 0) return refusedStart(request, log, { startedAt, refusal: refusalOf(refusing) });
  try {
    return begin(request, log, lockEnvironment(request));
  } catch (error) {
    if (!(error instanceof KongError) || error.exitCode !== REFUSED) throw error;
    const { code, message, fix } = error;
    return refusedStart(request, log, { startedAt, refusal: { code, message, fix } });
  }
}

function gateEvent({ name, passed, message, overridden, differences }: Gate): Parameters<RunLog['emit']>[0] {
  return {
    type: 'gate',
    name,
    passed,
    message,
    ...(overridden === undefined ? {} : { overridden: overridden.reason }),
    ...(differences === undefined ? {} : { differences }),
  };
}

/** One refusal for all gates: the first leads, and every one is listed with its own way out. */
function refusalOf(refusing: readonly Gate[]): NonNullable<Ended['refusal']> {
  const gates = refusing.map(({ name, code, message, fix, overridable, differences }) => ({
    gate: name,
    code,
    message,
    fix: fix ?? null,
    ...(overridable === undefined ? {} : { overridable }),
    ...(differences === undefined ? {} : { differences }),
  }));
  const message = gates.map((gate) => `gate ${gate.gate}: ${gate.message}`).join('; ');
  return { code: refusing[0]?.code ?? 'REFUSED', message, fix: refusing[0]?.fix, gates };
}

/** The exit code of everything that is a reason not to begin. */
const REFUSED = 3;

function begin(request: DrillRequest, log: RunLog, locks: Locks): StartedDrill {
  const drill = new Drill(request, log, locks);
  const result = drill
    .run()
    .then((done) => {
      // what was refused by its baseline changed nothing, and may be tried again
      if (done.outcome === 'refused') unusePlan(request);
      return conclude(request, log, done);
    })
    .finally(() => locks.release());
  return { result, stillChanged: () => drill.stillChanged() };
}

function lockEnvironment(request: DrillRequest): Locks {
  const { plan, state, endpoint, run, lock } = request;
  const { on, account, regions } = plan;
  const paths = lockPaths(state, { on, endpoint, account, regions });
  const locks = Locks.take(paths, { run, experiment: plan.experiment.name }, lock);
  try {
    // only now: what another drill has changed while it goes on is not left over
    assertNothingUnfinished(request);
    usePlan(request);
    request.onLocked?.();
    return locks;
  } catch (error) {
    locks.release();
    throw error;
  }
}

/** A saved plan is for one drill: whoever writes its name first has it. */
function usePlan({ plan, run, state, files, lock }: DrillRequest): void {
  const { saved } = plan;
  if (saved === undefined) return;
  const nowMs = lock.clock.now();
  if (takePlan(state, { plan: saved.id, run, at: new Date(nowMs).toISOString() }, files)) return;
  const used = lifeGates({ ...plan, saved }, { state, files, nowMs }).find((gate) => !gate.passed);
  throw new KongError('REFUSED', used?.message ?? 'the plan was used by another run at this very moment', {
    fix: used?.fix ?? 'make the plan anew',
  });
}

function unusePlan({ plan, state, files }: DrillRequest): void {
  if (plan.saved !== undefined) givePlanBack(state, plan.saved.id, files);
}

function announce({ plan, run }: DrillRequest, log: RunLog): void {
  const { experiment } = plan;
  log.emit({
    type: 'run-started',
    run,
    experiment: experiment.name,
    hypothesis: experiment.hypothesis,
    on: plan.on,
    where: plan.where,
    changes: plan.steps.reduce((sum, step) => sum + step.batches.flat().length, 0),
    ...(experiment.escape === true ? { escape: true } : {}),
    slis: experiment.slis.map(({ id, title, unit }) => ({
      id,
      title,
      unit,
      expect: experiment.steadyState.find((one) => one.sli === id)?.expect.text ?? null,
      breach: experiment.abort.when.find((one) => one.sli === id)?.breach.text ?? null,
    })),
  });
}

/** A killed run's leftovers would be taken for the state before this one. */
function assertNothingUnfinished({ plan, state, files, endpoint }: DrillRequest): void {
  const mine = unfinishedRuns(state, files).find(
    ({ begin }) => begin.on === plan.on && begin.account === plan.account && begin.endpoint === endpoint,
  );
  if (!mine) return;
  throw new KongError(
    'UNFINISHED_RUN',
    `run ${mine.run} (${mine.begin.experiment}) ${leftBehind(mine)}`,
    {
      fix: `kong rollback ${mine.run}`,
    },
  );
}

interface Refused {
  readonly startedAt: string;
  readonly refusal: NonNullable<Ended['refusal']>;
}

function refusedStart(request: DrillRequest, log: RunLog, refused: Refused): StartedDrill {
  log.endPhase();
  const result = conclude(request, log, refusedResult(request, log, refused));
  return { stillChanged: () => 0, result: Promise.resolve(result) };
}

function refusedResult(request: DrillRequest, log: RunLog, { startedAt, refusal }: Refused): Result {
  const { plan, run, clock, calls } = request;
  return resultOf({
    plan,
    run,
    startedAt,
    refusal,
    endedAt: new Date(clock.now()).toISOString(),
    stop: { kind: 'error', code: refusal.code, message: refusal.message },
    phases: log.allPhases(),
    slis: {},
    whole: undefined,
    isEmpty: true,
    steadyAtEnd: undefined,
    rtoMs: undefined,
    rollback: {
      startedAt: null,
      endedAt: null,
      firstCallAfterBreachMs: null,
      timing: null,
      restored: 0,
      conflicts: [],
      irreversible: [],
      remaining: [],
    },
    calls: calls.counts(),
  });
}

function conclude({ state, run, files }: DrillRequest, log: RunLog, result: Result): Result {
  log.emit({ type: 'run-ended', outcome: result.outcome, summary: result.summary, exitCode: result.exitCode });
  try {
    files.write(`${runFolder(state, run)}/result.json`, `${JSON.stringify(result, null, 2)}\n`);
  } catch (error) {
    log.emit({ type: 'warning', message: `result.json could not be written: ${String(error)}` });
  }
  return result;
}
