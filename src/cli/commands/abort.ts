import { abortFile } from '../../drill/abort-request.js';
import { isHeld, lockPaths, readHolder } from '../../drill/lock.js';
import { findRun } from '../../drill/runs.js';
import { KongError } from '../../model/errors.js';
import { count } from '../../model/summary.js';
import type { CommonOptions } from '../options.js';
import { thisOutside } from '../wire.js';

/** `kong abort RUN`: asks a running drill to roll back. It does so within a second, and says how it went itself. */
export async function abort(name: string, options: CommonOptions): Promise<number> {
  const { files, machine, terminal, wallClock } = thisOutside(options);
  const { run, begin, open } = findRun(options.state, name, files);
  const ports = { clock: wallClock, host: machine.host, isAlive: machine.isAlive };
  const holder = lockPaths(options.state, begin)
    .map((path) => readHolder(path, files))
    .find((one) => one?.run === run && isHeld(one, ports));
  if (!holder) {
    throw new KongError('UNKNOWN_RUN', `run ${run} is not going on`, {
      fix:
        open.length > 0
          ? `it left ${count(open.length, 'attribute')} changed: kong rollback ${run}`
          : 'there is nothing to abort',
    });
  }
  files.write(abortFile(options.state, run), `${new Date(wallClock.now()).toISOString()}\n`);
  terminal.out(`asked ${run} (pid ${holder.pid} on ${holder.host}) to roll back\n`);
  return 0;
}
