import { describe, expect, it } from 'vitest';
import { lockPaths, Locks, readHolder } from '../../src/drill/lock.js';
import type { DrillRequest } from '../../src/drill/ports.js';
import { recover } from '../../src/drill/recover.js';
import { findRun } from '../../src/drill/runs.js';
import { startDrill } from '../../src/drill/start.js';
import { readBeat, Seized } from '../../src/drill/takeover.js';
import { Watchdog, type DetachedProcess } from '../../src/drill/watchdog.js';
import type { Plan } from '../../src/model/plan.js';
import type { Result, RunEvent } from '../../src/model/run.js';
import { inventoryOf, openBench, planOn, readExperiment, requestFor, STATE, type Bench } from '../support/sim-drill.js';

const never: Pick<DrillRequest, 'onEvent' | 'onInterrupt'> = {
  onEvent: () => undefined,
  onInterrupt: () => () => undefined,
};

const planFor = (bench: Bench): Promise<Plan> => planOn(bench, readExperiment('kong-us-east-1'));

function pathsOf(plan: Plan): readonly string[] {
  return lockPaths(STATE, { ...plan, endpoint: null });
}

describe('a drill that is to be watched', () => {
  const dead: DetachedProcess = { pid: 4711, said: () => 'no room for another process\n', letGo: () => undefined };

  it.each([
    ['could not be started', { ...dead, pid: undefined }, false],
    ['ended before it watched', dead, false],
    ['does not watch after 20s', dead, true],
  ])('is refused before anything is changed when its watchdog %s', async (said, child, isAlive) => {
    const bench = openBench();
    const request = requestFor(bench, await planFor(bench), never);
    const { run, lock } = request;
    const ports = { ...lock, isAlive: () => isAlive };
    const watchdog = new Watchdog({ state: STATE, run, afterMs: 30_000, ports, launch: () => child });
    const result = await startDrill({ ...request, watchdog }).result;
    expect(result).toMatchObject({ outcome: 'refused', exitCode: 3, error: { code: 'NOT_WATCHED' } });
    expect(result.error?.message).toContain(`${said}: no room for another process`);
    expect(bench.calls.counts().write).toBe(0);
    expect(findRun(STATE, run, bench.files).end?.outcome).toBe('refused');
    expect(bench.files.list(`${STATE}/locks`)).toEqual([]);
  });
});

/** A drill, and what another process does to its run in the middle of the hold. */
async function drillDisturbed(
  bench: Bench,
  disturb: (request: DrillRequest) => Promise<void>,
): Promise<{ readonly result: Result; readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  let disturbed = Promise.resolve();
  const request = requestFor(bench, await planFor(bench), {
    ...never,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'step' && event.title.startsWith('hold')) disturbed = disturb(request);
    },
  });
  const result = await startDrill(request).result;
  await disturbed;
  return { result, events };
}

/** What a watchdog elsewhere does. */
function seize({ plan, run, lock, files }: DrillRequest): Seized {
  const paths = pathsOf(plan);
  const ports = { ...lock, host: 'elsewhere', pid: 99 };
  const seized = Seized.take({ run, experiment: 'x', ports }, readBeat(paths, run, files));
  if (!seized) throw new Error('the lock was not free to take');
  return seized;
}

describe('a drill whose run was taken over', () => {
  it('waits for the rollback, looks at everything again, and finds it as it was', async () => {
    const bench = openBench();
    const before = (await inventoryOf(bench)).records;
    const { result, events } = await drillDisturbed(bench, async (request) => {
      const seized = seize(request);
      // longer than the drill takes to notice
      await bench.clock.sleep(15_000);
      const { cloud, clock, files } = bench;
      const report = await recover(findRun(STATE, request.run, files), {
        state: STATE,
        cloud,
        clock,
        files,
        emit: () => undefined,
      });
      expect(report).toMatchObject({ restored: 9, remaining: [], conflicts: [] });
      seized.release();
    });
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 5, error: { code: 'LOCK_LOST' } });
    expect(result.error?.message).toContain('pid 99 on elsewhere, which rolls this run back');
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(events.findLastIndex((event) => event.type === 'changes' && event.direction === 'apply')).toBeLessThan(
      events.findIndex((event) => event.type === 'stopping'),
    );
    expect((await inventoryOf(bench)).records).toEqual(before);
    expect(bench.files.list(`${STATE}/locks`)).toEqual([]);
  });

  it('rolls back itself when whoever took it over has gone without doing so', async () => {
    const bench = openBench();
    const before = (await inventoryOf(bench)).records;
    const { result } = await drillDisturbed(bench, async (request) => {
      const seized = seize(request);
      await bench.clock.sleep(15_000);
      seized.release();
    });
    expect(result).toMatchObject({ error: { code: 'LOCK_LOST' }, rollback: { restored: 9, remaining: [] } });
    expect((await inventoryOf(bench)).records).toEqual(before);
  });

  it('touches nothing any more once another run holds the lock, and lists what is left', async () => {
    const bench = openBench();
    let other: Locks | undefined;
    const { result } = await drillDisturbed(bench, async ({ plan, lock, files }) => {
      pathsOf(plan).forEach((path) => files.remove(path));
      const ports = { ...lock, host: 'elsewhere', pid: 99 };
      other = Locks.take(pathsOf(plan), { run: 'another', experiment: 'x' }, ports);
    });
    expect(result).toMatchObject({ exitCode: 4, error: { code: 'LOCK_LOST' } });
    expect(result.error?.message).toContain('which is run another');
    expect(result.rollback.remaining).toHaveLength(9);
    const [path = ''] = bench.files.list(`${STATE}/locks`);
    expect(readHolder(`${STATE}/locks/${path}`, bench.files)?.run).toBe('another');
    other?.release();
  });
});
