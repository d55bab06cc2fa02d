import { describe, expect, it } from 'vitest';
import { Locks, readHolder, type LockPorts } from '../../src/drill/lock.js';
import { MemoryFiles } from '../support/memory-files.js';

const PATH = '.kong/locks/a.json';

/** Machines that share a state, on one clock. */
class Stage {
  readonly files = new MemoryFiles();
  nowMs = Date.UTC(2026, 0, 1);

  take(host: string, more: Partial<LockPorts> = {}): Locks {
    const clock = { now: () => this.nowMs, sleep: () => Promise.resolve() };
    const ports = { files: this.files, clock, host, pid: 1, isAlive: () => true, ...more };
    return Locks.take([PATH], { run: `run-of-${host}`, experiment: 'chaos' }, ports);
  }

  get holder(): string | undefined {
    return readHolder(PATH, this.files)?.host;
  }

  /** Does something at the moment between a machine's look at the lock and its hold on it. */
  onceRead(act: () => void): Partial<LockPorts> {
    const { files } = this;
    let isDone = false;
    const read = (path: string): string | undefined => {
      const text = files.read(path);
      if (!isDone) {
        isDone = true;
        act();
      }
      return text;
    };
    return {
      files: {
        read,
        write: (path, text) => files.write(path, text),
        append: (path, text) => files.append(path, text),
        createNew: (path, text) => files.createNew(path, text),
        replace: (path, text) => files.replace(path, text),
        list: (path) => files.list(path),
        remove: (path) => files.remove(path),
      },
    };
  }
}

const LOCKED = expect.objectContaining({ code: 'LOCKED' }) as Error;

describe('a lock', () => {
  it('is refused while its holder is heard of, whatever the holder’s own machine is', () => {
    const stage = new Stage();
    const locks = stage.take('first');
    stage.nowMs += 100_000;
    locks.beat();
    stage.nowMs += 100_000;
    expect(() => stage.take('second')).toThrow(LOCKED);
  });

  it('of a dead drill goes to one of those that find it dead', () => {
    const stage = new Stage();
    stage.take('dead');
    stage.nowMs += 121_000;
    const between = stage.onceRead(() => stage.take('quicker'));
    expect(() => stage.take('slower', between)).toThrow(LOCKED);
    expect(stage.holder).toBe('quicker');
  });

  it('that is let go at the very moment is had by whoever asks next', () => {
    const stage = new Stage();
    const locks = stage.take('first');
    stage.nowMs += 121_000;
    stage.take(
      'second',
      stage.onceRead(() => locks.release()),
    );
    expect(stage.holder).toBe('second');
  });

  it('is not taken back by a beat of whoever lost it, nor let go by it', () => {
    const stage = new Stage();
    const lost = stage.take('first');
    stage.nowMs += 121_000;
    stage.take('second');
    stage.nowMs += 10_000;
    lost.beat();
    expect(stage.holder).toBe('second');
    lost.release();
    expect(stage.holder).toBe('second');
  });

  it('goes on beating after a beat whose answer was lost', () => {
    const stage = new Stage();
    const { files } = stage;
    const locks = stage.take('first');
    const write = files.write.bind(files);
    files.write = (path, text) => {
      write(path, text);
      files.write = write;
      throw new Error('no answer');
    };
    stage.nowMs += 10_000;
    expect(() => locks.beat()).toThrow('no answer');
    for (let beats = 0; beats < 2; beats++) {
      stage.nowMs += 10_000;
      locks.beat();
    }
    expect(Date.parse(readHolder(PATH, files)?.heartbeat ?? '')).toBe(stage.nowMs);
    locks.release();
    expect(files.list('.kong/locks')).toEqual([]);
  });

  it('that can not be given back does not undo what was done', () => {
    const stage = new Stage();
    const locks = stage.take('first');
    stage.files.replace = () => {
      throw new Error('away');
    };
    expect(() => locks.release()).not.toThrow();
  });
});
