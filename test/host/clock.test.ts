import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/host/clock.js';
import { Cancelled } from '../../src/model/errors.js';

describe('virtual time', () => {
  it('throws out of a wait that is cancelled, at the time at which it was', async () => {
    const clock = new VirtualClock(0, 'max');
    const abort = new AbortController();
    const long = clock.sleep(60_000, abort.signal);
    await clock.sleep(1_000);
    abort.abort();
    await expect(long).rejects.toThrow(Cancelled);
    expect(clock.now()).toBe(1_000);
  });

  it('wakes sleepers in the order of their times, and stands still in between', async () => {
    const clock = new VirtualClock(0, 'max');
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now()}`);
    };
    await Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 20), sleeper('b2', 20)]);
    expect(woken).toEqual(['a@10', 'b@20', 'b2@20', 'c@30']);
  });

  it.each([1, 20, 60, 0.5])('waits in real time for as long as its speed of %d says', async (speed) => {
    let waitedMs = 0;
    const clock = new VirtualClock(0, speed, async (ms) => {
      waitedMs += ms;
    });
    await Promise.all([clock.sleep(90_000), clock.sleep(7_000), clock.sleep(7_001)]);
    expect(clock.now()).toBe(90_000);
    expect(waitedMs).toBeCloseTo(90_000 / speed, 3);
  });

  it('notices within a moment of real time that a wait was cancelled', async () => {
    const abort = new AbortController();
    let waits = 0;
    const clock = new VirtualClock(0, 1, async () => {
      if (++waits === 3) abort.abort();
    });
    await expect(clock.sleep(3_600_000, abort.signal)).rejects.toThrow(Cancelled);
    expect(waits).toBe(3);
    expect(clock.now()).toBeLessThan(1_000);
  });

  it('lets everything that needs no time happen before time goes on', async () => {
    const clock = new VirtualClock(0, 'max');
    const seen: number[] = [];
    const chatter = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      seen.push(clock.now());
    };
    await Promise.all([clock.sleep(1_000), chatter()]);
    expect(seen).toEqual([0]);
  });
});
