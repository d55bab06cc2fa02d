import path from 'node:path';
import { NoEmulator, pythonWithMoto } from './python.js';
import { startServer, whenReady } from './server.js';

/** An AWS of its own, empty but for what every account has, on this machine's loopback. */
export interface Moto {
  /** For AWS_ENDPOINT_URL, or a client's `endpoint`. */
  readonly endpoint: string;
  readonly pid: number;
  /** Ends it and waits until it is gone; a second time does nothing. */
  stop(): Promise<void>;
}

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
 * @throws NoEmulator when it can't be installed; Error when it does not answer in time
 */
export async function startMoto(): Promise<Moto> {
  const python = await pythonWithMoto();
  const server = await startServer('moto', [python, path.join(import.meta.dirname, 'serve-moto.py')]);
  const endpoint = `http://127.0.0.1:${server.port}`;
  await whenReady(`${endpoint}/moto-api/`, server);
  return { endpoint, pid: server.pid, stop: server.stop };
}
