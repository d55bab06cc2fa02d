import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome, type Home } from './home.js';

/** A drill that was killed while a zone was dark, and whose files are lost; the world is what it is. */
async function killedAndForgotten({ home, kong }: Home): Promise<string> {
  const exit = await kong(['drill', 'us-east-1a', '--speed', '30', '--format', 'ndjson'], {
    signalAfter: { output: /"title":"hold/, signal: 'SIGKILL' },
  });
  expect(exit.signal, exit.stderr).toBe('SIGKILL');
  const [run = ''] = readdirSync(path.join(home, '.kong/runs'));
  rmSync(path.join(home, '.kong/runs'), { recursive: true });
  rmSync(path.join(home, '.kong/locks'), { recursive: true });
  return run;
}

describe('kong rollback --by-tag', () => {
  it.each([
    [['--run', 'r1'], 'go with --by-tag'],
    [['--older-than', '1h'], 'go with --by-tag'],
    [['r1', '--by-tag', '--run', 'r2'], 'two runs are named'],
    [['--by-tag', '--regions', 'us-east-1,nowhere'], "not 'nowhere'"],
    [['--by-tag', '--older-than', 'yesterday'], 'a duration is needed'],
    [['--by-tag', '--run', '20260101T000000Z-abcdef'], 'nothing carries the tag of run'],
  ])('refuses %j with exit code 2', async (args, said) => {
    const exit = await newHome().kong(['rollback', ...args]);
    expect(exit.stderr).toContain(said);
    expect(exit.code).toBe(2);
  });

  it('finds nothing where nothing is, and says what has no tags', async () => {
    const exit = await newHome().kong(['rollback', '--by-tag']);
    expect(exit.stdout).toContain('what creates nothing has no tags');
    expect(exit.stdout).toMatch(/nothing carries a tag of kong\n$/);
    expect(exit.code).toBe(0);
  });

  it('leaves alone what may still go on, and says how to name it', async () => {
    const there = newHome();
    const run = await killedAndForgotten(there);
    const exit = await there.kong(['rollback', '--by-tag', '--older-than', '1h']);
    expect(exit.stdout).toContain(`if it is dead: kong rollback --by-tag --run ${run}\n`);
    expect(exit.stdout).not.toContain('everything is restored');
    const again = await there.kong(['rollback', '--by-tag', '--format', 'json', '--regions', 'us-east-1']);
    expect(JSON.parse(again.stdout)).toMatchObject({
      schema: 'kong/rollback/v1',
      by: 'tags',
      regions: ['us-east-1'],
      runs: [],
      leftAlone: [{ run }],
    });
  });

  it('is what kong doctor says to do about the world that was left', async () => {
    const there = newHome();
    const run = await killedAndForgotten(there);
    const doctor = await there.kong(['doctor']);
    expect(doctor.stdout).toContain(`tags ${run}: 1 resource (`);
    expect(doctor.stdout).toContain(`kong rollback --by-tag --run ${run}`);
    expect((await there.kong(['rollback', '--by-tag', '--run', run])).code).toBe(0);
    expect((await there.kong(['doctor'])).stdout).toContain('tags: nothing carries the tags of a run that is over');
  });

  it('puts back the run that is named, with no file of it left, and has nothing to do the second time', async () => {
    const there = newHome();
    const run = await killedAndForgotten(there);
    const exit = await there.kong(['rollback', '--by-tag', '--run', run, '--format', 'json']);
    expect(exit.code, exit.stderr).toBe(0);
    const { runs } = JSON.parse(exit.stdout) as { runs: readonly Record<string, unknown>[] };
    expect(runs).toMatchObject([{ run, remaining: [], conflicts: [], leftOut: [], suspects: [] }]);
    // three groups, the subnet of the zone, and the ACL
    expect(runs[0]?.restored).toBe(5);
    const second = await there.kong(['rollback', '--by-tag']);
    expect(second.stdout).toMatch(/nothing carries a tag of kong\n$/);
    expect((await there.kong(['status'])).code).toBe(0);
  });
});
