import { runFolder } from './runs.js';

/** The file by which another process asks a drill to roll back: whoever can write the state may. */
export function abortFile(state: string, run: string): string {
  return `${runFolder(state, run)}/abort`;
}
