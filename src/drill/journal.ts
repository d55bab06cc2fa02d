import type { Journaled } from '../aws/guard.js';
import type { Change, IrreversibleChange } from '../model/change.js';
import { Cancelled } from '../model/errors.js';
import type { BeginEntry, JournalEntry, JournalEntryBody, UndoneHow } from '../model/journal.js';
import type { Clock, Files } from '../model/ports.js';
import type { Outcome } from '../model/run.js';
import { readJournal } from './read-journal.js';
import { FIRST_SEAL, sealedLine } from './seal.js';

/** The write-ahead log of one run: what is about to be sent is on disk before it is sent. */
export class Journal {
  private readonly path: string;
  private readonly files: Files;
  private readonly clock: Clock;
  private readonly written: JournalEntry[] = [];
  private readonly onTrouble: (error: unknown) => void;
  private readonly fence: () => void;
  private readonly held = new Set<string>();
  /** Whether the file is known to end with a whole line. */
  private isWhole = false;
  /** The seal of the last whole line of the file. */
  private lastSeal = FIRST_SEAL;

  /**
   * @param ports - `onTrouble` hears of entries about an undo that could not be written: an undo does not wait for a
   * full disk. `fence` is looked at before anything is injected, and throws where nothing may be any more
   */
  constructor(
    path: string,
    ports: {
      readonly files: Files;
      readonly clock: Clock;
      readonly onTrouble: (error: unknown) => void;
      readonly fence?: () => void;
    },
  ) {
    this.path = path;
    this.files = ports.files;
    this.clock = ports.clock;
    this.onTrouble = ports.onTrouble;
    this.fence = ports.fence ?? (() => undefined);
  }

  /** What was announced and noted so far, also where the disk did not take it. */
  get entries(): readonly JournalEntry[] {
    return this.written;
  }

  begin(entry: Omit<BeginEntry, 'type' | 'version'>): void {
    this.add([{ type: 'begin', version: 1, ...entry }], true);
  }

  /** Announces changes; the answer is the right to make them. */
  intend(changes: readonly Change[]): Journaled {
    this.fence();
    this.add(
      changes.map(({ id, attribute, resource, before, after, memo }) => ({
        type: 'intent',
        change: id,
        attribute,
        resource,
        before,
        after,
        ...(memo === undefined ? {} : { memo }),
      })),
      true,
    );
    return { changes: changes.map((change) => change.id), fence: this.fence };
  }

  intendIrreversible(change: IrreversibleChange): Journaled {
    const { id, attribute, resource, loses } = change;
    this.fence();
    this.add([{ type: 'irreversible', change: id, attribute, resource, loses }], true);
    return { changes: [id], fence: this.fence };
  }

  /** Announces that changes are about to be put back; the answer is the right to do so. */
  intendUndo(changes: readonly string[]): Journaled {
    this.addAnyway(
      changes.map((change) => ({ type: 'undo', change })),
      true,
    );
    return { changes };
  }

  /** The right to go on with a change that was announced, until its undo is. */
  goOn(change: string): Journaled {
    const fence = (): void => {
      this.fence();
      if (this.written.some((entry) => entry.type === 'undo' && entry.change === change)) throw new Cancelled();
    };
    return { changes: [change], fence };
  }

  // what follows is told by the world itself when it is read again, so it need not be on disk before the drill goes on

  done(change: string, created?: string): void {
    this.addAnyway([{ type: 'done', change, ...(created ? { created } : {}) }], created !== undefined);
  }

  /** Changes whose effect was read back. Not on disk: another process reads for itself. */
  tookHold(changes: readonly Change[]): void {
    for (const change of changes) this.held.add(change.id);
  }

  /** Whether a change's effect was read back by this process. */
  hasTakenHold(change: string): boolean {
    return this.held.has(change);
  }

  failed(change: string, message: string): void {
    this.addAnyway([{ type: 'failed', change, message }], false);
  }

  undone(changes: readonly { readonly change: string; readonly how: UndoneHow }[]): void {
    this.addAnyway(
      changes.map(({ change, how }) => ({ type: 'undone', change, how })),
      true,
    );
  }

  end(outcome: Outcome, remaining: number): void {
    this.addAnyway([{ type: 'end', outcome, remaining }], true);
  }

  private addAnyway(entries: readonly JournalEntryBody[], flush: boolean): void {
    try {
      this.add(entries, flush);
    } catch (error) {
      this.onTrouble(error);
    }
  }

  private add(entries: readonly JournalEntryBody[], flush: boolean): void {
    if (entries.length === 0) return;
    const at = new Date(this.clock.now()).toISOString();
    const lines = entries.map((entry): JournalEntry => ({ at, ...entry }));
    this.written.push(...lines);
    const found = this.isWhole ? undefined : this.files.read(this.path);
    // what follows a torn line on the same line could not be read either
    const gap = isTorn(found) ? '\n' : '';
    if (found !== undefined) this.lastSeal = readJournal(found).lastSeal;
    this.isWhole = false;
    const sealed = sealAll(lines, this.lastSeal);
    this.files.append(this.path, gap + sealed.text, { flush });
    this.lastSeal = sealed.last;
    this.isWhole = true;
  }
}

/** Whether the process that wrote a file died in the middle of a line, or the disk took only half of it. */
function isTorn(text: string | undefined): boolean {
  return text !== undefined && text !== '' && !text.endsWith('\n');
}

function sealAll(entries: readonly JournalEntry[], from: string): { readonly text: string; readonly last: string } {
  let last = from;
  let text = '';
  for (const entry of entries) {
    const { line, own } = sealedLine(entry, last);
    text += `${line}\n`;
    last = own;
  }
  return { text, last };
}
