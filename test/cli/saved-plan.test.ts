import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { newHome } from './home.js';

const SHORT = ['--set', 'method.1.hold=40s'];
const json = (text: string): Result => JSON.parse(text) as Result;

describe('kong plan --out', () => {
  it('refuses a folder, what is no duration, and a plan that is saved already', async () => {
    const { home, kong } = newHome();
    mkdirSync(path.join(home, 'plans'));
    await kong(['plan', 'us-east-1a', '--out', 'plan.json']);
    const cases = [
      [['us-east-1a', '--out', 'plans'], '--out plans/plan.json'],
      [['us-east-1a', '--out', 'plan.json/x.json'], 'a file is needed'],
      [['us-east-1a', '--out', 'p.json', '--expires', 'soon'], '--expires soon is no duration'],
      [['us-east-1a', '--out', 'p.json', '--expires', '0s'], "can't be valid for 0ms"],
      [['us-east-1a', '--expires', '2h'], 'add --out FILE'],
      [['plan.json', '--out', 'again.json'], 'is a saved plan already'],
    ] as const;
    for (const [args, said] of cases) {
      const exit = await kong(['plan', ...args]);
      expect(exit.stderr).toContain(said);
      expect(exit.code, args.join(' ')).toBe(2);
      expect(exit.stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('can not write where it may not: exit code 5, and another fix than --state', async () => {
    const { kong } = newHome();
    const exit = await kong(['plan', 'us-east-1a', '--out', '/proc/nowhere/plan.json']);
    expect(exit.code).toBe(5);
    expect(exit.stderr).toContain('name another file with --out');
  });

  it('says where it was saved, and until when it may be drilled', async () => {
    const { home, kong } = newHome();
    const exit = await kong(['plan', 'us-east-1a', '--out', 'plan.json', '--expires', '2h', '--format', 'json']);
    expect(exit.stderr).toMatch(/^saved plan\.json: for one drill until \d{4}-.*: kong drill plan\.json$/m);
    const text = readFileSync(path.join(home, 'plan.json'), 'utf8');
    expect(text).toBe(exit.stdout);
    const { saved } = JSON.parse(text) as Plan;
    expect(Date.parse(saved?.expiresAt ?? '') - Date.parse(saved?.savedAt ?? '')).toBe(7_200_000);
    expect(saved?.world?.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it('prints one document on one line with --format ndjson', async () => {
    const { kong } = newHome();
    const { stdout } = await kong(['plan', 'us-east-1a', '--format', 'ndjson']);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'kong/plan/v1' });
  });
});

describe('kong drill PLAN', () => {
  it.each([
    [['--set', 'method.1.hold=50s'], 2, 'was made with --set method.1.hold=40s'],
    [['--set', 'world.metrics.delay=9s'], 2, 'was made with --set method.1.hold=40s'],
    [['--seed', '7'], 2, 'was made with --seed 1'],
    [['--state', 'elsewhere'], 2, '--state .kong: there it is written'],
    [['--on', 'aws', '--endpoint-url', 'http://127.0.0.1:1'], 2, 'make the plan anew'],
  ])('refuses %j, which says otherwise than the plan', async (args, code, said) => {
    const { kong } = newHome();
    await kong(['plan', 'us-east-1a', ...SHORT, '--out', 'plan.json']);
    const exit = await kong(['drill', 'plan.json', ...args]);
    expect(exit.stderr).toContain(said);
    expect(exit.code).toBe(code);
    expect((await kong(['drill', 'plan.json', ...SHORT, '--seed', '1'])).code, 'the same is fine').toBe(0);
  });

  it('is refused a second time, with the run that used the plan', async () => {
    const { home, kong } = newHome();
    await kong(['plan', 'us-east-1a', ...SHORT, '--out', 'plan.json']);
    const first = json((await kong(['drill', 'plan.json', '--format', 'json'])).stdout);
    expect(first.outcome).toBe('held');
    for (const file of ['plan.json', path.join('.kong/runs', first.run, 'plan.json')]) {
      const again = await kong(['drill', file, '--format', 'json']);
      expect(again.code, again.stderr).toBe(3);
      expect(json(again.stdout).error).toMatchObject({ code: 'REFUSED', gates: [{ gate: 'plan.unused' }] });
      expect(again.stdout).toContain(`the plan was used by run ${first.run}`);
    }
    const shown = await kong(['plan', 'plan.json']);
    expect(shown.code).toBe(3);
    expect(shown.stdout).toContain(`✗ plan.unused: the plan was used by run ${first.run}`);
    expect(readFileSync(path.join(home, 'plan.json'), 'utf8')).not.toContain(first.run);
  });

  it('is refused after its end, with the time of that', async () => {
    const { home, kong } = newHome();
    await kong(['plan', 'us-east-1a', ...SHORT, '--out', 'plan.json']);
    const file = path.join(home, 'plan.json');
    const plan = JSON.parse(readFileSync(file, 'utf8')) as Plan & { saved: NonNullable<Plan['saved']> };
    const old = { ...plan, saved: { ...plan.saved, expiresAt: '2020-01-01T00:00:00.000Z' } };
    writeFileSync(file, JSON.stringify({ ...old, fingerprint: fingerprintOf(old) }));
    const exit = await kong(['drill', 'plan.json']);
    expect(exit.code).toBe(3);
    expect(exit.stdout).toContain('the plan expired at 2020-01-01T00:00:00.000Z');
  });

  it('is refused in another world, and finds its own again', async () => {
    const { home, kong } = newHome();
    const world = readFileSync('worlds/streaming.yaml', 'utf8');
    writeFileSync(path.join(home, 'mine.yaml'), world);
    await kong(['plan', 'us-east-1a', ...SHORT, '--world', 'mine.yaml', '--out', 'plan.json']);
    writeFileSync(path.join(home, 'mine.yaml'), world.replace('max: 18', 'max: 17'));
    const other = await kong(['drill', 'plan.json']);
    expect(other.code, other.stderr).toBe(3);
    expect(other.stdout).toContain('gate plan.world: the plan was made in another world');
    expect(other.stdout).toContain('--world mine.yaml');
    writeFileSync(path.join(home, 'mine.yaml'), world);
    expect((await kong(['drill', 'plan.json'])).code).toBe(0);
  });

  it('makes the changes of the plan, with its seed, and no others', async () => {
    const { home, kong } = newHome();
    const args = ['us-east-1/playback', ...SHORT, '--seed', '11'];
    await kong(['plan', ...args, '--out', 'plan.json']);
    const planned = (JSON.parse(readFileSync(path.join(home, 'plan.json'), 'utf8')) as Plan).steps;
    const result = json((await kong(['drill', 'plan.json', '--format', 'json'])).stdout);
    expect(result).toMatchObject({ seed: 11, exitCode: 0 });
    const run = path.join(home, '.kong/runs', result.run);
    expect((JSON.parse(readFileSync(path.join(run, 'plan.json'), 'utf8')) as Plan).steps).toEqual(planned);
    const intents = readFileSync(path.join(run, 'journal.ndjson'), 'utf8').match(/"type":"intent","change":"c\d+"/g);
    expect(new Set(intents).size).toBe(planned.flatMap((step) => step.batches.flat()).length);
  });
});
