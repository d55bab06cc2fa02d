import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { NoEmulator, pythonWithMoto } from './python.js';

/** An AWS of its own, empty but for what every account has, on this machine's loopback. */
export interface Moto {
  /** For AWS_ENDPOINT_URL, or a client's `endpoint`. */
  readonly endpoint: string;
  readonly pid: number;
  /** Ends it and waits until it is gone; a second time does nothing. */
  stop(): Promise<void>;
}

type Server = ChildProcessByStdio<Writable, Readable, Readable>;

const START_MS = 30_000;

/**
 * Why there is no moto here, for `describe.skipIf`; installs it when it can. In CI there is no excuse: there it throws.
 *
 *     const noMoto = await missingMoto();
 *     describe.skipIf(noMoto)('a drill over the wire', () => { … });
 */
export async function missingMoto(): Promise<string | undefined> {
  try {
    await pythonWithMoto();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoEmulator) || isCi()) throw error;
    console.warn(`SKIPPED, no emulator: ${error.message}`);
    return error.message;
  }
}

function isCi(): boolean {
  return process.env.CI !== undefined && !['', '0', 'false'].includes(process.env.CI);
}

/**
 * Starts moto, installing it first when that was not done yet. It ends with this process, however that ends.
 *
 * @throws NoEmulator when it can't be installed; Error when it does not answer within 30 seconds
 */
export async function startMoto(): Promise<Moto> {
  const python = await pythonWithMoto();
  const script = path.join(import.meta.dirname, 'serve-moto.py');
  const server = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  const log = lastLines(server.stderr, 20);
  try {
    const endpoint = `http://127.0.0.1:${await portOf(server, log)}`;
    const answer = await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(START_MS) });
    if (!answer.ok) throw new Error(`moto answers ${answer.status}: ${log().join('\n')}`);
    return { endpoint, pid: server.pid ?? 0, stop: () => stopServer(server) };
  } catch (error) {
    await stopServer(server);
    throw error;
  }
}

async function portOf(server: Server, log: () => readonly string[]): Promise<number> {
  const lines = createInterface({ input: server.stdout });
  const signal = AbortSignal.timeout(START_MS);
  const first = once(lines, 'line', { signal });
  const ended = once(server, 'exit', { signal }).then(() => ['']);
  try {
    const [line] = await Promise.race([first, ended]);
    if (!/^\d+$/.test(String(line))) throw new Error(`moto does not start: ${log().join('\n')}`);
    return Number(line);
  } finally {
    // whichever lost the race may still be aborted
    for (const waiting of [first, ended]) waiting.catch(() => undefined);
  }
}

async function stopServer(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

/** Reads a stream to its end, which also keeps its writer from blocking, and keeps the last of it. */
function lastLines(stream: Readable, count: number): () => readonly string[] {
  const kept: string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    kept.push(line);
    if (kept.length > count) kept.shift();
  });
  return () => kept;
}
