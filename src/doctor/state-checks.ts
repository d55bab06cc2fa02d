import { isHeld, lockPaths, readHolder, type LockPorts } from '../drill/lock.js';
import { storedRuns, type StoredRun } from '../drill/runs.js';
import { failed, ok, warning, type Check } from '../model/checkup.js';
import { KongError } from '../model/errors.js';
import { count } from '../model/summary.js';

/** Where the state is, and what tells about the processes that use it. */
export interface StateRequest extends LockPorts {
  /** A folder, or `s3://BUCKET/PREFIX`. */
  readonly state: string;
  /** The permissions of a file; undefined where nobody can tell, as in a bucket. */
  readonly fileMode: (path: string) => number | undefined;
}

/** Whether the state can be kept, and what other runs have left in it. */
export function stateChecks(request: StateRequest): readonly Check[] {
  const writable = writableCheck(request);
  if (writable.status === 'failed') return [writable];
  try {
    return [writable, ...runChecks(request), ...lockChecks(request)];
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    return [writable, failed('state.runs', error.message, { code: error.code, fix: error.fix })];
  }
}

/** Writes a file as a journal would be written, reads it again, and takes it away. */
function writableCheck({ state, files, host, pid, fileMode }: StateRequest): Check {
  const name = 'state.folder';
  const path = `${state}/doctor-${host.replace(/\W+/g, '-')}-${pid}.tmp`;
  try {
    files.write(path, 'kong doctor\n');
    const back = files.read(path);
    const mode = fileMode(path);
    files.remove(path);
    if (back !== 'kong doctor\n') {
      return failed(name, `${state} does not give back what was written to it`, { code: 'STATE_NOT_WRITABLE' });
    }
    if (mode !== undefined && mode !== 0o600) {
      const fix = 'keep the state on a disk with permissions of its own: --state';
      return warning(name, `${state} is writable, and others may read it: mode ${mode.toString(8)}`, fix);
    }
    return ok(name, `${state} is writable${mode === undefined ? '' : ', for its owner alone'}`);
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    return failed(name, error.message, { code: error.code, fix: error.fix });
  }
}

function runChecks(request: StateRequest): readonly Check[] {
  const left = storedRuns(request.state, request.files).filter((run) => run.open.length > 0 && !isGoing(run, request));
  if (left.length === 0) return [ok('state.runs', 'no run has left anything changed')];
  return left.map(({ run, begin, open }) =>
    failed(`state.runs ${run}`, `${count(open.length, 'attribute')} still changed by ${begin.experiment}`, {
      code: 'STILL_CHANGED',
      fix: `kong rollback ${run}`,
    }),
  );
}

function isGoing({ run, begin }: StoredRun, request: StateRequest): boolean {
  const holders = lockPaths(request.state, begin).map((path) => readHolder(path, request.files));
  return holders.some((holder) => holder?.run === run && isHeld(holder, request));
}

/** Runs that hold a lock of this state and are alive. */
export function liveRuns(request: StateRequest): ReadonlySet<string> {
  const { state, files } = request;
  const holders = lockFiles(state, files).map((path) => readHolder(path, files));
  return new Set(holders.flatMap((holder) => (holder && isHeld(holder, request) ? holder.run : [])));
}

function lockFiles(state: string, files: StateRequest['files']): readonly string[] {
  const names = files.list(`${state}/locks`).filter((name) => name.endsWith('.json'));
  return names.map((name) => `${state}/locks/${name}`);
}

function lockChecks(request: StateRequest): readonly Check[] {
  const { state, files } = request;
  const holders = lockFiles(state, files).flatMap((path) => readHolder(path, files) ?? []);
  const dead = holders.filter((holder) => !isHeld(holder, request));
  const held = holders.length - dead.length;
  return [
    ok('state.locks', held === 0 ? 'nobody holds one' : `${held} held by drills that are alive`),
    ...dead.map(({ run, pid, host, heartbeat }) =>
      warning(
        `state.locks ${run}`,
        `held by pid ${pid} on ${host}, which is dead; last alive at ${heartbeat}`,
        'none is needed: the next drill there takes it over, once that run is rolled back',
      ),
    ),
  ];
}
