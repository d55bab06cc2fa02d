import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { messageOf } from '../model/errors.js';

/**
 * Why a program could not be started; undefined: it is there, and this user may run it.
 *
 * @param program - as it is named to the system: a path, or a name that is looked for
 * @param searched - the folders in which names are looked for, as PATH has them
 */
export function whyNotRunnable(program: string, searched = ''): string | undefined {
  const isPath = program.includes(path.sep);
  const places = isPath ? [program] : searched.split(path.delimiter).map((folder) => path.join(folder, program));
  const found = places.filter((place) => fs.statSync(place, { throwIfNoEntry: false })?.isFile() === true);
  if (found.length === 0) return isPath ? 'is not there' : 'is in no folder of PATH';
  return found.some(isExecutable) ? undefined : 'may not be run by this user';
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why nobody could be asked at an address; undefined: a connection is taken, and ended again with nothing sent. */
export async function whyNotReached(url: string, timeoutMs: number): Promise<string | undefined> {
  if (!URL.canParse(url)) return 'is no URL';
  const at = new URL(url);
  const port = at.port === '' ? (at.protocol === 'https:' ? 443 : 80) : Number(at.port);
  const host = at.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(timeoutMs, () => end(`takes no connection within ${timeoutMs / 1_000}s`));
    socket.on('connect', () => end(undefined));
    socket.on('error', (error) => end(`takes no connection: ${reasonOf(error)}`));
  });
}

/** Where a host has several addresses, each of them failed. */
function reasonOf(error: Error): string {
  return error instanceof AggregateError && error.errors.length > 0 ? messageOf(error.errors[0]) : messageOf(error);
}
