import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = path.resolve(import.meta.dirname, '../../.cache');

/** A Python with an emulator in it. */
export interface Environment {
  /** The emulator, and its folder under .cache/. */
  readonly name: string;
  /** Its pinned packages: a file of this folder. */
  readonly requirements: string;
  /** Commands to try, in this order. */
  readonly pythons: readonly string[];
  readonly oldest: readonly [number, number];
}

const MOTO: Environment = {
  name: 'moto',
  requirements: 'requirements.txt',
  pythons: ['python3'],
  oldest: [3, 11],
};

/** An installer says this often that it is alive; one that was silent for so long was killed. */
const BEAT_MS = 1_000;
const ABANDONED_MS = 20_000;

/** Why the emulator can't be installed here. */
export class NoEmulator extends Error {
  override readonly name = 'NoEmulator';
}

/** {@link pythonWith} moto. */
export function pythonWithMoto(): Promise<string> {
  return pythonWith(MOTO);
}

/**
 * The Python that has an emulator, installed under .cache/ when it is not there yet. Any number of processes may ask at
 * once: one installs, the others wait. Another emulator or another Python is another folder.
 *
 * @throws NoEmulator without a Python that is new enough and can make environments, or when the installation fails
 */
export async function pythonWith(environment: Environment): Promise<string> {
  const { name, requirements } = environment;
  const { command, version } = await pythonFor(environment);
  const pinned = path.join(import.meta.dirname, requirements);
  const hash = createHash('sha256').update(fs.readFileSync(pinned)).update(version).digest('hex').slice(0, 12);
  const folder = path.join(CACHE, name, hash);
  const lock = `${folder}.lock`;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  while (!isReady(folder)) {
    if (takeLock(lock)) {
      // between the look and the lock another may have finished
      if (!isReady(folder)) await install({ name, command, folder, pinned, lock });
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

interface Python {
  readonly command: string;
  readonly version: string;
}

/** The first of the commands that is there and new enough. */
async function pythonFor({ name, pythons, oldest }: Environment): Promise<Python> {
  const tried: string[] = [];
  for (const command of pythons) {
    const version = await versionOf(command);
    if (version === undefined) tried.push(`${command} with its venv module is missing: apt-get install ${command}-venv`);
    else if (isNewEnough(version, oldest)) return { command, version };
    else tried.push(`${command} is ${version.split(' ')[0] ?? ''}, ${name} needs ${oldest.join('.')} or newer`);
  }
  throw new NoEmulator(tried.join('; '));
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ['-c', 'import sys, venv, ensurepip; print(sys.version)']);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string, oldest: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

interface Installation {
  readonly name: string;
  readonly command: string;
  readonly folder: string;
  readonly pinned: string;
  readonly lock: string;
}

async function install({ name, command, folder, pinned, lock }: Installation): Promise<void> {
  const beat = setInterval(() => fs.utimesSync(lock, new Date(), new Date()), BEAT_MS);
  try {
    fs.rmSync(folder, { recursive: true, force: true });
    await run(command, ['-m', 'venv', folder]);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    await run(pythonIn(folder), ['-m', 'pip', 'install', ...quiet, '--requirement', pinned]);
    fs.writeFileSync(path.join(folder, 'ready'), '');
  } catch (cause) {
    fs.rmdirSync(lock);
    throw new NoEmulator(`${name} can't be installed: ${String(cause).slice(0, 2_000)}`, { cause });
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
