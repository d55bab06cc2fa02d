import { mkdirSync, readdirSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { RunningKong } from '../emulators/kong.js';

/** The journal of a state folder's only run, line by line; none: it has not begun. */
export function journalLines(state: string): readonly string[] {
  try {
    const runs = path.join(state, 'runs');
    const [run = ''] = readdirSync(runs);
    return readFileSync(path.join(runs, run, 'journal.ndjson'), 'utf8')
      .split('\n')
      .slice(0, -1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Kills a kong as soon as its journal has so many lines: at that moment, or whatever it has got done until the signal
 * comes. A kong that ends before is left alone.
 *
 * @param start - starts it: by then its journal is watched
 */
export async function killAtLine(state: string, line: number, start: () => RunningKong): Promise<RunningKong> {
  const runs = path.join(state, 'runs');
  mkdirSync(runs, { recursive: true });
  const watchers: FSWatcher[] = [];
  const started: RunningKong[] = [];
  const look = (): void => {
    if (journalLines(state).length >= line) started[0]?.child.kill('SIGKILL');
  };
  const watchRun = (): void => {
    const [run] = readdirSync(runs);
    if (run !== undefined && watchers.length < 2) watchers.push(watch(path.join(runs, run), look));
    look();
  };
  watchers.push(watch(runs, watchRun));
  watchRun();
  const own = start();
  started.push(own);
  try {
    await own.finished;
  } finally {
    for (const one of watchers) one.close();
  }
  return own;
}
