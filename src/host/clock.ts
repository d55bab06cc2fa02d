import { Cancelled } from '../model/errors.js';
import type { Clock } from '../model/ports.js';

/** The machine's own clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => realSleep(ms, signal),
};

function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Cancelled());
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new Cancelled());
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.max(0, ms),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** How long virtual time waits for real time at a stretch. */
const PIECE_MS = 50;

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when everybody waits: the next sleeper is woken once the event loop has nothing left to do.
 *
 * @param speed - virtual seconds per real second; `max`: no real waiting at all
 */
export class VirtualClock implements Clock {
  private nowMs: number;
  private order = 0;
  private sleepers: Sleeper[] = [];
  private pumping = false;
  private real: Promise<unknown> | undefined;
  private readonly speed: number | 'max';
  private readonly waitRealMs: (ms: number) => Promise<void>;

  /** @param waitRealMs - how real time passes */
  constructor(startMs: number, speed: number | 'max', waitRealMs: (ms: number) => Promise<void> = realSleep) {
    this.nowMs = startMs;
    this.speed = speed;
    this.waitRealMs = waitRealMs;
  }

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Cancelled());
      const onAbort = (): void => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(new Cancelled());
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { at: this.nowMs + Math.max(0, ms), order: this.order++, wake };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.sleepers.push(sleeper);
      void this.pump();
    });
  }

  /** Does something in real time, while no virtual time passes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const begun = work();
    const ended = begun.catch(() => undefined);
    const all = this.real ? Promise.all([this.real, ended]) : ended;
    this.real = all;
    void all.then(() => {
      if (this.real === all) this.real = undefined;
    });
    return begun;
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    for (;;) {
      // a turn of the event loop: every promise that can go on without time has gone on
      await new Promise((resolve) => setImmediate(resolve));
      if (this.real) {
        await this.real;
        continue;
      }
      const next = this.earliest();
      if (!next) break;
      if (this.speed !== 'max' && next.at > this.nowMs) {
        await this.passRealTime(next.at - this.nowMs, this.speed);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, next.at);
      this.sleepers = this.sleepers.filter((other) => other !== next);
      next.wake();
    }
    this.pumping = false;
  }

  private earliest(): Sleeper | undefined {
    return this.sleepers.reduce<Sleeper | undefined>(
      (first, other) =>
        !first || other.at < first.at || (other.at === first.at && other.order < first.order) ? other : first,
      undefined,
    );
  }

  /**
   * In small pieces, so that a cancelled sleeper is noticed, and what happens meanwhile happens at its virtual time.
   */
  private async passRealTime(virtualMs: number, speed: number): Promise<void> {
    const pieceMs = Math.min(virtualMs, Math.max(1, Math.round(PIECE_MS * speed)));
    await this.waitRealMs(pieceMs / speed);
    this.nowMs += pieceMs;
  }
}
