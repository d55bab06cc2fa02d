import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { KongError } from '../model/errors.js';
import type { EffectLimits } from '../model/switch.js';
import { Collected } from './collected.js';

/** Enough of what a program complains of. */
const STDERR_BYTES = 4_096;
/** How long what a program printed last is waited for once it has ended: what it left behind may hold the pipe. */
const DRAIN_MS = 250;
/** How long an ended program has to be gone. */
const END_MS = 2_000;

/**
 * Runs a program to its end, in a process group of its own, through a keeper that ends it when this process does.
 *
 * @param keeper - the script of the keeper
 * @returns what it printed
 * @throws KongError SWITCH_FAILED where it can't be started, ends with anything but 0, takes longer than it may, or
 * prints more than it may or what is no UTF-8
 */
export async function runProgram(keeper: string, argv: readonly string[], limits: EffectLimits): Promise<string> {
  const { timeoutMs, maxOutputBytes } = limits;
  const args = [keeper, String(timeoutMs + END_MS), ...argv];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const name = JSON.stringify(argv[0] ?? '');
  const failed = (what: string): KongError => new KongError('SWITCH_FAILED', `${name} ${what}`);
  const out = new Collected(maxOutputBytes);
  const err = new Collected(STDERR_BYTES);
  let ended: KongError | undefined;
  const end = (why: KongError): void => {
    ended ??= why;
    child.stdin.destroy();
  };
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (piece: Buffer) => err.add(piece));
  child.stdout.on('data', (piece: Buffer) => {
    if (!out.add(piece)) end(failed(`printed more than ${maxOutputBytes} bytes`));
  });
  const timer = setTimeout(() => end(failed(`did not end within ${timeoutMs / 1_000}s, and was ended`)), timeoutMs);
  try {
    const code = await exitOf(child, () => ended !== undefined);
    if (ended) throw ended;
    if (code !== 0) throw failed(`ended with exit code ${code}${complaint(err)}`);
    const text = out.text();
    if (text === undefined) throw failed('printed what is no UTF-8');
    return text;
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.destroy();
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function exitOf(child: Child, isEnding: () => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let last: NodeJS.Timeout | undefined;
    const watch = setInterval(() => {
      if (isEnding()) last ??= setTimeout(() => child.kill('SIGKILL'), END_MS);
    }, DRAIN_MS);
    const done = (code: number): void => {
      clearInterval(watch);
      clearTimeout(last);
      resolve(code);
    };
    child.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on('exit', (code) => {
      const drained = setTimeout(() => done(code ?? 1), DRAIN_MS);
      child.on('close', () => {
        clearTimeout(drained);
        done(code ?? 1);
      });
    });
  });
}

/** The first line of what it said to its stderr. */
function complaint(err: Collected): string {
  const [first = ''] = err.start().trim().split(/\r?\n/);
  return first === '' ? '' : `: ${first.slice(0, 300)}`;
}
