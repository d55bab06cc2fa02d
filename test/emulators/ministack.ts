import path from 'node:path';
import { missing, type Optional } from './optional.js';
import { pythonWith, type Environment } from './python.js';
import { startServer, whenReady } from './server.js';

const MINISTACK: Environment = {
  name: 'ministack',
  requirements: 'requirements-ministack.txt',
  pythons: ['python3'],
  oldest: [3, 11],
};

/** Why there is no ministack here; installs it when it can. */
export function missingMinistack(): Promise<string | undefined> {
  return missing('ministack', () => pythonWith(MINISTACK));
}

/**
 * Starts ministack on a free port of the loopback. It ends with this process, however that ends.
 *
 * @throws NoEmulator when it can't be installed; Error when it does not answer in time
 */
export async function startMinistack(): Promise<Optional> {
  const python = await pythonWith(MINISTACK);
  const server = await startServer('ministack', [python, path.join(import.meta.dirname, 'serve-ministack.py')]);
  const endpoint = `http://127.0.0.1:${server.port}`;
  await whenReady(`${endpoint}/_ministack/ready`, server);
  return { endpoint, stop: server.stop };
}
