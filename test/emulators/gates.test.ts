import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Gate, Plan } from '../../src/model/plan.js';
import { emulatorEnv } from './kong.js';
import { missingMoto } from './moto.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();

async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

/** The gates of a plan over the wire that refuse, by their names. */
async function refusing(
  world: WireWorld,
  env: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Gate>> {
  const experiment = path.resolve('experiments/gorilla-us-east-1a.yaml');
  const where = ['--on', 'aws', '--endpoint-url', world.endpoint, '--format', 'json'];
  const exit = await world.kong(['plan', experiment, ...where], { env: { ...emulatorEnv(world.endpoint), ...env } });
  const { gates } = JSON.parse(exit.stdout) as Plan;
  return new Map(gates.filter(({ passed }) => !passed).map((gate) => [gate.name, gate]));
}

async function setAlarm(endpoint: string, name: string, state: 'OK' | 'ALARM'): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint, credentials });
  await client.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  await client.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: 'a test' }));
}

describe.skipIf(missing !== undefined)('gates over the wire', () => {
  it('refuse by calendar, alarms, budget and the end of the credentials, and pass when those are well', async () => {
    const world = await newWorld();
    const config = path.join(world.home, 'kong.yaml');
    expect([...(await refusing(world)).keys()], 'nothing is asked for').toEqual([]);

    await setAlarm(world.endpoint, 'checkout', 'ALARM');
    writeFileSync(
      config,
      `version: 1
windows: [{ hours: 00:00-00:01, timeZone: Pacific/Kiritimati }, { hours: 12:00-12:01, timeZone: Pacific/Kiritimati }]
freezes: [{ from: 2020-01-01, to: 2099-12-31, reason: for ever }]
blockingAlarms: [checkout, us-east-1/chekout]
errorBudget: { sli: stream-starts, objective: 99.9%, window: 1d }
`,
    );
    const soon = { AWS_SESSION_TOKEN: 'x', AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 60_000).toISOString() };
    const bad = await refusing(world, soon);
    expect([...bad.keys()].sort()).toEqual(['alarms', 'budget', 'credentials', 'freeze', 'window']);
    expect(bad.get('alarms')?.message).toContain('us-east-1/checkout is ALARM');
    expect(bad.get('alarms')?.message).toContain('there is no alarm us-east-1/chekout');
    expect(bad.get('credentials')?.code).toBe('CREDENTIALS');

    await setAlarm(world.endpoint, 'checkout', 'OK');
    writeFileSync(
      config,
      `version: 1
windows: [{ timeZone: Pacific/Kiritimati }]
blockingAlarms: [checkout]
errorBudget: { sli: stream-starts, objective: 98%, window: 1d }
`,
    );
    const later = { ...soon, AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 3_600_000).toISOString() };
    expect([...(await refusing(world, later)).values()]).toEqual([]);
  });
});
