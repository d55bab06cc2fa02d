import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emulatorEnv, runKong, startKong, type KongExit, type KongOptions } from './kong.js';
import { startMoto } from './moto.js';
import { snapshot, type Snapshot } from './snapshot.js';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** An emulator of its own with the default world in it, and traffic through that. */
export interface WireWorld {
  readonly endpoint: string;
  readonly home: string;
  /** The emulator's process, for stopping it for a while. */
  readonly pid: number;
  /** The built CLI, in a folder of its own, pointed at this emulator. */
  kong(args: readonly string[], more?: Partial<KongOptions>): Promise<KongExit>;
  snapshot(): Promise<Snapshot>;
  stop(): Promise<void>;
}

/**
 * Starts an emulator, puts the default world into it with metrics every second, and sends traffic until it is
 * stopped.
 */
export async function startWireWorld(): Promise<WireWorld> {
  const moto = await startMoto();
  const { endpoint } = moto;
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  const env = emulatorEnv(endpoint);
  // seconds in place of minutes: real time passes here
  const fast = ['metrics.period=1s', 'history=1m', 'traffic.cache.fill=3s', 'traffic.balancer.notice=2s'];
  const settings = fast.flatMap((one) => ['--set', `world.${one}`]);
  const up = startKong(['world', 'up', '--endpoint-url', endpoint, ...settings], {
    cwd: home,
    env,
    timeoutMs: 600_000,
  });
  const stop = async (): Promise<void> => {
    up.child.kill('SIGINT');
    await up.finished.catch(() => undefined);
    await moto.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  };
  const isUp = new Promise<void>((resolve, reject) => {
    up.child.stdout?.on('data', (text: Buffer) => {
      if (text.toString().includes('the world is up')) resolve();
    });
    up.finished.then((exit) => {
      reject(new Error(`the world ended: ${exit.stderr}`));
    }, reject);
  });
  try {
    await isUp;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    home,
    pid: moto.pid,
    kong: (args, more = {}) => runKong(args, { cwd: home, env, ...more }),
    snapshot: () => snapshot(endpoint, REGIONS),
    stop,
  };
}
