import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { realFiles } from '../../src/host/files.js';

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-files-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

describe('state files', () => {
  it('can be made once only by createNew, whole from their first moment', () => {
    const file = path.join(newFolder(), 'a/lock.json');
    expect(realFiles.createNew(file, 'first')).toBe(true);
    expect(realFiles.createNew(file, 'second')).toBe(false);
    expect(realFiles.read(file)).toBe('first');
  });

  it('are readable by their owner alone, whichever way they were made', () => {
    const folder = newFolder();
    realFiles.write(path.join(folder, 'written'), 'x');
    realFiles.append(path.join(folder, 'appended'), 'x', { flush: false });
    realFiles.append(path.join(folder, 'flushed'), 'x', { flush: true });
    realFiles.createNew(path.join(folder, 'created'), 'x');
    const modes = realFiles.list(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
  });

  it('are added to at the end', () => {
    const file = path.join(newFolder(), 'log');
    realFiles.append(file, 'a', { flush: true });
    realFiles.append(file, 'b', { flush: false });
    expect(readFileSync(file, 'utf8')).toBe('ab');
  });

  it('that can not be written are an error with a fix', () => {
    const file = path.join(newFolder(), 'file');
    realFiles.write(file, 'x');
    expect(() => {
      realFiles.write(path.join(file, 'below'), 'x');
    }).toThrow(expect.objectContaining({ code: 'STATE_NOT_WRITABLE', exitCode: 5 }));
  });
});
