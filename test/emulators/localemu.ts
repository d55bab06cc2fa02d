import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server as Gate } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { missing, type Optional } from './optional.js';
import { NoEmulator, pythonWith, type Environment } from './python.js';
import { startServer, whenReady } from './server.js';

const run = promisify(execFile);

const LOCALEMU: Environment = {
  name: 'localemu',
  requirements: 'requirements-localemu.txt',
  pythons: ['python3.13', 'python3'],
  oldest: [3, 13],
};

/** Why there is no LocalEmu here; installs it when it can. */
export function missingLocalEmu(): Promise<string | undefined> {
  return missing('LocalEmu', async () => {
    await canIsolate();
    return pythonWith(LOCALEMU);
  });
}

/** It listens on every interface for some services, whatever it is told: only in a namespace of its own. */
async function canIsolate(): Promise<void> {
  try {
    await run('unshare', ['-rn', 'true']);
  } catch (cause) {
    throw new NoEmulator('`unshare -rn` does not work here: user namespaces are needed', { cause });
  }
}

/**
 * Starts LocalEmu in a network namespace of its own, from which nothing is reached and into which only a socket file
 * leads. It ends with this process, however that ends.
 *
 * @throws NoEmulator when it can't be installed; Error when it does not answer in time
 */
export async function startLocalEmu(): Promise<Optional> {
  await canIsolate();
  const python = await pythonWith(LOCALEMU);
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-localemu-'));
  const socket = path.join(folder, 'gateway.sock');
  const script = path.join(import.meta.dirname, 'serve-localemu.py');
  const env = { HOME: folder, FILESYSTEM_ROOT: folder, LOCALEMU_VOLUME_DIR: path.join(folder, 'volume') };
  const server = await startServer('LocalEmu', ['unshare', '-rn', python, script, socket], env);
  const gate = await openGate(socket);
  const stop = async (): Promise<void> => {
    gate.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${portOf(gate)}`;
  try {
    await whenReady(`${endpoint}/_localemu/health`, server);
    return { endpoint, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A port of this machine's loopback that leads to the socket. */
async function openGate(socket: string): Promise<Gate> {
  const gate = createServer((outside) => {
    const inside = connect(socket);
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  return gate;
}

function portOf(gate: Gate): number {
  const address = gate.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
