import fs from 'node:fs';

/** The permissions of a file, `0o600`; undefined where there is none, or nothing to tell them by. */
export function fileMode(path: string): number | undefined {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  return stat === undefined || process.platform === 'win32' ? undefined : stat.mode & 0o777;
}
