import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/drill/journal.js';
import { lockPaths, Locks, readHolder, type LockPorts } from '../../src/drill/lock.js';
import type { RecoveryReport } from '../../src/drill/recover.js';
import { Silence } from '../../src/drill/silence.js';
import { readBeat, Seized } from '../../src/drill/takeover.js';
import type { WatchNote } from '../../src/drill/watch-note.js';
import { watchOver, type WatchOverRequest } from '../../src/drill/watch-over.js';
import { VirtualClock } from '../../src/host/clock.js';
import { Cancelled } from '../../src/model/errors.js';
import type { BeginEntry } from '../../src/model/journal.js';
import { MemoryFiles } from '../support/memory-files.js';

const RUN = '20260101T000000Z-abcdef';
const STATE = '.kong';
const MINUTE_MS = 60_000;
const begin: Omit<BeginEntry, 'type' | 'version'> = {
  run: RUN,
  experiment: 'chaos',
  on: 'aws',
  where: 'a test',
  endpoint: null,
  account: '1',
  regions: ['us-east-1', 'us-west-2'],
};
const paths = lockPaths(STATE, begin);
const restored: RecoveryReport = {
  run: RUN,
  experiment: 'chaos',
  restored: 2,
  already: 0,
  conflicts: [],
  irreversible: [],
  remaining: [],
  broken: [],
  lost: false,
};

