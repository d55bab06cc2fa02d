import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { emulatorEnv, startKong, type RunningKong } from './kong.js';
import { startMoto } from './moto.js';

/** moto, until the test is over. */
export async function emulator(): Promise<string> {
  const moto = await startMoto();
  onTestFinished(() => moto.stop());
  return moto.endpoint;
}

/** `kong world up` on an endpoint, until the test is over. */
export function up(endpoint: string, periodSeconds: number): RunningKong {
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  const settings = [`metrics.period=${periodSeconds}s`, 'history=1m'].flatMap((one) => ['--set', `world.${one}`]);
  const running = startKong(['world', 'up', '--endpoint-url', endpoint, ...settings], {
    cwd: home,
    env: emulatorEnv(endpoint),
    timeoutMs: 170_000,
  });
  onTestFinished(async () => {
    running.child.kill('SIGKILL');
    await running.finished.catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  });
  return running;
}

/** Resolves once a stream has said something so many times; rejects when the process ends before. */
export async function says({ child, finished }: RunningKong, wanted: RegExp, times = 1): Promise<string> {
  let said = '';
  const enough = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        said += text;
        if ((said.match(new RegExp(wanted, 'g')) ?? []).length >= times) resolve(said);
      });
    }
  });
  const ended = finished.then((exit) => {
    throw new Error(`it ended with ${exit.code}: ${exit.stdout}${exit.stderr}`);
  });
  return Promise.race([enough, ended]);
}

/** What it says of a period. */
export const A_PERIOD = /eu-west-1 \d+\/\d+ serving\n/;
