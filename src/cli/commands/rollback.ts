import { isHeld, lockPaths, readHolder } from '../../drill/lock.js';
import { recover, type RecoveryReport } from '../../drill/recover.js';
import { findRun, unfinishedRuns, type StoredRun } from '../../drill/runs.js';
import { KongError } from '../../model/errors.js';
import { createView } from '../../report/live.js';
import { rollbackJson, rollbackText } from '../../report/rollback-text.js';
import { readConfig } from '../config.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { openSetting } from '../settings.js';
import { thisOutside, type Outside } from '../wire.js';

/**
 * `kong rollback [RUN]`: finishes what was killed. Exit 0 where nothing is changed any more, 4 with the list where
 * something is.
 */
export async function rollback(name: string | undefined, options: CommonOptions): Promise<number> {
  const outside = thisOutside();
  const runs =
    name === undefined ? unfinishedRuns(options.state, outside.files) : [findRun(options.state, name, outside.files)];
  const reports: RecoveryReport[] = [];
  // newest first: what two runs touched goes back through the later one's values
  for (const run of [...runs].reverse()) {
    assertDead(run, options, outside);
    reports.push(await rollBackOne(run, options, outside));
  }
  const text =
    options.format === 'json'
      ? rollbackJson(reports)
      : rollbackText(reports, { colour: colourFor('stdout', options, outside) });
  outside.terminal.out(text);
  return reports.some((report) => report.remaining.length > 0) ? 4 : 0;
}

/** A drill that is still alive rolls itself back. */
function assertDead({ run, begin }: StoredRun, { state }: CommonOptions, { files, machine, wallClock }: Outside): void {
  const ports = { clock: wallClock, host: machine.host, isAlive: machine.isAlive };
  const holders = lockPaths(state, begin).map((path) => readHolder(path, files));
  const alive = holders.find((holder) => holder?.run === run && isHeld(holder, ports));
  if (!alive) return;
  throw new KongError('LOCKED', `run ${run} is still going, pid ${alive.pid} on ${alive.host}`, {
    fix: `kill -INT ${alive.pid} makes it roll back by itself`,
  });
}

async function rollBackOne(run: StoredRun, options: CommonOptions, outside: Outside): Promise<RecoveryReport> {
  const { begin } = run;
  const endpoint = options.endpointUrl ?? begin.endpoint ?? undefined;
  const there = { ...options, on: begin.on, ...(endpoint === undefined ? {} : { endpointUrl: endpoint }) };
  const setting = await openSetting(there, readConfig(options.config, outside.files), outside, true);
  if (setting.environment.account !== begin.account) {
    throw new KongError(
      'ACCOUNT_NOT_ALLOWED',
      `run ${run.run} was in account ${begin.account}, and these credentials are of ${setting.environment.account}`,
      {
        fix: 'use the credentials of that account',
      },
    );
  }
  const view = createView({
    stream: outside.terminal.stderr,
    colour: colourFor('stderr', options, outside),
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    clock: () => outside.wallClock.now(),
  });
  try {
    return await recover(run, {
      state: options.state,
      cloud: setting.cloud,
      clock: setting.clock,
      files: outside.files,
      emit: (event) => view.event({ at: new Date(setting.clock.now()).toISOString(), ...event }),
    });
  } finally {
    view.close();
  }
}