/** Two machines that share a disk: the drill's, and the watchdog's, on virtual time. */
class Stage {
  readonly files = new MemoryFiles();
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1), 'max');
  readonly rollbacks: number[] = [];
  readonly said: string[] = [];
  private readonly silence = new AbortController();

  ports(host: string, pid: number): LockPorts {
    const { files, clock } = this;
    return { files, clock, host, pid, isAlive: () => true };
  }

  journal(): Journal {
    const { files, clock } = this;
    return new Journal(`${STATE}/runs/${RUN}/journal.ndjson`, { files, clock, onTrouble: () => undefined });
  }

  /** A drill that does nothing but say that it is alive. */
  drill(): Locks {
    this.journal().begin(begin);
    const locks = Locks.take(paths, { run: RUN, experiment: 'chaos' }, this.ports('drill', 1));
    void this.beat(locks);
    return locks;
  }

  /** As when it is stopped. */
  fallSilent(): void {
    this.silence.abort();
  }

  watch(more: Partial<WatchOverRequest> = {}, signal = new AbortController().signal): Promise<WatchNote> {
    const request: WatchOverRequest = {
      state: STATE,
      run: RUN,
      afterMs: 30_000,
      ports: this.ports('watchdog', 2),
      rollBack: async () => {
        this.rollbacks.push(this.clock.now());
        this.journal().end('interrupted', 0);
        return restored;
      },
      say: (message) => this.said.push(message),
      ...more,
    };
    return watchOver(request, signal);
  }

  private async beat(locks: Locks): Promise<void> {
    try {
      for (;;) {
        await this.clock.sleep(1_000, this.silence.signal);
        locks.beat();
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }
}

describe('a watchdog', () => {
  it('is refused where no such run begins within 15 s', async () => {
    const stage = new Stage();
    const startedAtMs = stage.clock.now();
    await expect(stage.watch()).rejects.toThrow(`no run ${RUN}`);
    expect(stage.clock.now() - startedAtMs).toBeLessThan(16_000);
  });

  it('leaves a drill alone for as long as it is heard of, and ends with it', async () => {
    const stage = new Stage();
    const locks = stage.drill();
    const watched = stage.watch();
    await stage.clock.sleep(60 * MINUTE_MS);
    stage.journal().end('held', 0);
    locks.release();
    const note = await watched;
    stage.fallSilent();
    expect(note).toMatchObject({ state: 'ended', summary: `${RUN} has ended by itself: held` });
    expect(stage.rollbacks).toEqual([]);
    expect(JSON.parse(stage.files.read(`${STATE}/runs/${RUN}/watchdog.json`) ?? '')).toEqual(note);
  });

  it('rolls back once it has heard nothing for as long as it was told to wait, and frees the locks', async () => {
    const stage = new Stage();
    stage.drill();
    const watched = stage.watch();
    await stage.clock.sleep(MINUTE_MS);
    stage.fallSilent();
    const silentSinceMs = stage.clock.now();
    const note = await watched;
    expect(note).toMatchObject({ state: 'rolled-back', host: 'watchdog', afterSeconds: 30, rollback: restored });
    expect(stage.rollbacks).toHaveLength(1);
    expect((stage.rollbacks[0] ?? 0) - silentSinceMs).toBeGreaterThan(26_000);
    expect((stage.rollbacks[0] ?? 0) - silentSinceMs).toBeLessThan(36_000);
    expect(stage.files.list(`${STATE}/locks`)).toEqual([]);
  });

  it('does not wait where the process is known to be gone', async () => {
    const stage = new Stage();
    stage.drill();
    stage.fallSilent();
    const atMs = stage.clock.now();
    const note = await stage.watch({ ports: { ...stage.ports('drill', 2), isAlive: () => false } });
    expect(note.state).toBe('rolled-back');
    expect((stage.rollbacks[0] ?? 0) - atMs).toBeLessThan(5_000);
    expect(stage.said.join()).toContain('pid 1, is gone');
  });

  it('tries again for an hour where the rollback fails, then says what finishes it', async () => {
    const stage = new Stage();
    stage.drill();
    stage.fallSilent();
    let tries = 0;
    const rollBack = async (): Promise<RecoveryReport> => {
      tries++;
      throw new Error('no network');
    };
    const note = await stage.watch({ rollBack });
    expect(note.state).toBe('still-changed');
    expect(note.summary).toContain(`no network; to finish: kong rollback ${RUN}`);
    expect(tries).toBeGreaterThan(100);
  });

  it('rolls back all the same where its own notes can not be written any more', async () => {
    const stage = new Stage();
    stage.drill();
    stage.fallSilent();
    const watched = stage.watch();
    await stage.clock.sleep(1_000);
    stage.files.beforeWrite = (path) => {
      if (path.includes('watchdog')) throw new Error('disk full');
    };
    expect(await watched).toMatchObject({ state: 'rolled-back' });
  });

  it('is one of two: only one of them rolls back, and both end', async () => {
    const stage = new Stage();
    stage.drill();
    stage.fallSilent();
    const notes = await Promise.all([stage.watch(), stage.watch({ ports: stage.ports('third', 3) })]);
    expect(notes.map((note) => note.state).sort()).toEqual(['ended', 'rolled-back']);
    expect(stage.rollbacks).toHaveLength(1);
    expect(stage.files.read(`${STATE}/runs/${RUN}/watchdog-2.json`)).toContain('kong/watchdog/v1');
  });

  it('goes when it is told to, and says that nobody watches any more', async () => {
    const stage = new Stage();
    stage.drill();
    const leave = new AbortController();
    const watched = stage.watch({}, leave.signal);
    await stage.clock.sleep(MINUTE_MS);
    leave.abort();
    expect(await watched).toMatchObject({ state: 'left' });
    stage.fallSilent();
    expect(stage.rollbacks).toEqual([]);
  });
});

describe('taking over', () => {
  it('is given up where a heartbeat comes at the last moment, and every lock is as it was', () => {
    const stage = new Stage();
    stage.drill();
    stage.fallSilent();
    const request = { run: RUN, experiment: 'chaos', ports: stage.ports('watchdog', 2) };
    const heard = readBeat(paths, RUN, stage.files);
    const [first = '', second = ''] = paths;
    const replace = stage.files.replace.bind(stage.files);
    // between the watchdog's first lock and its second, the drill says that it is alive
    stage.files.replace = (path, change) => {
      const beat = (stage.files.read(second) ?? '').replace(/"heartbeat":"[^"]*"/, '"heartbeat":"2026-01-01"');
      if (path === first) stage.files.write(second, beat);
      return replace(path, change);
    };
    expect(Seized.take(request, heard)).toBeUndefined();
    expect(paths.map((path) => readHolder(path, stage.files)?.host)).toEqual(['drill', 'drill']);
  });
});

describe('silence', () => {
  it('lasts from the last beat that was new', () => {
    const silence = new Silence(0, 10_000);
    expect([1, 2, 3].map((second) => silence.after('a', second * 1_000))).toEqual([0, 1_000, 2_000]);
    expect(silence.after('b', 4_000)).toBe(0);
    expect(silence.after('b', 5_000)).toBe(1_000);
  });

  it('does not count what the listener slept through', () => {
    const silence = new Silence(0, 4_000);
    silence.after('a', 1_000);
    expect(silence.after('a', 3 * 3_600_000)).toBe(4_000);
    expect(silence.after('a', 1_000)).toBe(4_000);
  });
});
