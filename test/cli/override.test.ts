import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { knownGates } from '../../src/plan/override.js';
import { newHome } from './home.js';

const TOO_MANY = ['--set', 'blastRadius.limits.instances=1'];
const AGREED = ['--override', 'limits.instances', '--reason', 'agreed with payments'];

describe('--override', () => {
  it.each([
    [['--override', 'limits.instances'], 'has no reason'],
    [['--override', 'limits.instances', '--reason', ' '], 'has no reason'],
    [['--reason', 'because'], 'belongs to an --override'],
    [['--override', 'limit.instances', '--reason', 'x'], 'did you mean limits.instances?'],
    [['--override', 'irreversible', '--reason', 'x'], 'allowed in the experiment, by its own name'],
    [['--override', 'account', '--reason', 'x'], 'decided in kong.yaml'],
    [['--override', 'bystanders', '--reason', 'x'], 'did not agree to be hit'],
    [['--override', 'plan.drift', '--reason', 'x'], 'an undo would put back'],
  ])('refuses %j with exit code 2, and leaves no run', async (args, said) => {
    const { kong, files } = newHome();
    for (const command of ['drill', 'plan']) {
      const exit = await kong([command, 'us-east-1a', ...TOO_MANY, ...args]);
      expect(exit.code, exit.stderr).toBe(2);
      expect(exit.stderr).toContain(said);
      expect(exit.stdout).toBe('');
    }
    expect(files()).toEqual([]);
  });

  it('does not pass a gate that was not named', async () => {
    const { kong } = newHome();
    const exit = await kong([
      'drill',
      'us-east-1a',
      ...TOO_MANY,
      '--set',
      'blastRadius.limits.share=1%',
      ...AGREED,
      '--format',
      'json',
    ]);
    expect(exit.code).toBe(3);
    const { error } = JSON.parse(exit.stdout) as Result;
    expect(error?.gates?.map(({ gate }) => gate)).toEqual(['limits.share']);
  });

  it('passes the gate it names, and is kept in the plan, the journal, the result and the report', async () => {
    const { home, kong } = newHome();
    const exit = await kong(['drill', 'us-east-1a', ...TOO_MANY, ...AGREED, '--format', 'json']);
    expect(exit.code, exit.stderr).toBe(0);
    const result = JSON.parse(exit.stdout) as Result;
    const note = { gate: 'limits.instances', message: '6 instances, limit 1', reason: 'agreed with payments' };
    expect(result.overrides).toEqual([note]);
    const read = (name: string): string => readFileSync(path.join(home, '.kong/runs', result.run, name), 'utf8');
    expect((JSON.parse(read('plan.json')) as Plan).overrides).toEqual([{ gate: note.gate, reason: note.reason }]);
    expect(JSON.parse(read('journal.ndjson').split('\n')[0] ?? '')).toMatchObject({ overrides: [note] });
    expect(read('events.ndjson')).toContain('"overridden":"agreed with payments"');
    const report = await kong(['report', result.run]);
    expect(report.stdout).toContain('! limits.instances: 6 instances, limit 1\n      overridden: agreed with payments');
    const markdown = await kong(['report', result.run, '--format', 'markdown']);
    expect(markdown.stdout).toContain('| limits.instances | 6 instances, limit 1 | agreed with payments |');
  });

  it('is shown by kong plan, and kept in a saved plan', async () => {
    const { kong } = newHome();
    const refused = await kong(['plan', 'us-east-1a', ...TOO_MANY]);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('or pass it: --override limits.instances --reason "…"');
    const shown = await kong(['plan', 'us-east-1a', ...TOO_MANY, ...AGREED, '--out', 'plan.json']);
    expect(shown.code, shown.stdout).toBe(0);
    expect(shown.stdout).toContain('! limits.instances: 6 instances, limit 1\n      overridden: agreed with payments');
    expect(shown.stdout.trim()).toMatch(/a drill would start, past 1 overridden gate: limits\.instances$/);
    const drilled = await kong(['drill', 'plan.json', '--format', 'json']);
    expect(drilled.code, drilled.stderr).toBe(0);
    expect((JSON.parse(drilled.stdout) as Result).overrides).toMatchObject([{ reason: 'agreed with payments' }]);
  });

  it('has been decided for every gate that a plan asks', async () => {
    const { kong } = newHome();
    for (const target of ['us-east-1', 'us-east-1a', 'us-east-1/playback']) {
      const { gates } = JSON.parse((await kong(['plan', target, '--format', 'json'])).stdout) as Plan;
      expect(knownGates()).toEqual(expect.arrayContaining(gates.map(({ name }) => name)));
    }
  });

  it('says of a gate that passes anyway that there was nothing to override', async () => {
    const { kong } = newHome();
    const exit = await kong(['plan', 'us-east-1a', ...AGREED]);
    expect(exit.code).toBe(0);
    expect(exit.stderr).toContain('--override limits.instances: the gate passes anyway');
    expect(exit.stdout).not.toContain('overridden');
  });
});

describe('a refusal', () => {
  it('says each reason once, and a way out that gates share once', async () => {
    const { kong } = newHome();
    const exit = await kong(['drill', 'us-east-1a', ...TOO_MANY, '--set', 'blastRadius.limits.share=1%']);
    expect(exit.code).toBe(3);
    expect(exit.stdout.match(/fix: /g)).toHaveLength(1);
    expect(exit.stdout).toContain('or: --override limits.instances --override limits.share --reason "…"');
    expect(exit.stderr.match(/6 instances, limit 1/g)).toHaveLength(1);
    expect(exit.stdout).not.toContain('Objectives');
  });

  it.each([
    ['us-east-1z', 'there is something in us-east-1a, us-east-1b, us-east-1c'],
    ['US-EAST-1', 'did you mean us-east-1?'],
    ['Playbck', 'did you mean us-east-1/playback?'],
    ['us-east-1/Playback', 'did you mean us-east-1/playback?'],
  ])('of the target %s says what there is', async (target, said) => {
    const { kong } = newHome();
    const exit = await kong(['drill', target]);
    expect(exit.code).toBe(2);
    expect(exit.stderr).toContain(said);
  });
});
