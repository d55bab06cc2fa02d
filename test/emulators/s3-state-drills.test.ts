import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IN_THE_HOLD, longDrill, resultOf } from './fast-drill.js';
import { emulatorEnv, runKong, startKong, type KongExit, type KongOptions, type RunningKong } from './kong.js';
import { missingMoto } from './moto.js';
import { BUCKET, keysIn, makeBucket, startNetwork } from './state-bucket.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();
const STATE = ['--state', `s3://${BUCKET}/team`];

/** A world of its own for each test, with a bucket in it. */
async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  await makeBucket(world.endpoint);
  return world;
}

/** Another machine, as far as one machine has another: nothing is shared but the bucket. */
class Elsewhere {
  readonly home = mkdtempSync(path.join(tmpdir(), 'kong-elsewhere-'));
  private readonly world: WireWorld;

  constructor(world: WireWorld) {
    this.world = world;
    onTestFinished(() => rmSync(this.home, { recursive: true, force: true }));
  }

  kong(...args: readonly string[]): Promise<KongExit> {
    return runKong([...args, ...STATE], { cwd: this.home, env: emulatorEnv(this.world.endpoint) });
  }

  start(args: readonly string[], more: Partial<KongOptions> = {}): RunningKong {
    return startKong(args, { cwd: this.home, env: emulatorEnv(this.world.endpoint), ...more });
  }
}

function drillIn(world: WireWorld, more: readonly string[] = [], options: Partial<KongOptions> = {}): RunningKong {
  const env = emulatorEnv(world.endpoint);
  return startKong(longDrill(world, [...STATE, ...more]), { cwd: world.home, env, ...options });
}

/** The run that a drill said that it is, once it is in its hold. */
async function inTheHold({ child }: RunningKong): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (text: string) => {
      said += text;
      if (IN_THE_HOLD.test(said)) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended: ${said}`)));
  });
}

async function onlyRun(world: WireWorld): Promise<string> {
  const [run = ''] = new Set((await keysIn(world.endpoint, 'team/runs/')).map((key) => key.split('/')[2] ?? ''));
  return run;
}

describe.skipIf(missing !== undefined)('a drill whose state is in a bucket', () => {
  it.each([
    ['that is not there', ['--state', 's3://nowhere-at-all/x'], /there is no such bucket/],
    ['that does not answer', [], /can't read s3:\/\/game-days\/team.*(ECONNREFUSED|no answer)/],
  ])('%s injects nothing, and exits with 5', async (_title, more, said) => {
    const world = await newWorld();
    const before = await world.snapshot();
    // nobody listens on port 1
    const away = more.length === 0 ? { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } : {};
    const env = { ...emulatorEnv(world.endpoint), ...away };
    const exit = await drillIn(world, more, { env }).finished;
    expect(exit.code, exit.stderr).toBe(5);
    expect(exit.stderr).toMatch(said);
    expect(exit.stderr).toContain('fix: ');
    expect(await world.snapshot()).toEqual(before);
  });

  it('and that was killed is rolled back from another machine, with nothing but the bucket', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const killed = { output: IN_THE_HOLD, signal: 'SIGKILL' as const };
    await drillIn(world, [], { signalAfter: killed }).finished;
    const elsewhere = new Elsewhere(world);
    expect(await world.snapshot()).not.toEqual(before);
    expect((await elsewhere.kong('status')).code).toBe(4);
    const exit = await elsewhere.kong('rollback');
    expect(exit.code, exit.stderr).toBe(0);
    expect(await world.snapshot()).toEqual(before);
    expect((await elsewhere.kong('status')).code).toBe(0);
    expect((await elsewhere.kong('rollback')).stdout).toContain('nothing to roll back');
    expect(readdirSync(elsewhere.home)).toEqual([]);
    expect(readdirSync(world.home)).not.toContain('.kong');
  });

  it('keeps others out by its name, and rolls back when somebody elsewhere asks it to', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const drill = drillIn(world);
    await inTheHold(drill);
    const run = await onlyRun(world);
    const elsewhere = new Elsewhere(world);
    const second = await elsewhere.start(longDrill(world, STATE)).finished;
    expect(second.code, second.stderr).toBe(3);
    expect(second.stdout).toContain(`run ${run}`);
    const abort = await elsewhere.kong('abort', run);
    expect(abort.code, abort.stderr).toBe(0);
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).toBe(130);
    expect(await world.snapshot()).toEqual(before);
    expect((await elsewhere.kong('report', run)).stdout).toContain('interrupted');
    expect((await elsewhere.kong('history')).stdout).toContain(run);
    expect(await keysIn(world.endpoint, 'team/locks/')).toEqual([]);
  });

  it('that is cut off from it rolls back from memory, and says so', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const net = await startNetwork(world.endpoint);
    onTestFinished(() => net.stop());
    const env = { ...emulatorEnv(world.endpoint), AWS_ENDPOINT_URL_S3: net.endpoint };
    const drill = drillIn(world, [], { env });
    await inTheHold(drill);
    net.cut();
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).toBe(5);
    expect(exit.stderr).toContain('the journal is not written any more');
    expect(resultOf(exit)).toMatchObject({ outcome: 'failed', rollback: { remaining: [], conflicts: [] } });
    expect(await world.snapshot()).toEqual(before);
    // its journal ends with the hold: whoever reads it finds everything as it was
    const elsewhere = new Elsewhere(world);
    await expect
      .poll(async () => (await elsewhere.kong('rollback')).code, { timeout: 150_000, interval: 5_000 })
      .toBe(0);
    expect(await world.snapshot()).toEqual(before);
  });

  it('is watched over from another machine', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const drill = drillIn(world);
    await inTheHold(drill);
    const elsewhere = new Elsewhere(world);
    const run = await onlyRun(world);
    const watch = elsewhere.start(['watch-over', run, '--after', '10s', ...STATE]);
    await new Promise<void>((resolve) => {
      watch.child.stderr?.on('data', (text: string) => {
        if (text.includes('watches over')) resolve();
      });
    });
    drill.child.kill('SIGKILL');
    const exit = await watch.finished;
    expect(exit.code, exit.stderr).toBe(0);
    expect(await world.snapshot()).toEqual(before);
    expect(await keysIn(world.endpoint, 'team/locks/')).toEqual([]);
  });
});
