import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IN_THE_HOLD, isThere, longDrill, resultOf, runFile, runOf, until, type ResultPart } from './fast-drill.js';
import { emulatorEnv, startKong, type RunningKong } from './kong.js';
import { missingMoto } from './moto.js';
import { pythonWithMoto } from './python.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();
const noLimits = spawnSync('prlimit', ['--version']).status !== 0;
const KONG = path.resolve('bin/kong.js');

/** A world of its own for each test: what one breaks and restores is another one's "before". */
async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

/** A drill on a terminal, which loses it as soon as everything is injected. */
async function drillOnTerminal(world: WireWorld, how: 'close' | 'freeze'): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'lose-terminal.py');
  const kong = [process.execPath, KONG, ...longDrill(world)];
  const terminal = spawn(await pythonWithMoto(), [script, how, 'step 3 of 5', ...kong], {
    cwd: world.home,
    env: { PATH: process.env.PATH, HOME: world.home, TERM: 'xterm', ...emulatorEnv(world.endpoint) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  const ended = once(terminal, 'exit').then(() => {
    throw new Error('the drill ended before everything was injected');
  });
  await Promise.race([once(terminal.stdout, 'data'), ended]);
  return terminal;
}

/** What a drill whose output nobody reads has written about its end. */
async function resultOnDisk(world: WireWorld): Promise<ResultPart> {
  const isOver = (): boolean => runFile(world.home, 'result.json') !== '';
  await until(() => isThere(isOver), { withinMs: 60_000, what: 'the drill has ended' });
  return JSON.parse(runFile(world.home, 'result.json')) as ResultPart;
}

/** Waits until a kong has said something. */
async function hears({ child, finished }: RunningKong, what: RegExp): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  const ended = finished.then(({ stderr }) => {
    throw new Error(`it ended without ${String(what)}: ${stderr}`);
  });
  await Promise.race([ended, until(() => what.test(said), { withinMs: 60_000, what: String(what) })]);
}

function startDrill(world: WireWorld): RunningKong {
  return startKong(longDrill(world), { cwd: world.home, env: emulatorEnv(world.endpoint) });
}

/** A drill that is told to stop while the cloud answers nothing. */
async function interruptedInVain(world: WireWorld): Promise<RunningKong> {
  const drill = startDrill(world);
  await hears(drill, IN_THE_HOLD);
  process.kill(world.pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(world.pid, 'SIGCONT'));
  const stopping = hears(drill, /stopping/);
  drill.child.kill('SIGINT');
  await stopping;
  return drill;
}

const STILL_CHANGED = /9 attributes are still changed.*kong rollback/;

describe.skipIf(missing !== undefined)('a drill', () => {
  it('whose terminal is closed rolls back', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    await drillOnTerminal(world, 'close');
    const result = await resultOnDisk(world);
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 130, rollback: { remaining: [] } });
    expect(runFile(world.home, 'events.ndjson')).toContain('stopped by SIGHUP');
    expect(await world.snapshot()).toEqual(before);
  });

  it('whose terminal shows nothing any more goes on, and heeds an abort', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const terminal = await drillOnTerminal(world, 'freeze');
    const shown = runFile(world.home, 'events.ndjson').length;
    // more than a terminal buffers
    const isLong = (): boolean => runFile(world.home, 'events.ndjson').length > shown + 20_000;
    await until(isLong, { withinMs: 60_000, what: 'the drill goes on' });
    expect((await world.kong(['abort', runOf(world.home)])).code).toBe(0);
    expect(await resultOnDisk(world)).toMatchObject({ outcome: 'interrupted', rollback: { remaining: [] } });
    terminal.stdin?.end();
    expect(await world.snapshot()).toEqual(before);
  });

  it('says at the second Ctrl-C what is still changed, and goes on with putting it back', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const drill = await interruptedInVain(world);
    const told = hears(drill, STILL_CHANGED);
    drill.child.kill('SIGINT');
    await told;
    process.kill(world.pid, 'SIGCONT');
    const exit = await drill.finished;
    expect(exit.code, exit.stderr).toBe(130);
    expect(resultOf(exit).rollback.remaining).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('ends at the third, with exit code 4 and the command that finishes it', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const drill = await interruptedInVain(world);
    const told = hears(drill, STILL_CHANGED);
    drill.child.kill('SIGINT');
    await told;
    drill.child.kill('SIGINT');
    const exit = await drill.finished;
    process.kill(world.pid, 'SIGCONT');
    expect(exit.code).toBe(4);
    expect((await world.kong(['rollback'])).code).toBe(0);
    expect(await world.snapshot()).toEqual(before);
  });

  it.skipIf(noLimits)('whose disk fills up rolls back from memory, says so, and leaves no half files', async () => {
    const world = await newWorld();
    const before = await world.snapshot();
    const drill = startDrill(world);
    await hears(drill, IN_THE_HOLD);
    // from now on no file of this process may grow
    execFileSync('prlimit', ['--pid', String(drill.child.pid), '--fsize=1']);
    const exit = await drill.finished;
    const result = resultOf(exit);
    expect(result).toMatchObject({ outcome: 'failed', rollback: { remaining: [] } });
    expect(result.error?.code, exit.stderr).toBe('STATE_NOT_WRITABLE');
    expect(exit.code).toBe(5);
    expect(exit.stderr).toContain('the journal is not written any more');
    expect(await world.snapshot()).toEqual(before);
    const files = execFileSync('find', [path.join(world.home, '.kong'), '-name', '*.new'], { encoding: 'utf8' });
    expect(files).toBe('');
    // the journal does not know that all is as it was: the world tells
    const rollback = await world.kong(['rollback']);
    expect(rollback.code, rollback.stderr).toBe(0);
    expect(await world.snapshot()).toEqual(before);
  });
});
