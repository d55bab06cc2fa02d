import type { Clock, Files } from '../model/ports.js';
import { runFolder } from './runs.js';

/** How often a drill looks whether somebody asked it to stop. */
const LOOK_EVERY_MS = 1_000;

/** The file by which another process asks a drill to roll back: whoever can write the state may. */
export function abortFile(state: string, run: string): string {
  return `${runFolder(state, run)}/abort`;
}

/** Waits for somebody to ask for an abort, and passes it on. Throws Cancelled when the signal fires. */
export async function heedAborts(
  {
    state,
    run,
    files,
    clock,
  }: { readonly state: string; readonly run: string; readonly files: Files; readonly clock: Clock },
  interrupt: (reason: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (files.read(abortFile(state, run)) === undefined) await clock.sleep(LOOK_EVERY_MS, signal);
  interrupt('kong abort');
}
