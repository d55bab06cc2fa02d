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
const BEAT_EVERY_MS = 2_000;

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

  /** Says that the drill is alive; cheap enough to be called at every poll. */
  beat(): void {
    this.locks.forEach((lock) => lock.beat());
  }

  release(): void {
    this.locks.forEach((lock) => lock.release());
  }
}

/** A file, created atomically, with who holds it. */
class Lock {
  private readonly path: string;
  private readonly ports: LockPorts;
  private holder: Holder;
  private beatAt: number;

  private constructor(path: string, holder: Holder, ports: LockPorts) {
    this.path = path;
    this.holder = holder;
    this.ports = ports;
    this.beatAt = ports.clock.now();
  }

  /** Takes the lock, also over a holder that is known to be dead. */
  static take(path: string, who: { readonly run: string; readonly experiment: string }, ports: LockPorts): Lock {
    const now = new Date(ports.clock.now()).toISOString();
    const holder: Holder = { ...who, host: ports.host, pid: ports.pid, since: now, heartbeat: now };
    for (let tries = 0; tries < 3; tries++) {
      if (ports.files.createNew(path, JSON.stringify(holder))) return new Lock(path, holder, ports);
      const other = readHolder(path, ports.files);
      if (other && isHeld(other, ports)) throw lockedBy(other, ports);
      ports.files.remove(path);
    }
    throw new KongError('LOCKED', 'another drill took the lock at this very moment', { fix: 'try again' });
  }

  beat(): void {
    const now = this.ports.clock.now();
    if (now - this.beatAt < BEAT_EVERY_MS) return;
    this.beatAt = now;
    if (!this.isOurs()) return;
    this.holder = { ...this.holder, heartbeat: new Date(now).toISOString() };
    this.ports.files.write(this.path, JSON.stringify(this.holder));
  }

  release(): void {
    if (this.isOurs()) this.ports.files.remove(this.path);
  }

  /** Whoever took it over has it now. */
  private isOurs(): boolean {
    return readHolder(this.path, this.ports.files)?.run === this.holder.run;
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
  if (text === undefined) return undefined;
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

function lockedBy(holder: Holder, { clock }: LockPorts): KongError {
  const age = (at: string): string => formatDuration(Math.max(0, clock.now() - Date.parse(at)));
  return new KongError(
    'LOCKED',
    `run ${holder.run} (${holder.experiment}) holds the lock since ${age(holder.since)}, pid ${holder.pid} on ${holder.host}, last heartbeat ${age(holder.heartbeat)} ago`,
    { fix: 'wait for it, or end it with Ctrl-C; it rolls back by itself' },
  );
}
