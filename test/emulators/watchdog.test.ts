import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/model/journal.js';
import { IN_THE_HOLD, isThere, longDrill, resultOf, runFile, until } from './fast-drill.js';
import { emulatorEnv, startKong, type KongOptions, type RunningKong } from './kong.js';
import { missingMoto } from './moto.js';
import { clientConfig } from './snapshot.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();

/** A world of its own for each test: what one breaks and restores is another one's "before". */
async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

function startIn(world: WireWorld, args: readonly string[], more: Partial<KongOptions> = {}): RunningKong {
  return startKong(args, { cwd: world.home, env: emulatorEnv(world.endpoint), ...more });
}

const WATCHED = ['--watchdog', '--after', '10s'];

interface Note {
  readonly state: string;
  readonly pid: number;
  readonly summary: string;
  readonly tookOverAt?: string;
}

const noteOf = (world: WireWorld): Note => JSON.parse(runFile(world.home, 'watchdog.json')) as Note;

/** What the journal says was announced since a moment. */
function injectedSince(world: WireWorld, at: string): readonly JournalEntry[] {
  return runFile(world.home, 'journal.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry)
    .filter((entry) => entry.type === 'intent' && entry.at >= at);
}

const rolledBack = { withinMs: 60_000, what: 'the watchdog has rolled the run back' };

describe.skipIf(missing !== undefined)('a watchdog', () => {
  it('rolls back a drill that was killed', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const killed = { output: IN_THE_HOLD, signal: 'SIGKILL' as const };
    const exit = await startIn(world, longDrill(world, WATCHED), { signalAfter: killed }).finished;
    expect(exit.stderr).toMatch(/watched over by pid \d+/);
    await until(() => noteOf(world).state === 'rolled-back', rolledBack);
    expect(await world.snapshot()).toEqual(before);
    expect(runFile(world.home, 'watchdog.log')).toMatch(/its process, pid \d+, is gone/);
    expect((await world.kong(['status'])).code).toBe(0);
    expect((await world.kong(['rollback'])).stdout).toContain('nothing to roll back');
  });

  it('takes over from a stopped drill, which wakes, injects nothing more and says whose the run is', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    // stopped in the middle of its shift: there is more to come when it wakes
    const slow = ['--set', 'method.1.shift.every=4s', ...WATCHED];
    const stopped = { output: /1 of 3/, signal: 'SIGSTOP' as const };
    const drill = startIn(world, longDrill(world, slow), { signalAfter: stopped });
    await until(() => isThere(() => noteOf(world).state === 'rolled-back'), rolledBack);
    const { tookOverAt = '' } = noteOf(world);
    expect(runFile(world.home, 'watchdog.log')).toContain('it was not heard of for 1');
    expect(await world.snapshot()).toEqual(before);
    drill.child.kill('SIGCONT');
    const exit = await drill.finished;
    const result = resultOf(exit);
    expect(result.error?.code, exit.stderr).toBe('LOCK_LOST');
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 5, rollback: { remaining: [], conflicts: [] } });
    expect(exit.code).toBe(5);
    expect(injectedSince(world, tookOverAt)).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('that died is told of, and the drill goes on to restore everything itself', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const said = { output: /the watchdog is gone/, signal: 'SIGINT' as const };
    const drill = startIn(world, longDrill(world, WATCHED), { signalAfter: said });
    await until(() => isThere(() => runFile(world.home, 'events.ndjson').includes('hold 2m')), rolledBack);
    process.kill(noteOf(world).pid, 'SIGKILL');
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).toBe(130);
    expect(resultOf(exit).watchdog?.afterSeconds).toBe(10);
    expect(await world.snapshot()).toEqual(before);
  });

  it('that was started elsewhere, with nothing but the bucket of the state, rolls a killed drill back', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const s3 = new S3Client({ ...clientConfig(world.endpoint, 'us-east-1'), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'kong-state' }));
    s3.destroy();
    const state = ['--state', 's3://kong-state/drills'];
    const drill = startIn(world, longDrill(world, state));
    let run = '';
    drill.child.stderr?.on('data', (text: string) => {
      run ||= /run (\S+),/.exec(text)?.[1] ?? '';
    });
    await until(() => run !== '', { withinMs: 60_000, what: 'the drill has begun' });
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'kong-'));
    onTestFinished(() => {
      rmSync(elsewhere, { recursive: true, force: true });
    });
    const watching = startKong(['watch-over', run, ...state, '--format', 'json'], {
      cwd: elsewhere,
      env: emulatorEnv(world.endpoint),
    });
    drill.child.stderr?.on('data', (text: string) => {
      if (IN_THE_HOLD.test(text)) drill.child.kill('SIGKILL');
    });
    expect((await drill.finished).signal).toBe('SIGKILL');
    const exit = await watching.finished;
    expect(exit.code, exit.stderr).toBe(0);
    expect(JSON.parse(exit.stdout)).toMatchObject({ state: 'rolled-back', rollback: { remaining: [] } });
    expect(await world.snapshot()).toEqual(before);
  });

  it('ends by itself when the run does, with nothing done', async () => {
    const world = await newWorld();
    const interrupted = { output: IN_THE_HOLD, signal: 'SIGTERM' as const };
    const exit = await startIn(world, longDrill(world, WATCHED), { signalAfter: interrupted }).finished;
    expect(exit.code, exit.stderr).toBe(130);
    await until(() => noteOf(world).state === 'ended', { withinMs: 20_000, what: 'the watchdog has ended' });
    expect(noteOf(world).summary).toContain('interrupted');
  });
});
