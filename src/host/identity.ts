import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';

/**
 * A name for what a process id means something on: two containers may share a host's name, but not its processes, and a
 * machine that was started anew has none of its old ones.
 *
 * @returns `runner-7 (3f2a9c1d)` where the system tells, else the host's name
 */
export function hostIdentity(): string {
  const marks = [bootId(), pidNamespace()].filter((mark) => mark !== undefined);
  if (marks.length === 0) return os.hostname();
  return `${os.hostname()} (${createHash('sha256').update(marks.join(' ')).digest('hex').slice(0, 8)})`;
}

function bootId(): string | undefined {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

function pidNamespace(): string | undefined {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}
