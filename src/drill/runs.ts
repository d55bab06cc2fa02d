import { KongError } from '../model/errors.js';
import type { BeginEntry, JournalEntry } from '../model/journal.js';
import type { Files } from '../model/ports.js';
import { touchedAttributes, type Touched } from './attributes.js';
import { readJournal, type ReadJournal } from './read-journal.js';

/** One run as its folder tells it. */
export interface StoredRun {
  readonly run: string;
  readonly begin: BeginEntry & { readonly at: string };
  readonly entries: readonly JournalEntry[];
  readonly broken: ReadJournal['broken'];
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
  const { entries, broken } = readJournal(text);
  const begin = entries.find((entry) => entry.type === 'begin');
  if (!begin) return undefined;
  return {
    run,
    begin,
    entries,
    broken,
    open: touchedAttributes(entries).filter((touched) => !touched.undone),
    end: entries.findLast((entry) => entry.type === 'end'),
  };
}

/** Runs that left something changed, whether they were killed or gave up. */
export function unfinishedRuns(state: string, files: Files): readonly StoredRun[] {
  return storedRuns(state, files).filter((run) => run.open.length > 0);
}

/**
 * One run by its name.
 * @throws KongError UNKNOWN_RUN
 */
export function findRun(state: string, name: string, files: Files): StoredRun {
  const runs = storedRuns(state, files);
  const run = runs.find((one) => one.run === name);
  if (run) return run;
  const latest = runs.at(-1);
  throw new KongError('UNKNOWN_RUN', `no run ${name} in ${state}`, {
    fix: latest
      ? `\`kong status\` lists them; the latest is ${latest.run}`
      : 'there are no runs in this state folder; check --state',
  });
}
