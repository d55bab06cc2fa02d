import { KongError } from '../model/errors.js';
import type { Files } from '../model/ports.js';
import { touchedAttributes } from './attributes.js';
import { Locks, readHolder, type Holder, type LockPorts } from './lock.js';
import { readJournal } from './read-journal.js';
import { runFolder } from './runs.js';
import type { UndoReport } from './undo.js';
import { noteOf } from './undo-verdict.js';

/** The process that a lock is asked about. */
export interface Owner {
  readonly run: string;
  readonly host: string;
  readonly pid: number;
}

/**
 * Says whose a lock is that should be one's own: another process's, or nobody's.
 *
 * @throws KongError LOCK_LOST
 */
export function assertOwned(paths: readonly string[], { run, host, pid }: Owner, files: Files): void {
  for (const path of paths) {
    const holder = readHolder(path, files);
    if (holder?.run === run && holder.host === host && holder.pid === pid) continue;
    throw new KongError(
      'LOCK_LOST',
      `kong was away for too long, and ${takenBy(holder, run)}: nothing more is injected`,
    );
  }
}

function takenBy(holder: Holder | undefined, run: string): string {
  if (!holder) return 'its lock was taken over and is free by now';
  const whose = holder.run === run ? 'rolls this run back' : `is run ${holder.run}`;
  return `its lock was taken over by pid ${holder.pid} on ${holder.host}, which ${whose}`;
}

const LOOK_EVERY_MS = 1_000;
/** Longer than any rollback that makes progress. */
const LONGEST_MS = 15 * 60_000;

/**
 * Takes a lost lock back, once whoever rolls the run back has finished with that.
 *
 * @returns undefined where another run has it by now: what is changed then is no longer this one's to touch
 */
export async function regain(
  paths: readonly string[],
  who: { readonly run: string; readonly experiment: string },
  ports: LockPorts,
): Promise<Locks | undefined> {
  const startedAtMs = ports.clock.now();
  for (;;) {
    try {
      return Locks.take(paths, who, ports);
    } catch (error) {
      if (!(error instanceof KongError) || error.code !== 'LOCKED') throw error;
    }
    const isRolledBack = paths.some((path) => readHolder(path, ports.files)?.run === who.run);
    if (!isRolledBack || ports.clock.now() - startedAtMs > LONGEST_MS) return undefined;
    await ports.clock.sleep(LOOK_EVERY_MS);
  }
}

/** What whoever took the run over has left changed, as its journal on disk says. */
export function leftByOthers(state: string, run: string, files: Files): UndoReport {
  const { entries } = readJournal(files.read(`${runFolder(state, run)}/journal.ndjson`) ?? '');
  const touched = touchedAttributes(entries);
  const open = touched.filter((item) => !item.undone);
  return {
    restored: touched.length - open.length,
    already: 0,
    conflicts: [],
    remaining: open.map((item) => noteOf(item, 'left to the run that holds the lock now')),
  };
}
