import { describe, expect, it } from 'vitest';
import { RemoteFiles } from '../../src/state/remote-files.js';
import type { Operation, Value } from '../../src/state/wire-format.js';
import { MemoryFiles } from '../support/memory-files.js';

/** A bucket that can be out of reach, and what it was asked. */
class Bench {
  readonly bucket = new MemoryFiles();
  readonly asked: string[] = [];
  isAway = false;
  nowMs = 0;
  readonly files = new RemoteFiles((operation) => this.answer(operation), { now: () => this.nowMs });

  private answer(operation: Operation): Value {
    if (this.isAway) throw new Error('away');
    if (operation.op === 'region') return undefined;
    const { op, key } = operation;
    this.asked.push(`${op} ${key}`);
    switch (operation.op) {
      case 'read':
        return this.bucket.read(key);
      case 'list':
        return this.bucket.list(key);
      case 'remove':
        this.bucket.remove(key);
        return undefined;
      case 'write':
        this.bucket.write(key, operation.text);
        return undefined;
      case 'append':
        this.bucket.append(key, operation.text);
        return undefined;
      case 'createNew':
        return this.bucket.createNew(key, operation.text);
      case 'replace':
        return this.bucket.replace(key, operation);
    }
  }
}

const LATER = { flush: false };
const NOW = { flush: true };

describe('a flushed line', () => {
  it('that can not be sent is an error, and those that waited for it still wait', () => {
    const bench = new Bench();
    bench.files.append('journal', 'a', LATER);
    bench.isAway = true;
    expect(() => bench.files.append('journal', 'b', NOW)).toThrow('away');
    bench.isAway = false;
    bench.files.append('journal', 'c', NOW);
    expect(bench.bucket.read('journal')).toBe('ac');
  });

  it('is sent at once, together with those before it', () => {
    const bench = new Bench();
    bench.files.append('journal', 'a', LATER);
    bench.files.append('journal', 'b', NOW);
    expect(bench.asked).toEqual(['append journal']);
    expect(bench.bucket.read('journal')).toBe('ab');
  });
});

describe('a line that is not flushed', () => {
  it('is refused once those before it could not be sent for a minute', () => {
    const bench = new Bench();
    bench.isAway = true;
    for (let second = 0; second < 60; second++) {
      bench.nowMs = second * 1_000;
      bench.files.append('events', 'x', LATER);
    }
    bench.nowMs = 60_000;
    expect(() => bench.files.append('events', 'x', LATER)).toThrow('away');
    bench.isAway = false;
    bench.files.settleAll();
    expect(bench.bucket.read('events')).toBe('x'.repeat(60));
  });

  it('does not fail what has nothing to do with it', () => {
    const bench = new Bench();
    bench.files.append('events', 'x', LATER);
    bench.nowMs = 10_000;
    bench.isAway = true;
    expect(() => bench.files.append('other', 'y', LATER)).not.toThrow();
    bench.isAway = false;
    expect(bench.files.read('events')).toBe('x');
  });

  it('waits for others, for five seconds', () => {
    const bench = new Bench();
    for (const second of [0, 1, 2, 3, 4]) {
      bench.nowMs = second * 1_000;
      bench.files.append('events', String(second), LATER);
    }
    expect(bench.asked).toEqual([]);
    bench.nowMs = 5_000;
    bench.files.append('events', '5', LATER);
    expect(bench.asked).toEqual(['append events']);
    expect(bench.bucket.read('events')).toBe('012345');
  });

  it('waits for no more than a quarter of a megabyte', () => {
    const bench = new Bench();
    bench.files.append('events', 'x'.repeat(300_000), LATER);
    expect(bench.bucket.read('events')).toHaveLength(300_000);
  });

  it('is read by its own process at once, and listed', () => {
    const bench = new Bench();
    bench.files.append('run/events', 'x', LATER);
    expect(bench.files.list('run')).toEqual(['events']);
    bench.files.append('run/events', 'y', LATER);
    expect(bench.files.read('run/events')).toBe('xy');
  });

  it('is gone with its file', () => {
    const bench = new Bench();
    bench.files.append('run/events', 'x', LATER);
    bench.files.append('other', 'x', LATER);
    bench.files.remove('run');
    bench.files.write('other', 'new');
    bench.files.settleAll();
    expect([...bench.bucket.contents]).toEqual([['other', 'new']]);
  });
});
