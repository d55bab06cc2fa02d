import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Gate, Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { startKong, type KongExit } from '../emulators/kong.js';
import { newHome } from './home.js';

const gatesOf = (exit: KongExit): readonly Gate[] => (JSON.parse(exit.stdout) as Plan).gates;
const refusedBy = (exit: KongExit): readonly string[] =>
  (JSON.parse(exit.stdout) as Result).error?.gates?.map(({ gate }) => gate) ?? [];

describe('the gates of a plan', () => {
  it('are all shown, passed or not, each with its code', async () => {
    const { kong } = newHome();
    const exit = await kong(['plan', 'us-east-1', '--format', 'json']);
    expect(exit.code, exit.stderr).toBe(0);
    const gates = gatesOf(exit);
    expect(gates.map(({ name }) => name).sort()).toEqual(
      [
        ...['abort.fires', 'alarms', 'budget', 'bystanders', 'credentials', 'fis', 'freeze', 'groups.desired'],
        ...['groups.healthy', 'groups.refresh', 'groups.settled', 'limits.instances', 'limits.share', 'lock'],
        ...['records', 'rollback.within', 'runner', 'sli.data', 'state', 'survivors', 'survivors.room', 'target'],
        ...['unfinished', 'window'],
      ].sort(),
    );
    expect(gates.every(({ code, message }) => code !== '' && message !== '')).toBe(true);
  });

  it.each([
    ['survivors.room', ['--set', 'world.traffic.flaws.no-headroom=true'], 'limit 80 %'],
    ['abort.fires', ['--set', 'abort.when.0.breach="< 0%"'], 'it is never negative'],
    ['sli.data', ['--set', 'slis.latency-p99.cloudwatch.metric.name=LatencyP98'], 'no datapoint'],
  ])('refuse by %s, and a drill is refused with it before anything is changed', async (name, args, said) => {
    const { kong } = newHome();
    const plan = await kong(['plan', 'us-east-1', ...args, '--format', 'json']);
    expect(plan.code, plan.stderr).toBe(3);
    const refusing = gatesOf(plan).filter(({ passed }) => !passed);
    expect(refusing.map((gate) => gate.name)).toEqual([name]);
    expect(refusing[0]?.message).toContain(said);
    expect(refusing[0]?.fix).toBeDefined();
    const drill = await kong(['drill', 'us-east-1', ...args, '--format', 'json']);
    expect(drill.code).toBe(3);
    expect(refusedBy(drill)).toEqual([name]);
  });

  it('refuse a budget of kong.yaml that is spent, unless that is overridden with a reason', async () => {
    const { home, kong } = newHome();
    const config = path.join(home, 'kong.yaml');
    writeFileSync(config, 'version: 1\nerrorBudget: { sli: stream-starts, objective: 99.9%, window: 30d }\n');
    const refused = await kong(['drill', 'us-east-1a', '--format', 'json']);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refusedBy(refused)).toEqual(['budget']);
    const override = ['--override', 'budget', '--reason', 'the outage is over'];
    const passed = await kong(['drill', 'us-east-1a', '--format', 'json', ...override]);
    expect(passed.code, passed.stderr).toBe(0);
    writeFileSync(config, 'version: 1\nerrorBudget: { sli: stream-starts, objective: 99%, window: 30d }\n');
    expect((await kong(['plan', 'us-east-1a'])).code).toBe(0);
  });

  it('do not ask the simulated world for real hours, days and alarms', async () => {
    const { home, kong } = newHome();
    const closed = `version: 1
windows: [{ days: [mon], hours: 00:00-00:01 }]
freezes: [{ from: 2020-01-01, to: 2099-12-31, reason: for ever }]
blockingAlarms: [edge-5xx]
`;
    writeFileSync(path.join(home, 'kong.yaml'), closed);
    const exit = await kong(['plan', 'us-east-1a', '--format', 'json']);
    expect(exit.code, exit.stdout).toBe(0);
    const told = gatesOf(exit).filter(({ message }) => message.startsWith('simulated'));
    expect(told.map(({ name }) => name)).toEqual(expect.arrayContaining(['window', 'freeze', 'alarms']));
  });

  it('say who holds the lock, and what a killed run has left, without taking anything', async () => {
    const { home, kong } = newHome();
    const first = startKong(['drill', 'us-east-1', '--speed', '20'], { cwd: home });
    await new Promise<void>((resolve) => {
      first.child.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('hold')) resolve();
      });
    });
    const during = await kong(['plan', 'us-east-1a', '--format', 'json']);
    expect(during.code).toBe(3);
    const held = gatesOf(during).filter(({ passed }) => !passed);
    expect(
      held.map(({ name }) => name),
      'what it has changed is not left over',
    ).toEqual(['lock']);
    expect(held[0]?.message).toContain('holds the lock');
    first.child.kill('SIGKILL');
    await first.finished;
    const after = await kong(['plan', 'us-east-1a', '--format', 'json']);
    expect(after.code).toBe(3);
    const left = gatesOf(after).filter(({ passed }) => !passed);
    expect(left.map(({ name }) => name)).toEqual(['unfinished']);
    expect(left[0]?.fix).toMatch(/^kong rollback /);
    expect((await kong(['rollback'])).code).toBe(0);
    expect((await kong(['plan', 'us-east-1a'])).code).toBe(0);
  });
});
