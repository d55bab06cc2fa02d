import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const KONG = path.resolve(import.meta.dirname, '../../bin/kong.js');

/** How a kong is started. */
export interface KongOptions {
  /** Where it runs and keeps its state: a folder of the test's own. Its home too, so that nobody's settings count. */
  readonly cwd: string;
  /** Added to PATH and HOME, which is all that it gets otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sends a signal, once, when what it has printed so far on either stream matches. */
  readonly signalAfter?: { readonly output: RegExp; readonly signal: NodeJS.Signals };
  /** Killed after this long: 120 000 ms when not given. */
  readonly timeoutMs?: number;
}

/** What a kong left behind. */
export interface KongExit {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kong that runs. */
export interface RunningKong {
  /** For signals. */
  readonly child: ChildProcess;
  /** Resolves whatever the exit code; rejects when it could not be started or took too long. */
  readonly finished: Promise<KongExit>;
}

/** The environment that sends the AWS SDK to an emulator, with credentials that open nothing else. */
export function emulatorEnv(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Runs the built CLI to its end. */
export function runKong(args: readonly string[], options: KongOptions): Promise<KongExit> {
  return startKong(args, options).finished;
}

/** Starts the built CLI, in a process of its own, as a user would. */
export function startKong(args: readonly string[], options: KongOptions): RunningKong {
  const { cwd, env = {}, timeoutMs = 120_000 } = options;
  const child = spawn(process.execPath, [KONG, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  let signalled = false;
  const listen = (name: 'stdout' | 'stderr'): void => {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      if (signalled || !options.signalAfter?.output.test(said.stdout + said.stderr)) return;
      signalled = true;
      child.kill(options.signalAfter.signal);
    });
  };
  listen('stdout');
  listen('stderr');
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const finished = new Promise<KongExit>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`kong ${args.join(' ')} took more than ${timeoutMs} ms\n${said.stdout}\n${said.stderr}`));
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      process.off('exit', killWithUs);
      resolve({ code, signal, ...said });
    });
  });
  return { child, finished };
}
