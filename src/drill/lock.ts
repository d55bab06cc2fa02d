import { createHash } from 'node:crypto';
import { formatDuration } from '../model/duration.js';
import { KongError } from '../model/errors.js';
import type { Clock, Files } from '../model/ports.js';

/** Who holds a lock, as written in its file. */
export interface Holder {
  readonly run: string;
  readonly experiment: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
  readonly heartbeat: string;
}

/** What a lock needs of the process that it is in. `clock` is the machine's own, whatever time the drill runs on. */
export interface LockPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly host: string;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
}

/** A heartbeat older than this, on a host that can't be asked, belongs to a dead drill. */
const DEAD_AFTER_MS = 120_000;
const BEAT_EVERY_MS = 1_500;

/**
 * The locks of a drill: one for each region of its account, so that two drills which share a region never meet; or
 * one for a world.
 */
export class Locks {
  private readonly locks: readonly Lock[];

  private constructor(locks: readonly Lock[]) {
    this.locks = locks;
  }

  /**
   * Takes all or none.
   * @throws KongError LOCKED with the holder's name, age and last heartbeat
   */
  static take(
    paths: readonly string[],
    who: { readonly run: string; readonly experiment: string },
    ports: LockPorts,
  ): Locks {
    const taken: Lock[] = [];
    try {
      // always in the same order: two drills that want the same two can't each hold one
      for (const path of [...paths].sort()) taken.push(Lock.take(path, who, ports));
      return new Locks(taken);
    } catch (error) {
      taken.forEach((lock) => lock.release());
      throw error;
    }
  }

  /** Says that the drill is alive; cheap enough to be called every second. */
  beat(): void {
    this.locks.forEach((lock) => lock.beat());
  }

  /** Never throws: a lock that can't be given back is seen to be a dead one's. */
  release(): void {
    for (const lock of this.locks) {
      try {
        lock.release();
      } catch {
        // its heartbeat has ended
      }
    }
  }
}

/** A file, created atomically, with who holds it. */
class Lock {
  private readonly path: string;
  private readonly ports: LockPorts;
  private readonly holder: Holder;
  /** What the file holds, as far as this process knows. */
  private text: string;
  private beatAt: number;

  private constructor(path: string, holder: Holder, ports: LockPorts) {
    this.path = path;
    this.holder = holder;
    this.text = JSON.stringify(holder);
    this.ports = ports;
    this.beatAt = ports.clock.now();
  }

  /** Takes the lock, also over a holder that is known to be dead. */
  static take(path: string, who: { readonly run: string; readonly experiment: string }, ports: LockPorts): Lock {
    const now = new Date(ports.clock.now()).toISOString();
    const holder: Holder = { ...who, host: ports.host, pid: ports.pid, since: now, heartbeat: now };
    const to = JSON.stringify(holder);
    for (let tries = 0; tries < 3; tries++) {
      if (ports.files.createNew(path, to)) return new Lock(path, holder, ports);
      const from = ports.files.read(path);
      // released at this very moment
      if (from === undefined) continue;
      const other = parseHolder(from);
      if (other && isHeld(other, ports)) throw lockedBy(other, ports);
      // of all who find it dead, one gets it
      if (ports.files.replace(path, { from, to })) return new Lock(path, holder, ports);
    }
    throw new KongError('LOCKED', 'another drill took the lock at this very moment', { fix: 'try again' });
  }

  beat(): void {
    const now = this.ports.clock.now();
    if (now - this.beatAt < BEAT_EVERY_MS) return;
    this.beatAt = now;
    const to = JSON.stringify({ ...this.holder, heartbeat: new Date(now).toISOString() });
    // whoever took it over has it now, be it to roll this very run back
    if (this.ports.files.replace(this.path, { from: this.text, to })) this.text = to;
    else this.lookAgain();
  }

  release(): void {
    if (this.ports.files.replace(this.path, { from: this.text, to: undefined })) return;
    if (this.lookAgain()) this.ports.files.replace(this.path, { from: this.text, to: undefined });
  }

  /** A beat whose answer was lost may have been written all the same. */
  private lookAgain(): boolean {
    const { run, host, pid } = this.holder;
    const text = this.ports.files.read(this.path);
    const now = text === undefined ? undefined : parseHolder(text);
    if (text === undefined || now?.run !== run || now.host !== host || now.pid !== pid) return false;
    this.text = text;
    return true;
  }
}

/** Where a drill runs, as far as locks care. */
export interface LockScope {
  readonly on: 'sim' | 'aws';
  readonly endpoint: string | null;
  readonly account: string;
  readonly regions: readonly string[];
}

/** The files of the locks that a drill needs. The simulated world is one environment, whatever its regions. */
export function lockPaths(state: string, { on, endpoint, account, regions }: LockScope): readonly string[] {
  const names =
    on === 'sim' ? [`sim ${account}`] : regions.map((region) => `aws ${endpoint ?? 'amazon'} ${account} ${region}`);
  return names.map((name) => `${state}/locks/${createHash('sha256').update(name).digest('hex').slice(0, 16)}.json`);
}

/** Who holds a lock now; undefined where nobody does, or the file is not whole. */
export function readHolder(path: string, files: Files): Holder | undefined {
  const text = files.read(path);
  return text === undefined ? undefined : parseHolder(text);
}

/** Who is named in the text of a lock's file; undefined where it is not whole. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'host' in value &&
    typeof value.host === 'string' &&
    'run' in value &&
    typeof value.run === 'string' &&
    'heartbeat' in value &&
    typeof value.heartbeat === 'string' &&
    'since' in value &&
    typeof value.since === 'string'
  );
}

/** Whether the holder is alive: asked of this machine, or told by the heartbeat. */
export function isHeld(holder: Holder, ports: Pick<LockPorts, 'clock' | 'host' | 'isAlive'>): boolean {
  if (holder.host === ports.host) return ports.isAlive(holder.pid);
  return ports.clock.now() - Date.parse(holder.heartbeat) < DEAD_AFTER_MS;
}

/** The refusal that names who holds a lock, since when, and when it was last alive. */
export function lockedBy(holder: Holder, { clock }: Pick<LockPorts, 'clock'>): KongError {
  const age = (at: string): string => formatDuration(Math.max(0, clock.now() - Date.parse(at)));
  return new KongError(
    'LOCKED',
    `run ${holder.run} (${holder.experiment}) holds the lock since ${age(holder.since)}, pid ${holder.pid} on ${holder.host}, last heartbeat ${age(holder.heartbeat)} ago`,
    { fix: `wait for it, or \`kong abort ${holder.run}\`: it rolls back by itself` },
  );
}
