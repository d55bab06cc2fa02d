import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { realFiles } from '../../src/host/files.js';
import { hostIdentity } from '../../src/host/identity.js';

let file = '';

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kong-swap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  file = path.join(folder, 'lock.json');
  writeFileSync(file, 'old');
});

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('a file that is replaced if it is unchanged', () => {
  it('stays as it is where it holds something else', () => {
    expect(realFiles.replace(file, { from: 'older', to: 'new' })).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('is not made where there is none', () => {
    rmSync(file);
    expect(realFiles.replace(file, { from: '', to: 'new' })).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('stays as it is while a live process is at it', () => {
    writeFileSync(`${file}.swap`, `${process.pid} ${hostIdentity()}`);
    expect(realFiles.replace(file, { from: 'old', to: 'new' })).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('stays as it is while a process of another machine may be at it', () => {
    writeFileSync(`${file}.swap`, `${deadPid()} another (01234567)`);
    expect(realFiles.replace(file, { from: 'old', to: 'new' })).toBe(false);
  });

  it('holds the new text, and nothing is left beside it', () => {
    expect(realFiles.replace(file, { from: 'old', to: 'new' })).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(realFiles.list(path.dirname(file))).toEqual(['lock.json']);
  });

  it('is gone where that was asked for', () => {
    expect(realFiles.replace(file, { from: 'old', to: undefined })).toBe(true);
    expect(realFiles.list(path.dirname(file))).toEqual([]);
  });

  it('is not kept from anybody by a process that died at it', () => {
    writeFileSync(`${file}.swap`, `${deadPid()} ${hostIdentity()}`);
    expect(realFiles.replace(file, { from: 'old', to: 'new' })).toBe(true);
    expect(realFiles.list(path.dirname(file))).toEqual(['lock.json']);
  });

  it('is not kept from anybody by one that died while it took over from one that died at it', () => {
    writeFileSync(`${file}.swap`, `${deadPid()} ${hostIdentity()}`);
    writeFileSync(`${file}.swap.swap`, '');
    utimesSync(`${file}.swap.swap`, 0, 0);
    expect(realFiles.replace(file, { from: 'old', to: 'new' })).toBe(true);
    expect(realFiles.list(path.dirname(file))).toEqual(['lock.json']);
  });
});
