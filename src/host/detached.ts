import { spawn } from 'node:child_process';

/** Enough of what a process says before it fails. */
const KEPT_CHARACTERS = 2_000;

/** A process that outlives this one, its process group and its terminal. */
export interface Detached {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** What it has written to its stderr so far. */
  said(): string;
  /** Stops listening to it. This process never waits for it. */
  letGo(): void;
}

/**
 * Starts another process of this program's runtime, in a session of its own.
 *
 * @param args - the script, and what it is called with
 */
export function startDetached(args: readonly string[]): Detached {
  const child = spawn(process.execPath, [...args], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const { stderr } = child;
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS);
  });
  stderr.on('error', () => undefined);
  child.on('error', (error) => {
    said += error.message;
  });
  child.unref();
  return {
    pid: child.pid,
    said: () => said,
    letGo: () => {
      stderr.destroy();
    },
  };
}
