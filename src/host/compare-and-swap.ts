import fs from 'node:fs';
import { hostIdentity } from './identity.js';

/** A section lasts some milliseconds: whoever is in it for this long is stopped, or was on a machine that is gone. */
const DEAD_AFTER_MS = 60_000;
const TRIES = 20;
const PAUSE_MS = 5;

/** What is done to a file by whoever has it to itself. */
export interface SwapActions {
  /** Undefined where there is no file. */
  read(file: string): string | undefined;
  replace(file: string, text: string): void;
}

/**
 * Replaces a file that holds exactly `from`, or removes it where `to` is undefined. A guard file beside it lets one
 * process in at a time. The guard of a process that died in there is taken over in the same way.
 *
 * @returns false where the file holds something else, or others are in there for longer than 100 ms
 */
export function compareAndSwap(
  file: string,
  { from, to }: { readonly from: string; readonly to: string | undefined },
  actions: SwapActions,
): boolean {
  if (actions.read(file) !== from) return false;
  const guard = `${file}.swap`;
  if (!enter(guard, actions)) return false;
  try {
    if (actions.read(file) !== from) return false;
    if (to === undefined) fs.rmSync(file, { force: true });
    else actions.replace(file, to);
    return true;
  } finally {
    fs.rmSync(guard, { force: true });
  }
}

function enter(guard: string, actions: SwapActions): boolean {
  const me = `${process.pid} ${hostIdentity()}`;
  for (let tries = 0; tries < TRIES; tries++) {
    if (create(guard, me)) return true;
    const other = actions.read(guard);
    if (other !== undefined && isDead(guard, other) && compareAndSwap(guard, { from: other, to: me }, actions))
      return true;
    pause();
  }
  return false;
}

function create(guard: string, text: string): boolean {
  try {
    fs.writeFileSync(guard, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A guard that is not whole is of somebody who is just writing it, or died of that. */
function isDead(guard: string, text: string): boolean {
  const stat = fs.statSync(guard, { throwIfNoEntry: false });
  if (!stat) return false;
  if (Date.now() - stat.mtimeMs > DEAD_AFTER_MS) return true;
  const [, pid, host] = /^(\d+) (.+)$/s.exec(text) ?? [];
  return pid !== undefined && host === hostIdentity() && !isAlive(Number(pid));
}

/** Whether a process of this machine is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to someone else
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, PAUSE_MS);
}
