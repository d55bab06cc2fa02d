import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KongError, messageOf } from '../model/errors.js';

/** What kong wants to know of the process and the machine that it runs in. */
export interface Machine {
  readonly host: string;
  readonly pid: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a process of this machine is alive. */
  isAlive(pid: number): boolean;
  /** Ends the process at once. */
  exit(code: number): never;
  /** A name for a run: sorts by time, two a second differ. */
  newRunId(): string;
  /** The folder that holds kong's own package.json, experiments and worlds. */
  readonly packageRoot: string;
}

/** This process on this machine. */
export function thisMachine(): Machine {
  // the SDK would warn of its own plans for Node 20 in the middle of a drill
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return {
    host: os.hostname(),
    pid: process.pid,
    cwd: process.cwd(),
    env: process.env,
    isAlive,
    exit: (code) => process.exit(code),
    newRunId: () => `${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}Z-${randomBytes(3).toString('hex')}`,
    packageRoot: findPackageRoot(path.dirname(fileURLToPath(import.meta.url))),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to someone else
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function findPackageRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json')) && fs.existsSync(path.join(folder, 'bin', 'kong.js')))
      return folder;
    if (path.dirname(folder) === folder) return from;
  }
}

/**
 * Reads a file that a person named.
 * @throws KongError FILE_NOT_READABLE
 */
export function readUserFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KongError('FILE_NOT_READABLE', `can't read ${file}: ${messageOf(cause)}`, {
      cause,
      fix: 'check the path',
    });
  }
}

/** Whether a path names a file that is there. */
export function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
