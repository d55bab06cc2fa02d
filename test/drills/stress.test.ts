import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { CancelCommandCommand, ListCommandsCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { permitFor } from '../../src/aws/guard.js';
import type { WriteContext } from '../../src/changes/driver.js';
import { ssmCommandRunning } from '../../src/changes/ssm-command-running.js';
import { expectRecovery, isWhole, prepare, type Prepared } from '../crash/trials.js';
import { commanded } from '../../src/plan/blast.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

const EAST = 'us-east-1';
const MINUTE = 60_000;

function hit({ plan }: Prepared): readonly string[] {
  return plan.steps.flatMap(({ batches }) => batches.flat()).flatMap(commanded);
}

/** A drill that dies while its commands work. */
async function diedInTheHold(name: string): Promise<Prepared> {
  const prepared = await prepare(name);
  const own = prepared.lab.process();
  const end = await own.drill(prepared.plan, (event) => {
    if (event.type === 'step' && event.index === 2) own.kill();
  });
  expect(end).toBe('dead');
  expect(await isWhole(prepared)).toBe(false);
  return prepared;
}

describe('a drill with commands inside instances', () => {
  it('fails where there is no process of the name that it is to kill', async () => {
    const bench = openBench();
    const experiment = readExperiment('monkey-kill-process', ['method.0.fault.process=nginx']);
    const { result } = await drillOn(bench, await planOn(bench, experiment));
    expect(result.outcome).toBe('failed');
    expect(JSON.stringify(result)).toContain('no process with the name nginx was found');
  });

  it('says at once what a command came to nothing by', async () => {
    const { cloud, clock, ...bench } = openBench();
    const plan = await planOn({ ...bench, cloud, clock }, readExperiment('monkey-cpu'));
    const [instance = ''] = plan.steps.flatMap(({ batches }) => batches.flat()).flatMap(commanded);
    const context: WriteContext = {
      ...{ cloud, run: '20260306T020000Z-abcdef', created: new Map(), expiresAt: '2030-01-01T00:00:00Z' },
      permit: permitFor({ changes: ['c1'] }, new AbortController().signal),
    };
    const resource = { type: 'command', region: EAST, id: 'script' } as const;
    const after = { document: 'AWS-RunShellScript', parameters: { commands: 'exit 3' }, instances: [instance] };
    const write = { change: 'c1', resource, before: null, after, memo: null, to: 'after' } as const;
    const [outcome] = await ssmCommandRunning.write([write], context);
    expect(outcome).toMatchObject({ ok: true });
    await clock.sleep(10_000);
    const created = new Map([['script', outcome?.ok === true ? (outcome.created ?? '') : '']]);
    const now = (await ssmCommandRunning.readMany([resource], { ...context, created })).get('script') ?? null;
    expect(ssmCommandRunning.failure?.(now)).toBe(`${instance}: Failed`);
    expect(ssmCommandRunning.relate({ before: null, ours: [after] }, now)).toBe('before');
  });

  it.each(['monkey-cpu', 'gorilla-slow-us-east-1a'])(
    'of %s ends by itself where kong dies and nobody rolls back, and leaves nothing to do',
    async (name) => {
      const prepared = await diedInTheHold(name);
      await prepared.lab.clock.sleep(3 * MINUTE + 10_000);
      expect(await isWhole(prepared)).toBe(true);
      const reports = await prepared.lab.process().recover();
      expect(reports).toMatchObject([{ restored: 0, already: 1, remaining: [], conflicts: [] }]);
    },
  );

  it('is whole when somebody else has cancelled its command', async () => {
    const prepared = await diedInTheHold('monkey-latency');
    const ssm = prepared.lab.rival.ssm(EAST);
    const { Commands: [command] = [] } = await ssm.send(new ListCommandsCommand({}));
    await ssm.send(new CancelCommandCommand({ CommandId: command?.CommandId }));
    await expectRecovery(prepared, 'cancelled by somebody else');
  });

  it('is over for an instance that is ended meanwhile', async () => {
    const prepared = await diedInTheHold('monkey-memory');
    const [first = ''] = hit(prepared);
    await prepared.lab.rival.ec2(EAST).send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    const reports = await prepared.lab.process().recover();
    expect(reports).toMatchObject([{ restored: 1, remaining: [], conflicts: [] }]);
  });
});
