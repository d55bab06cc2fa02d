import { recover, type RecoveryReport } from '../../drill/recover.js';
import type { StoredRun } from '../../drill/runs.js';
import type { WatchNote } from '../../drill/watch-note.js';
import { watchOver } from '../../drill/watch-over.js';
import { Cancelled } from '../../model/errors.js';
import type { CommonOptions } from '../options.js';
import { openForRun } from '../run-setting.js';
import { lockPortsOf } from '../watchdog.js';
import type { AfterOption } from '../watchdog-options.js';
import { thisOutside, type Outside } from '../wire.js';

/**
 * `kong watch-over RUN`: the dead-man's switch of a drill, from any process that shares its state. Exit 0 where the
 * run has ended or was rolled back, 4 where something is still changed, 130 where it was told to go.
 */
export async function watchOverRun(name: string, options: CommonOptions & AfterOption): Promise<number> {
  const outside = thisOutside(options);
  const { terminal } = outside;
  const leave = new AbortController();
  // whoever closes the terminal of a dead-man's switch does not switch it off
  const stop = outside.onStopSignals((signal) => {
    if (signal !== 'SIGHUP') leave.abort();
  });
  const say = (message: string): void => {
    if (options.quiet !== true) terminal.err(`${message}\n`);
  };
  const ports = lockPortsOf(outside);
  const rollBack = (run: StoredRun): Promise<RecoveryReport> => rollBackQuietly(run, { options, outside, say });
  try {
    const request = { state: options.state, run: name, afterMs: options.after, ports, rollBack, say };
    const note = await watchOver(request, leave.signal);
    terminal.out(options.format === 'json' ? `${JSON.stringify(note, null, 2)}\n` : `${note.summary}\n`);
    return exitCodeOf(note);
  } catch (error) {
    if (error instanceof Cancelled) return INTERRUPTED;
    throw error;
  } finally {
    stop();
  }
}

const INTERRUPTED = 130;

function exitCodeOf({ state }: WatchNote): number {
  switch (state) {
    case 'ended':
    case 'rolled-back':
      return 0;
    case 'still-changed':
      return 4;
    case 'watching':
    case 'taking-over':
    case 'left':
      return INTERRUPTED;
  }
}

interface Around {
  readonly options: CommonOptions;
  readonly outside: Outside;
  readonly say: (message: string) => void;
}

async function rollBackQuietly(run: StoredRun, { options, outside, say }: Around): Promise<RecoveryReport> {
  const { cloud, switches, clock } = await openForRun(run, options, outside);
  return recover(run, {
    state: options.state,
    cloud,
    switches,
    clock,
    files: outside.files,
    emit: (event) => {
      if (event.type === 'warning') say(event.message);
    },
  });
}
