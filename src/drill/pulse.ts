import { KongError, messageOf } from '../model/errors.js';
import type { Clock, Files } from '../model/ports.js';
import { abortFile } from './abort-request.js';
import { clockJump } from './clock-jump.js';
import { assertOwned, type Owner } from './lost-lock.js';

/** How often a drill looks around. */
const EVERY_MS = 1_000;
/** An abort is asked for by somebody outside, where seconds are the machine's: virtual ones pass by the thousand. */
const LOOK_FOR_ABORT_EVERY_MS = 500;
/** Whoever was away for longer looks whether the lock is still its own. */
const AWAY_MS = 3_000;
const BEAT_EVERY_MS = 2_000;
/** And looks anyway this often: a clock may stand still while the machine sleeps. */
const LOOK_AT_LOCK_EVERY_MS = 10_000;

/** What a drill looks at while it goes on, and whom it tells. */
export interface PulsePorts {
  readonly state: string;
  readonly owner: Owner;
  /** The files of its locks. */
  readonly locks: readonly string[];
  readonly files: Files;
  /** The drill's time. */
  readonly clock: Clock;
  /** The machine's own time. */
  readonly wallClock: Clock;
  /** How far the drill's clock may jump. */
  readonly jumpBoundMs: number;
  /** Says that the drill is alive. */
  readonly beat: () => void;
  readonly isWatched: () => boolean;
  readonly interrupt: (reason: string) => void;
  /** Something is wrong: nothing may be injected any more. May be told more than once. */
  readonly stop: (error: unknown) => void;
  readonly warn: (message: string) => void;
}

/**
 * Looks around once a second, as long as a drill lasts: whether somebody asked for an abort, whether the clock jumped,
 * whether the lock is still its own, whether its watchdog is alive.
 */
export class Pulse {
  private readonly ports: PulsePorts;
  private lookedAroundAtMs: number;
  private dueAtMs: number;
  private presentAtMs: number;
  private lookedAtMs: number;
  private lost: KongError | undefined;
  private jumped: KongError | undefined;
  private hasAborted = false;
  private lookedForAbortAtMs = -Infinity;
  private wasWatched = true;

  constructor(ports: PulsePorts) {
    this.ports = ports;
    this.lookedAroundAtMs = ports.clock.now();
    this.dueAtMs = this.lookedAroundAtMs + EVERY_MS;
    this.presentAtMs = ports.wallClock.now();
    this.lookedAtMs = this.presentAtMs;
  }

  /** Whether another process has taken the run over, as far as can be told. */
  hasLostLock(): boolean {
    // whatever stopped the drill may have come before it looked around
    this.orStop(this.fence);
    return this.lost !== undefined;
  }

  /** Goes on until the signal fires. Throws Cancelled then. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.lookAround(signal), this.beat(signal)]);
  }

  /** In the machine's own time: others count seconds of that, however slowly the drill's goes by. */
  private async beat(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.ports.wallClock.sleep(BEAT_EVERY_MS, signal);
      // also on the way back: who falls silent is rolled back by somebody else
      this.orStop(this.ports.beat);
    }
  }

  private async lookAround(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.dueAtMs = this.ports.clock.now() + EVERY_MS;
      await this.ports.clock.sleep(EVERY_MS, signal);
      this.orStop(() => this.look(this.dueAtMs));
      this.orStop(() => this.heedAbort());
      this.heedWatchdog();
    }
  }

  private orStop(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.ports.stop(error);
    }
  }

  /**
   * To be asked right before anything is injected: a process that was stopped or asleep gets here before it has looked
   * around.
   *
   * @throws KongError CLOCK_JUMPED, LOCK_LOST, STATE_NOT_READABLE
   */
  readonly fence = (): void => {
    const now = this.ports.clock.now();
    this.look(Math.min(this.dueAtMs, Math.max(this.lookedAroundAtMs, now)));
  };

  /** @param expectedMs - what the clock is to say about now */
  private look(expectedMs: number): void {
    const { clock, wallClock, jumpBoundMs } = this.ports;
    const now = clock.now();
    const plannedMs = expectedMs - this.lookedAroundAtMs;
    const passedMs = now - this.lookedAroundAtMs;
    const awayMs = Math.abs(wallClock.now() - this.presentAtMs);
    this.lookedAroundAtMs = now;
    this.presentAtMs = wallClock.now();
    const isDue = Math.abs(this.presentAtMs - this.lookedAtMs) >= LOOK_AT_LOCK_EVERY_MS;
    if (!this.lost && (awayMs > AWAY_MS || isDue)) this.lookAtLock();
    // for good: what waits in a queue asks again
    this.jumped ??= clockJump({ plannedMs, passedMs }, jumpBoundMs);
    const trouble = this.lost ?? this.jumped;
    if (trouble) throw trouble;
  }

  private lookAtLock(): void {
    const { locks, owner, files } = this.ports;
    this.lookedAtMs = this.presentAtMs;
    try {
      assertOwned(locks, owner, files);
    } catch (error) {
      if (error instanceof KongError && error.code === 'LOCK_LOST') this.lost = error;
      throw error;
    }
  }

  private heedAbort(): void {
    const { files, state, owner, interrupt, wallClock } = this.ports;
    const nowMs = wallClock.now();
    if (this.hasAborted || Math.abs(nowMs - this.lookedForAbortAtMs) < LOOK_FOR_ABORT_EVERY_MS) return;
    this.lookedForAbortAtMs = nowMs;
    if (files.read(abortFile(state, owner.run)) === undefined) return;
    this.hasAborted = true;
    interrupt('kong abort');
  }

  private heedWatchdog(): void {
    try {
      if (!this.wasWatched || this.ports.isWatched()) return;
    } catch (error) {
      this.ports.warn(`the watchdog can't be asked: ${messageOf(error)}`);
    }
    this.wasWatched = false;
    this.ports.warn('the watchdog is gone: if this process dies too, run kong rollback');
  }
}
