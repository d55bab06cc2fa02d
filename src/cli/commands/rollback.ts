import { recover, type RecoveryReport } from '../../drill/recover.js';
import { findRun, unfinishedRuns, type StoredRun } from '../../drill/runs.js';
import { createView } from '../../report/live.js';
import { rollbackJson, rollbackText } from '../../report/rollback-text.js';
import { liveHolder, stillGoing } from '../live-run.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { openForRun } from '../run-setting.js';
import { thisOutside, type Outside } from '../wire.js';

/**
 * `kong rollback [RUN]`: finishes what was killed. Exit 0 where nothing is changed any more, 4 with the list where
 * something is.
 */
export async function rollback(name: string | undefined, options: CommonOptions): Promise<number> {
  const outside = thisOutside(options);
  const runs =
    name === undefined ? unfinishedRuns(options.state, outside.files) : [findRun(options.state, name, outside.files)];
  const reports: RecoveryReport[] = [];
  const failures: unknown[] = [];
  // newest first: what two runs touched goes back through the later one's values
  for (const run of [...runs].reverse()) {
    try {
      const alive = liveHolder(run.run, run.begin, options, outside);
      if (alive) throw stillGoing(alive);
      reports.push(await rollBackOne(run, options, outside));
    } catch (error) {
      // one run that can't be rolled back is no reason to leave the others changed
      failures.push(error);
    }
  }
  if (failures.length > 0 && reports.length === 0) throw failures[0];
  const text =
    options.format === 'json'
      ? rollbackJson(reports)
      : rollbackText(reports, { colour: colourFor('stdout', options, outside) });
  outside.terminal.out(text);
  if (failures.length > 0) throw failures[0];
  return reports.some((report) => report.remaining.length > 0 || report.lost) ? 4 : 0;
}

async function rollBackOne(run: StoredRun, options: CommonOptions, outside: Outside): Promise<RecoveryReport> {
  const setting = await openForRun(run, options, outside);
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
      switches: setting.switches,
      clock: setting.clock,
      files: outside.files,
      emit: (event) => view.event({ at: new Date(setting.clock.now()).toISOString(), ...event }),
    });
  } finally {
    view.close();
  }
}
