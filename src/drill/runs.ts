import { KongError } from '../model/errors.js';
import type { BeginEntry, JournalEntry } from '../model/journal.js';
import type { Files } from '../model/ports.js';
import { count } from '../model/summary.js';
import { touchedAttributes, type Touched } from './attributes.js';
import { beginAgain } from './begin-again.js';
import { readJournal, type ReadJournal } from './read-journal.js';

/** One run as its folder tells it. */
export interface StoredRun {
  readonly run: string;
  readonly begin: BeginEntry & { readonly at: string };
  readonly entries: readonly JournalEntry[];
  readonly broken: ReadJournal['broken'];
  /** Whether lines of its journal are gone or were changed: more may be changed than `open` says. */
  readonly lost: boolean;
  /** What it touched and has not put back. */
  readonly open: readonly Touched[];
  readonly end: Extract<JournalEntry, { type: 'end' }> | undefined;
}

/** The folder of a run's files. */
export function runFolder(state: string, run: string): string {
  return `${state}/runs/${run}`;
}

/** Every run in a state folder, oldest first. A folder without a journal is no run: nothing was injected by it. */
export function storedRuns(state: string, files: Files): readonly StoredRun[] {
  return files.list(`${state}/runs`).flatMap((name) => readRun(state, name, files) ?? []);
}

function readRun(state: string, run: string, files: Files): StoredRun | undefined {
  const text = files.read(`${runFolder(state, run)}/journal.ndjson`);
  if (text === undefined) return undefined;
  const { entries, broken, lost } = readJournal(text);
  const begin = entries.find((entry) => entry.type === 'begin') ?? beginAgain(run, { state, files, entries, lost });
  if (!begin) return undefined;
  return {
    run,
    begin,
    entries,
    broken,
    lost,
    open: touchedAttributes(entries).filter((touched) => !touched.undone),
    end: entries.findLast((entry) => entry.type === 'end'),
  };
}

/** Runs that left something changed, whether they were killed or gave up. */
export function unfinishedRuns(state: string, files: Files): readonly StoredRun[] {
  return storedRuns(state, files).filter((run) => run.open.length > 0 || run.lost);
}

/** What an unfinished run left: `left 3 attributes changed`. */
export function leftBehind({ open, lost }: StoredRun): string {
  const left = `left ${count(open.length, 'attribute')} changed`;
  if (!lost) return left;
  const more = 'lines of its journal are lost, so that';
  return open.length === 0 ? `may have left something changed: ${more} nobody knows` : `${left}; ${more} it may be more`;
}

/**
 * One run by its name.
 * @throws KongError UNKNOWN_RUN
 */
export function findRun(state: string, name: string, files: Files): StoredRun {
  const run = files.list(`${state}/runs`).includes(name) ? readRun(state, name, files) : undefined;
  if (run) return run;
  const latest = storedRuns(state, files).at(-1);
  throw new KongError('UNKNOWN_RUN', `no run ${name} in ${state}`, {
    fix: latest
      ? `\`kong status\` lists them; the latest is ${latest.run}`
      : 'there are no runs in this state folder; check --state',
  });
}
