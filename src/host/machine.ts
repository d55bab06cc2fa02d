import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KongError, messageOf } from '../model/errors.js';
import { isAlive } from './compare-and-swap.js';
import { hostIdentity } from './identity.js';

/** What kong wants to know of the process and the machine that it runs in. */
export interface Machine {
  /** Names what its process ids mean something on: a container, not the machine below it. */
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
  /** Its own IPv4 addresses, without the loopback's. */
  addresses(): readonly string[];
  /** The folder that holds kong's own package.json, experiments and worlds. */
  readonly packageRoot: string;
}

/** This process on this machine. */
export function thisMachine(): Machine {
  // the SDK would warn of its own plans for Node 20 in the middle of a drill
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return {
    host: hostIdentity(),
    pid: process.pid,
    cwd: process.cwd(),
    env: process.env,
    isAlive,
    exit: (code) => process.exit(code),
    newRunId: () => `${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}Z-${randomBytes(3).toString('hex')}`,
    addresses,
    packageRoot: findPackageRoot(path.dirname(fileURLToPath(import.meta.url))),
  };
}

function addresses(): readonly string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

function findPackageRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package.json')) && fs.existsSync(path.join(folder, 'bin', 'kong.js')))
      return folder;
    if (path.dirname(folder) === folder) return from;
  }
}

/** Longer than any experiment, world or configuration. */
const LONGEST_TEXT = 1_048_576;
/** Longer than the plan of any drill that is allowed. */
const LONGEST_PLAN = 8 * LONGEST_TEXT;

/**
 * Reads a file that a person named: no folder, no pipe, no device, at most 1 MiB, a saved plan (`.json`) 8 MiB.
 * @throws KongError FILE_NOT_READABLE
 */
export function readUserFile(file: string): string {
  try {
    const stat = fs.statSync(file);
    if (!stat.isFile()) throw new Error(`it is ${stat.isDirectory() ? 'a folder' : 'no ordinary file'}`);
    const most = file.endsWith('.json') ? LONGEST_PLAN : LONGEST_TEXT;
    if (stat.size > most) throw new Error(`it is larger than ${most / LONGEST_TEXT} MiB`);
    return readStart(file, most);
  } catch (cause) {
    throw new KongError('FILE_NOT_READABLE', `can't read ${file}: ${messageOf(cause)}`, {
      cause,
      fix: 'check the path',
    });
  }
}

/** The size that a file says it has may be wrong: one below /proc says 0. */
function readStart(file: string, most: number): string {
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const read = fs.readSync(handle, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.toString('utf8', 0, length);
      length += read;
      if (length > most) throw new Error(`it is larger than ${most / LONGEST_TEXT} MiB`);
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** Whether a path names a file that is there; false for what can't be a path. */
export function isFile(file: string): boolean {
  try {
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
