import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(import.meta.dirname, '../../.cache/tallies');

/** What a test tried: one line of what it prints, and one file of what `npm run bench` adds up. */
export interface Tally {
  /** What is added up. */
  readonly figure: 'crash points' | 'API faults' | 'conflicts' | 'real kills' | 'hostile inputs';
  /** Which of them: the same words again replace what the last run noted. */
  readonly what: string;
  /** How many were tried; nothing was left broken, since the test would have failed. */
  readonly tried: number;
  /** 1: every one; n: every n-th. */
  readonly every?: number;
}

/** Prints how much was tried, and keeps it for `npm run bench`. To be called where the test has held. */
export function tally({ figure, what, tried, every = 1 }: Tally): void {
  const share = every === 1 ? '' : ` (every ${every}th)`;
  console.log(`${figure}: ${what}: tried ${tried}${share}, left broken 0`);
  mkdirSync(FOLDER, { recursive: true });
  const name = `${figure} ${what}`.replace(/[^A-Za-z0-9]+/g, '-');
  const note = { figure, what, tried, every, at: new Date().toISOString() };
  writeFileSync(path.join(FOLDER, `${name}.json`), `${JSON.stringify(note)}\n`);
}
