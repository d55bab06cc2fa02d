import { KongError } from '../model/errors.js';
import type { Result } from '../model/run.js';
import { Drill } from './drill.js';
import { lockPaths, Locks } from './lock.js';
import type { DrillRequest } from './ports.js';
import { resultOf } from './result.js';
import { RunLog } from './run-log.js';
import { runFolder, unfinishedRuns } from './runs.js';

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
  for (const { name, passed, message } of plan.gates) log.emit({ type: 'gate', name, passed, message });
  const refused = plan.gates.find((gate) => !gate.passed);
  if (refused) {
    const { name, code, message, fix } = refused;
    return refusedStart(request, log, { startedAt, refusal: { code, message: `gate ${name}: ${message}`, fix } });
  }
  try {
    return begin(request, log, lockEnvironment(request));
  } catch (error) {
    if (!(error instanceof KongError) || error.exitCode !== REFUSED) throw error;
    const { code, message, fix } = error;
    return refusedStart(request, log, { startedAt, refusal: { code, message, fix } });
  }
}

/** The exit code of everything that is a reason not to begin. */
const REFUSED = 3;

function begin(request: DrillRequest, log: RunLog, locks: Locks): StartedDrill {
  const drill = new Drill(request, log, locks);
  const result = drill
    .run()
    .then((done) => conclude(request, log, done))
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
    request.onLocked?.();
    return locks;
  } catch (error) {
    locks.release();
    throw error;
  }
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
    `run ${mine.run} (${mine.begin.experiment}) left ${mine.open.length} attributes changed`,
    {
      fix: `kong rollback ${mine.run}`,
    },
  );
}

interface Refused {
  readonly startedAt: string;
  readonly refusal: { readonly code: string; readonly message: string; readonly fix: string | undefined };
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
    steadyAtEnd: undefined,
    rtoMs: undefined,
    rollback: {
      startedAt: null,
      endedAt: null,
      firstCallAfterBreachMs: null,
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
