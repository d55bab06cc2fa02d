import fs from 'node:fs';
import path from 'node:path';
import { KongError, messageOf } from '../model/errors.js';
import type { Files } from '../model/ports.js';
import { compareAndSwap } from './compare-and-swap.js';

const PRIVATE = 0o600;

/** Where the process began: paths keep their meaning when that folder is deleted, or made anew, under it. */
const STARTED_IN = process.cwd();

/** The machine's own disk. Whatever kong keeps there is readable by its owner alone. */
export const realFiles: Files = {
  read: (file) => guarded('STATE_NOT_READABLE', file, readIfThere),
  write: (file, text) => guarded('STATE_NOT_WRITABLE', file, (path) => replaceWhole(path, text)),
  append: (file, text, { flush }) => guarded('STATE_NOT_WRITABLE', file, (path) => addToEnd(path, text, flush)),
  createNew: (file, text) => guarded('STATE_NOT_WRITABLE', file, (path) => createWhole(path, text)),
  replace: (file, text) =>
    guarded('STATE_NOT_WRITABLE', file, (path) =>
      compareAndSwap(path, text, { read: readIfThere, replace: replaceWhole }),
    ),
  list: (folder) => guarded('STATE_NOT_READABLE', folder, namesIn),
  remove: (file) => guarded('STATE_NOT_WRITABLE', file, (path) => fs.rmSync(path, { recursive: true, force: true })),
};

function guarded<T>(code: 'STATE_NOT_READABLE' | 'STATE_NOT_WRITABLE', file: string, act: (path: string) => T): T {
  try {
    return act(path.resolve(STARTED_IN, file));
  } catch (cause) {
    const verb = code === 'STATE_NOT_READABLE' ? 'read' : 'write';
    throw new KongError(code, `can't ${verb} ${file}: ${messageOf(cause)}`, {
      cause,
      fix: 'check the disk and its permissions, or name another folder with --state',
    });
  }
}

/** Another process may remove a file at any moment. */
function readIfThere(file: string): string | undefined {
  try {
    return fs.existsSync(file) ? readOrdinary(file) : undefined;
  } catch (error) {
    if (!fs.existsSync(file)) return undefined;
    throw error;
  }
}

/** A file where the folder, or one above it, should be is an error: what it can't hold is not simply none. */
function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A pipe in a file's place would be waited for without end. */
function readOrdinary(file: string): string {
  if (!fs.statSync(file).isFile()) throw new Error('it is no ordinary file');
  return fs.readFileSync(file, 'utf8');
}

/** One by one: Node 20 never returns from some recursive ones, as in a folder that was deleted, or below /proc. */
function makeFolder(file: string): void {
  const folder = path.dirname(file);
  if (fs.existsSync(folder)) return;
  makeFolder(folder);
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!fs.existsSync(folder)) throw error;
  }
}

/** Written beside it, flushed, then renamed over it: a reader sees the old file or the new one. */
function replaceWhole(file: string, text: string): void {
  makeFolder(file);
  const beside = `${file}.${process.pid}.new`;
  try {
    writeFlushed(beside, text, 'w');
    fs.renameSync(beside, file);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/** A hard link fails where the name is taken, and the file behind it is whole from its first moment. */
function createWhole(file: string, text: string): boolean {
  makeFolder(file);
  const beside = `${file}.${process.pid}.new`;
  try {
    writeFlushed(beside, text, 'w');
    fs.linkSync(beside, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(beside, { force: true });
  }
}

function addToEnd(file: string, text: string, flush: boolean): void {
  makeFolder(file);
  if (flush) return writeFlushed(file, text, 'a');
  fs.appendFileSync(file, text, { mode: PRIVATE });
}

function writeFlushed(file: string, text: string, flags: 'a' | 'w'): void {
  const handle = fs.openSync(file, flags, PRIVATE);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
