import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, until } from '../emulators/fast-drill.js';
import { startKong } from '../emulators/kong.js';
import { newHome, type Home } from './home.js';

interface Note {
  readonly state: string;
  readonly summary: string;
  readonly rollback?: { readonly restored: number; readonly remaining: readonly unknown[] };
}

function noteOf({ home }: Home): Note {
  const folder = path.join(home, '.kong/runs');
  const [run = ''] = readdirSync(folder);
  return JSON.parse(readFileSync(path.join(folder, run, 'watchdog.json'), 'utf8')) as Note;
}

const comesTo = (home: Home, state: string): Promise<void> =>
  until(() => isThere(() => noteOf(home).state === state), { withinMs: 30_000, what: `the watchdog says ${state}` });

describe('a watchdog in the simulated world', () => {
  it.each([
    [['drill', 'us-east-1', '--watchdog', '--after', '9s'], 'from 10s on'],
    [['drill', 'us-east-1', '--watchdog', '--after', 'soon'], 'a duration'],
    [['watch-over'], 'missing required argument'],
  ])('is refused for %j with exit code 2', async (args, said) => {
    const home = newHome();
    const exit = await home.kong(args);
    expect(exit.code).toBe(2);
    expect(exit.stderr).toContain(said);
    expect(home.files()).toEqual([]);
  });

  it('is refused for a run that does not begin', async () => {
    const exit = await newHome().kong(['watch-over', 'no-such-run']);
    expect(exit.code).toBe(2);
    expect(exit.stderr).toContain('no run no-such-run');
  });

  it('changes nothing about a drill that lives, is named in its result, and ends after it', async () => {
    const home = newHome();
    const plain = await newHome().kong(['drill', 'us-east-1', '--format', 'json']);
    const exit = await home.kong(['drill', 'us-east-1', '--format', 'json', '--watchdog']);
    expect(exit.code, exit.stderr).toBe(0);
    const { watchdog, run, ...rest } = JSON.parse(exit.stdout) as Record<string, unknown>;
    const { run: plainRun, ...plainRest } = JSON.parse(plain.stdout) as Record<string, unknown>;
    expect(run).not.toBe(plainRun);
    expect(rest).toEqual(plainRest);
    expect(watchdog).toMatchObject({ afterSeconds: 30 });
    await comesTo(home, 'ended');
    expect(noteOf(home).summary).toContain('held');
  });

  it('rolls back a drill that was killed, as kong rollback does', async () => {
    const home = newHome();
    const drill = startKong(['drill', 'us-east-1', '--watchdog', '--speed', '20'], {
      cwd: home.home,
      signalAfter: { output: /step 3 of 5: hold/, signal: 'SIGKILL' },
    });
    expect((await drill.finished).signal).toBe('SIGKILL');
    await comesTo(home, 'rolled-back');
    expect(noteOf(home).rollback).toMatchObject({ restored: 9, remaining: [] });
    expect((await home.kong(['status'])).code).toBe(0);
    expect((await home.kong(['rollback'])).stdout).toContain('nothing to roll back');
    expect((await home.kong(['drill', 'us-east-1'])).code).toBe(0);
  });
});
