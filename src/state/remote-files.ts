import type { Clock, Files } from '../model/ports.js';
import type { Operation, Value } from './wire-format.js';

/** Lines that need not be there at once wait for others this long, or until they are this many characters. */
const GATHER_MS = 5_000;
const GATHER_CHARACTERS = 256 * 1_024;
/** Lines that could not be sent for this long are given up on. */
const GIVE_UP_MS = 60_000;

/** What waits to be appended to one file. */
interface Gathered {
  text: string;
  /** When its first line came. */
  readonly sinceMs: number;
  triedMs: number;
  trouble: Error | undefined;
}

/** The state in a bucket, as files. `flush`ed lines are in the bucket before the append returns. */
export class RemoteFiles implements Files {
  private readonly ask: (operation: Operation) => Value;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly gathered = new Map<string, Gathered>();

  /** @param ask - waits for the answer; throws KongError STATE_NOT_READABLE, STATE_NOT_WRITABLE */
  constructor(ask: (operation: Operation) => Value, clock: Pick<Clock, 'now'>) {
    this.ask = ask;
    this.clock = clock;
  }

  read(key: string): string | undefined {
    this.settle(key);
    const text = this.ask({ op: 'read', key });
    return typeof text === 'string' ? text : undefined;
  }

  write(key: string, text: string): void {
    this.gathered.delete(key);
    this.ask({ op: 'write', key, text });
    this.settleOld();
  }

  /** Lines that are not flushed wait for each other. They go before what is flushed after them, or not at all. */
  append(key: string, text: string, { flush }: { readonly flush: boolean }): void {
    if (flush) return this.appendNow(key, text);
    const nowMs = this.clock.now();
    const waiting = this.gathered.get(key);
    if (waiting?.trouble && nowMs - waiting.sinceMs >= GIVE_UP_MS) throw waiting.trouble;
    if (waiting) waiting.text += text;
    else this.gathered.set(key, { text, sinceMs: nowMs, triedMs: nowMs, trouble: undefined });
    this.settleOld();
  }

  createNew(key: string, text: string): boolean {
    this.settle(key);
    return this.ask({ op: 'createNew', key, text }) === true;
  }

  replace(key: string, { from, to }: { readonly from: string; readonly to: string | undefined }): boolean {
    this.settle(key);
    const replaced = this.ask({ op: 'replace', key, from, to }) === true;
    this.settleOld();
    return replaced;
  }

  list(key: string): readonly string[] {
    this.settleAll();
    const names = this.ask({ op: 'list', key });
    return Array.isArray(names) ? names.map(String) : [];
  }

  remove(key: string): void {
    for (const name of [...this.gathered.keys()])
      if (name === key || name.startsWith(`${key}/`)) this.gathered.delete(name);
    this.ask({ op: 'remove', key });
  }

  /** Sends what still waits, as far as it can be sent. */
  settleAll(): void {
    for (const [key, waiting] of [...this.gathered]) this.settleQuietly(key, waiting);
  }

  private appendNow(key: string, text: string): void {
    const waiting = this.gathered.get(key);
    this.ask({ op: 'append', key, text: `${waiting?.text ?? ''}${text}` });
    this.gathered.delete(key);
  }

  /** What this process wrote, it also reads. */
  private settle(key: string): void {
    if (this.gathered.has(key)) this.appendNow(key, '');
  }

  private settleOld(): void {
    const nowMs = this.clock.now();
    for (const [key, waiting] of [...this.gathered]) {
      const isDue = Math.abs(nowMs - waiting.triedMs) >= GATHER_MS;
      if (isDue || (waiting.text.length >= GATHER_CHARACTERS && !waiting.trouble)) this.settleQuietly(key, waiting);
    }
  }

  /** Whoever asks for something else has nothing to do with it. It is tried again. */
  private settleQuietly(key: string, waiting: Gathered): void {
    waiting.triedMs = this.clock.now();
    try {
      this.settle(key);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      waiting.trouble = error;
    }
  }
}
