/** Installs the peer, and the moto that both are measured on, into .cache/peer/. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../bench-rig.js';

const PINNED = ['test/emulators/requirements.txt', 'scripts/bench-peer/requirements.txt'].map((file) =>
  path.join(root, file),
);

/**
 * The folder of the environment's programs; it is made when it is not there yet.
 *
 * @throws Error with what pip said, where it can't be made
 */
export function installPeer() {
  const hash = createHash('sha256');
  for (const file of PINNED) hash.update(readFileSync(file));
  const folder = path.join(root, '.cache/peer', hash.digest('hex').slice(0, 12));
  const ready = path.join(folder, 'ready');
  if (!existsSync(ready)) {
    console.error(`installing Chaos Toolkit and moto into ${path.relative(root, folder)}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(path.dirname(folder), { recursive: true });
    run('python3', ['-m', 'venv', folder]);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    const files = PINNED.flatMap((file) => ['--requirement', file]);
    run(path.join(folder, 'bin/python'), ['-m', 'pip', 'install', ...quiet, ...files]);
    writeFileSync(ready, '');
  }
  return path.join(folder, 'bin');
}

function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`);
}
