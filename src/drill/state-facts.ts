import type { Files } from '../model/ports.js';
import { isHeld, lockedBy, lockPaths, readHolder, type LockPorts, type LockScope } from './lock.js';
import { leftBehind, unfinishedRuns } from './runs.js';

/** What a state folder says about other runs in the same place. */
export interface OtherRuns {
  /** Who holds a lock that a drill here needs; undefined: nobody. */
  readonly heldBy: { readonly run: string; readonly text: string } | undefined;
  /** A run that goes on no more, and left something changed; undefined: none. */
  readonly unfinished: { readonly run: string; readonly text: string } | undefined;
}

/** Reads who holds the locks and what was left changed, without taking anything. */
export function readOtherRuns(
  state: string,
  scope: LockScope,
  ports: Pick<LockPorts, 'clock' | 'host' | 'isAlive'> & { readonly files: Files },
): OtherRuns {
  const held = lockPaths(state, scope)
    .map((path) => readHolder(path, ports.files))
    .find((holder) => holder !== undefined && isHeld(holder, ports));
  const heldBy = held && { run: held.run, text: lockedBy(held, ports).message };
  const left = unfinishedRuns(state, ports.files).find(
    ({ run, begin }) =>
      begin.on === scope.on &&
      begin.account === scope.account &&
      begin.endpoint === scope.endpoint &&
      // what a drill has changed while it goes on is not left over
      run !== held?.run,
  );
  const unfinished = left && {
    run: left.run,
    text: `run ${left.run} (${left.begin.experiment}) ${leftBehind(left)}`,
  };
  return { heldBy, unfinished };
}
