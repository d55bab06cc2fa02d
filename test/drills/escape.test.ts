import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { builtinEscape } from '../../src/experiment/builtin-escape.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { RunEvent } from '../../src/model/run.js';
import { rivalOf } from '../support/rival.js';
import { drillOn, inventoryOf, openBench, planOn, recoverOn, type Bench } from '../support/sim-drill.js';

const SICK = 'us-east-1';

function parsed(text: string, set: readonly string[] = []): Experiment {
  const result = parseExperiment(text, 'escape.yaml', { known: { faults: [] }, overrides: set });
  if (!result.ok) throw new Error(result.problems.map(formatDiagnostic).join('\n'));
  return result.experiment;
}

const escape = (set: readonly string[] = []): Experiment =>
  parsed(builtinEscape({ region: SICK, survivors: ['us-west-2'] }), set);

/** A region whose instances have all stopped, with nobody to replace them: nothing that kong did. */
async function sicken(bench: Bench): Promise<void> {
  const rival = rivalOf(bench);
  const region = (await inventoryOf(bench)).regions.find((one) => one.region === SICK);
  for (const { name } of region?.groups ?? []) {
    await rival.autoScaling(SICK).send(new SuspendProcessesCommand({ AutoScalingGroupName: name }));
  }
  const InstanceIds = region?.instances.map(({ id }) => id) ?? [];
  await rival.ec2(SICK).send(new StopInstancesCommand({ InstanceIds }));
  await bench.clock.sleep(5 * 60_000);
}

async function weights(bench: Bench): Promise<readonly number[]> {
  const { records } = await inventoryOf(bench);
  return records.filter(({ region }) => region === SICK).map(({ weight }) => weight);
}

function stays(event: RunEvent): boolean {
  return event.type === 'step' && event.title.startsWith('stay');
}

describe('an escape that can not be meant', () => {
  it.each([
    ['  - fault: region-dark\n', 'an escape breaks nothing'],
    ['', 'an escape without a shift moves nobody'],
  ])('is refused: %j', (step, message) => {
    const text = builtinEscape({ region: SICK, survivors: ['us-west-2'] });
    const method = step === '' ? 'method:\n  - stay: told\n' : `method:\n${step}`;
    const broken = step === '' ? text.replace(/method:[\s\S]*$/, method) : text.replace('method:\n', method);
    const faults = [{ name: 'region-dark', scopes: ['region'], params: {} }];
    const result = parseExperiment(broken, 'e.yaml', { known: { faults } });
    expect(result.ok ? '' : result.problems.map(formatDiagnostic).join()).toContain(message);
  });

  it('is no drill that stays away', () => {
    const text = builtinEscape({ region: SICK, survivors: ['us-west-2'] }).replace('escape: true\n', '');
    expect(() => parsed(text)).toThrow('only an escape stays away');
  });
});

describe('an escape from a sick region', () => {
  it('begins although the steady state is broken, stays out, and returns when it is told', async () => {
    const bench = openBench();
    await sicken(bench);
    const plan = await planOn(bench, escape());
    let during: Promise<readonly number[]> | undefined;
    const { result, events } = await drillOn(bench, plan, (event) => {
      const isLate = Date.parse(event.at) - Date.parse(plan.createdAt) > 10 * 60_000;
      if (during !== undefined || !isLate) return false;
      during = weights(bench);
      return true;
    });
    expect(await during).toEqual([0, 0]);
    expect(result).toMatchObject({ outcome: 'held', exitCode: 0, rollback: { remaining: [], conflicts: [] } });
    expect(result.summary).toContain('the traffic of us-east-1 was out, and is back');
    expect(events.flatMap((event) => (event.type === 'step' ? [event.title.split(' ')[0]] : []))).toEqual([
      'prewarm',
      'shift',
      'stay',
      'return',
    ]);
    expect(await weights(bench)).toEqual([50, 50]);
  });

  it('ends with the traffic out where it is to stay so, and kong rollback brings it back', async () => {
    const bench = openBench();
    await sicken(bench);
    const plan = await planOn(bench, escape(['method.2.stay=rollback']));
    const { result } = await drillOn(bench, plan);
    expect(result).toMatchObject({ outcome: 'held', exitCode: 4, rollback: { reason: 'left', startedAt: null } });
    expect(result.rollback.remaining.filter(({ attribute }) => attribute === 'record.weight')).toHaveLength(2);
    expect(await weights(bench)).toEqual([0, 0]);
    const [report] = await recoverOn(bench);
    expect(report).toMatchObject({ remaining: [], conflicts: [] });
    expect(await weights(bench)).toEqual([50, 50]);
  });

  it('tells of survivors that breach, and sends nobody back for that', async () => {
    const bench = openBench();
    await sicken(bench);
    const experiment = escape(['method.2.stay=3m', 'abort.when.0.breach="> 0%"']);
    const { result, events } = await drillOn(bench, await planOn(bench, experiment));
    const said = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(said.filter((message) => message.includes('error-rate'))).not.toEqual([]);
    expect(said.join()).toContain('the traffic is not sent back for that');
    expect(result).toMatchObject({ outcome: 'held', abort: null });
  });

  it('goes on without a single SLI that has data', async () => {
    const set = ['slis.error-rate.cloudwatch.namespace=Nobody', 'slis.latency-p99.cloudwatch.namespace=Nobody'];
    const bench = openBench();
    const { result } = await drillOn(bench, await planOn(bench, escape([...set, 'method.2.stay=2m'])));
    expect(result).toMatchObject({ outcome: 'held', exitCode: 0 });
  });

  it('goes on where Route 53 takes long to be in sync', async () => {
    const bench = openBench({ set: ['aws.dnsSync=4m'] });
    const { result, events } = await drillOn(bench, await planOn(bench, escape(['method.2.stay=2m'])));
    expect(result).toMatchObject({ outcome: 'held', exitCode: 0 });
    const said = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(said.join()).toContain('Route 53 was not in sync about');
  });

  it('leaves the traffic out when something fails on the way', async () => {
    let broken = false;
    const bench = openBench({
      around: (command, call) => {
        if (broken && command === 'ChangeResourceRecordSetsCommand') throw new Error('broken');
        return call();
      },
    });
    const plan = await planOn(bench, escape(['method.2.stay=2m']));
    const { result } = await drillOn(bench, plan, (event) => {
      if (stays(event)) broken = true;
      return false;
    });
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 4, rollback: { startedAt: null } });
    expect(await weights(bench)).toEqual([0, 0]);
  });
});
