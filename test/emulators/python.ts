import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST_PYTHON = [3, 11] as const;
const CACHE = path.resolve(import.meta.dirname, '../../.cache/moto');
const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');

/** An installer says this often that it is alive; one that was silent for so long was killed. */
const BEAT_MS = 1_000;
const ABANDONED_MS = 20_000;

/** Why the emulator can't be installed here. */
export class NoEmulator extends Error {
  override readonly name = 'NoEmulator';
}

/**
 * The Python that has moto, installed under .cache/ when it is not there yet. Any number of processes may ask at once:
 * one installs, the others wait. Another moto or another Python is another folder.
 *
 * @throws NoEmulator without a python3 that is new enough and can make environments, or when the installation fails
 */
export async function pythonWithMoto(): Promise<string> {
  const version = await pythonVersion();
  const hash = createHash('sha256').update(fs.readFileSync(REQUIREMENTS)).update(version).digest('hex').slice(0, 12);
  const folder = path.join(CACHE, hash);
  const lock = `${folder}.lock`;
  fs.mkdirSync(CACHE, { recursive: true });
  while (!isReady(folder)) {
    if (takeLock(lock)) {
      // between the look and the lock another may have finished
      if (!isReady(folder)) await install(folder, lock);
      fs.rmdirSync(lock);
    } else {
      breakAbandoned(lock);
      await pause(BEAT_MS / 4);
    }
  }
  return pythonIn(folder);
}

const pythonIn = (folder: string): string => path.join(folder, 'bin', 'python');
const isReady = (folder: string): boolean => fs.existsSync(path.join(folder, 'ready'));

async function pythonVersion(): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)']).catch(
    (cause: unknown) => {
      throw new NoEmulator('python3 with its venv module is missing: apt-get install python3-venv', { cause });
    },
  );
  const [major = 0, minor = 0] = stdout.split('.').map(Number);
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    throw new NoEmulator(`python3 is ${major}.${minor}, moto needs ${OLDEST_PYTHON.join('.')} or newer`);
  }
  return stdout.trim();
}

async function install(folder: string, lock: string): Promise<void> {
  const beat = setInterval(() => fs.utimesSync(lock, new Date(), new Date()), BEAT_MS);
  try {
    fs.rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    await run(pythonIn(folder), ['-m', 'pip', 'install', ...quiet, '--requirement', REQUIREMENTS]);
    fs.writeFileSync(path.join(folder, 'ready'), '');
  } catch (cause) {
    fs.rmdirSync(lock);
    throw new NoEmulator(`moto can't be installed: ${String(cause).slice(0, 2_000)}`, { cause });
  } finally {
    clearInterval(beat);
  }
}

function takeLock(lock: string): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moved aside before it is removed: of two that find it old, one succeeds, and neither removes a new lock. */
function breakAbandoned(lock: string): void {
  try {
    if (Date.now() - fs.statSync(lock).mtimeMs < ABANDONED_MS) return;
    const aside = `${lock}.${process.pid}`;
    fs.renameSync(lock, aside);
    fs.rmdirSync(aside);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
