import { isHeld, lockPaths, readHolder, type Holder, type LockScope } from '../drill/lock.js';
import { KongError } from '../model/errors.js';
import type { CommonOptions } from './options.js';
import type { Outside } from './wire.js';

/** Who carries out a run at this moment, as far as this state folder knows; undefined: nobody. */
export function liveHolder(
  run: string,
  scope: LockScope,
  { state }: CommonOptions,
  { files, machine, wallClock }: Outside,
): Holder | undefined {
  const ports = { clock: wallClock, host: machine.host, isAlive: machine.isAlive };
  const holders = lockPaths(state, scope).map((path) => readHolder(path, files));
  return holders.find((holder) => holder?.run === run && isHeld(holder, ports));
}

/** A drill that is still alive rolls itself back: what its rollback is refused with. */
export function stillGoing({ run, pid, host }: Holder): KongError {
  return new KongError('LOCKED', `run ${run} is still going, pid ${pid} on ${host}`, {
    fix: `\`kong abort ${run}\` makes it roll back by itself`,
  });
}
