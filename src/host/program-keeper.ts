/**
 * A process between kong and a program of the user's: it ends the program, and all that it started, when it takes too
 * long and when kong is gone, however that ended. A script of its own: `program-keeper.js MILLISECONDS PROGRAM ARG…`.
 */
import { spawn } from 'node:child_process';

const [limitMs, program = '', ...args] = process.argv.slice(2);

/** What a shell says for a program that can't be started. */
const NOT_STARTED = 127;

// a group of its own: what it starts and leaves behind ends with it
const child = spawn(program, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], shell: false });

function endAll(): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // there is nobody left
  }
}

const timer = setTimeout(endAll, Number(limitMs));

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = NOT_STARTED;
  process.stdin.destroy();
  clearTimeout(timer);
});
child.on('exit', (code) => {
  endAll();
  process.exit(code ?? NOT_STARTED);
});
// kong holds the other end for as long as it lives and wants the program to
process.stdin.on('end', endAll).on('error', endAll).resume();
