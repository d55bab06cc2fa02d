import type { Files } from '../model/ports.js';
import type { RecoveryReport } from './recover.js';
import { runFolder } from './runs.js';

/** Where a watchdog stands. `left`: it was told to go. */
export type WatchState = 'watching' | 'taking-over' | 'ended' | 'rolled-back' | 'still-changed' | 'left';

/** `watchdog.json`: who watches over a run, and what it did about it. */
export interface WatchNote {
  readonly schema: 'kong/watchdog/v1';
  readonly run: string;
  readonly host: string;
  readonly pid: number;
  readonly state: WatchState;
  /** One line. */
  readonly summary: string;
  /** ISO 8601. */
  readonly since: string;
  /** The silence after which it takes over. */
  readonly afterSeconds: number;
  readonly tookOverAt?: string;
  readonly endedAt?: string;
  readonly rollback?: RecoveryReport;
}

/** Nobody has a hundred. */
const MOST = 100;

/** The notes of one watchdog in the folder of its run. */
export class WatchNotes {
  /** What it says at this moment. */
  note: WatchNote;
  private readonly path: string;
  private readonly files: Files;

  private constructor(name: string, note: WatchNote, files: Files) {
    this.path = name;
    this.note = note;
    this.files = files;
  }

  /** Begins: `watchdog.json`, or `watchdog-2.json` where a run has another watchdog already. */
  static begin(state: string, note: WatchNote, files: Files): WatchNotes {
    for (let number = 1; number <= MOST; number++) {
      const name = `${runFolder(state, note.run)}/watchdog${number === 1 ? '' : `-${number}`}`;
      if (files.createNew(`${name}.json`, textOf(note))) return new WatchNotes(name, note, files);
    }
    throw new RangeError(`${MOST} watchdogs over one run`);
  }

  update(news: Partial<WatchNote>): void {
    this.note = { ...this.note, ...news };
    this.files.write(`${this.path}.json`, textOf(this.note));
  }

  /** Adds a line to its log. */
  log(at: string, message: string): void {
    this.files.append(`${this.path}.log`, `${at} ${message}\n`, { flush: true });
  }
}

/** Every watchdog of a run, as far as its note can be read. */
export function watchNotes(state: string, run: string, files: Files): readonly Pick<WatchNote, 'host' | 'pid'>[] {
  const folder = runFolder(state, run);
  return files
    .list(folder)
    .filter((name) => /^watchdog(-\d+)?\.json$/.test(name))
    .flatMap((name) => readNote(files.read(`${folder}/${name}`) ?? '') ?? []);
}

function readNote(text: string): Pick<WatchNote, 'host' | 'pid'> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('host' in value) || !('pid' in value)) return undefined;
    const { host, pid } = value;
    return typeof host === 'string' && typeof pid === 'number' ? { host, pid } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(note: WatchNote): string {
  return `${JSON.stringify(note, null, 2)}\n`;
}
