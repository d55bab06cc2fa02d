import { isHeld, lockPaths, readHolder } from '../../drill/lock.js';
import { storedRuns, type StoredRun } from '../../drill/runs.js';
import { statusJson, statusText, type RunStatus } from '../../report/status-text.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { thisOutside, type Outside } from '../wire.js';

/**
 * `kong status`: the runs of this state folder. Exit 4 where one that is not going any more has left something
 * changed.
 */
export async function status(options: CommonOptions): Promise<number> {
  const outside = thisOutside(options);
  const runs = storedRuns(options.state, outside.files).map((run) => statusOf(run, options, outside));
  outside.terminal.out(
    options.format === 'json' ? statusJson(runs) : statusText(runs, { colour: colourFor('stdout', options, outside) }),
  );
  return runs.some((run) => run.state === 'unfinished') ? 4 : 0;
}

function statusOf(stored: StoredRun, { state }: CommonOptions, { files, machine, wallClock }: Outside): RunStatus {
  const { run, begin, open, lost, end } = stored;
  const holder = lockPaths(state, begin)
    .map((path) => readHolder(path, files))
    .find((one) => one?.run === run);
  const running =
    holder !== undefined && isHeld(holder, { clock: wallClock, host: machine.host, isAlive: machine.isAlive });
  return {
    run,
    experiment: begin.experiment,
    on: begin.on,
    where: begin.where,
    startedAt: begin.at,
    ...(end ? { outcome: end.outcome } : {}),
    state: running ? 'running' : open.length > 0 || lost ? 'unfinished' : 'finished',
    ...(running ? { heldBy: `pid ${holder.pid} on ${holder.host}` } : {}),
    stillChanged: open.length,
    ...(lost ? { lost } : {}),
  };
}
