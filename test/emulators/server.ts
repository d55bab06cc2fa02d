import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

/** A process that serves until its stdin closes, and says where on the first line of its stdout. */
export interface Server {
  /** The first line: a number. */
  readonly port: number;
  readonly pid: number;
  /** The last of what it wrote to stderr. */
  readonly log: () => readonly string[];
  /** Ends it and waits until it is gone; a second time does nothing. */
  stop(): Promise<void>;
}

const START_MS = 30_000;
const READY_MS = 60_000;

/**
 * Starts a server. It ends with this process, however that ends.
 *
 * @throws Error when it has not said its port within 30 seconds
 */
export async function startServer(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const server = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  });
  const log = lastLines(server.stderr, 20);
  const stop = (): Promise<void> => stopProcess(server);
  try {
    return { port: await portOf(name, server, log), pid: server.pid ?? 0, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Waits until a page is answered with a 200.
 *
 * @throws Error when it is not within a minute; the server is stopped then
 */
export async function whenReady(url: string, server: Server): Promise<void> {
  const deadlineMs = Date.now() + READY_MS;
  while (Date.now() < deadlineMs) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(START_MS) }).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  await server.stop();
  throw new Error(`${url} does not answer: ${server.log().join('\n')}`);
}

async function portOf(name: string, server: Process, log: () => readonly string[]): Promise<number> {
  const lines = createInterface({ input: server.stdout });
  const signal = AbortSignal.timeout(START_MS);
  const first = once(lines, 'line', { signal });
  const ended = once(server, 'exit', { signal }).then(() => ['']);
  try {
    const [line] = await Promise.race([first, ended]);
    if (!/^\d+$/.test(String(line))) throw new Error(`${name} does not start: ${log().join('\n')}`);
    return Number(line);
  } finally {
    // whichever lost the race may still be aborted
    for (const waiting of [first, ended]) waiting.catch(() => undefined);
  }
}

async function stopProcess(server: Process): Promise<void> {
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
