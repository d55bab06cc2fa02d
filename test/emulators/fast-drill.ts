import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KongExit } from './kong.js';
import type { WireWorld } from './wire-world.js';

const KONG = path.resolve('experiments/kong-us-east-1.yaml');

/** Seconds instead of minutes, since real time passes here; and a hold that lasts until something disturbs it. */
function settings(): readonly string[] {
  const slis = [...readFileSync(KONG, 'utf8').matchAll(/^ {2}([a-z0-9-]+):\n {4}title/gm)].map(
    (match) => match[1] ?? '',
  );
  return [
    ...slis.map((sli) => `slis.${sli}.cloudwatch.period=1s`),
    'method.1.shift.every=1s',
    'method.2.hold=120s',
    'method.4.return.every=1s',
    'abort.missingData=15s',
    'poll=1s',
    'baseline=20s',
  ].flatMap((one) => ['--set', one]);
}

/** The arguments of a drill of a region, on an emulator, that holds until it is disturbed. */
export function longDrill({ endpoint }: WireWorld, more: readonly string[] = []): readonly string[] {
  return ['drill', KONG, '--on', 'aws', '--endpoint-url', endpoint, '--format', 'json', ...settings(), ...more];
}

/** In the middle of its hold: everything is injected. */
export const IN_THE_HOLD = /step 3 of 5: hold/;

/** What a drill printed, as far as these tests look at it. */
export interface ResultPart {
  readonly run: string;
  readonly outcome: string;
  readonly exitCode: number;
  readonly error: null | { readonly code: string; readonly message: string };
  readonly watchdog?: { readonly pid: number; readonly afterSeconds: number };
  readonly rollback: { readonly remaining: readonly unknown[]; readonly conflicts: readonly unknown[] };
}

/** The result of a drill that printed JSON. */
export function resultOf(exit: KongExit): ResultPart {
  try {
    return JSON.parse(exit.stdout) as ResultPart;
  } catch {
    throw new Error(`no result: ${exit.stdout}\n${exit.stderr}`);
  }
}

/** The only run in a state folder. */
export function runOf(home: string): string {
  return readdirSync(path.join(home, '.kong/runs'))[0] ?? '';
}

/** A file of the only run in a state folder. */
export function runFile(home: string, name: string): string {
  return readFileSync(path.join(home, '.kong/runs', runOf(home), name), 'utf8');
}

/** Files that are not there yet are no error. */
export function isThere(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}

/**
 * Waits until something outside is as it is to be.
 *
 * @throws Error when it is not within the time
 */
export async function until(is: () => boolean, { withinMs, what }: { withinMs: number; what: string }): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!is()) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(50);
  }
}
