import { describe, expect, it } from 'vitest';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

/** What a drill sends from its first change to its last reading, by operation, without what it watches with. */
async function callsOf(name: string, bench: Bench): Promise<Readonly<Record<string, number>>> {
  const plan = await planOn(bench, readExperiment(name));
  const calls: Record<string, number> = {};
  bench.calls.listen(({ command }) => {
    const operation = command.replace(/Command$/, '');
    if (operation !== 'GetMetricData') calls[operation] = (calls[operation] ?? 0) + 1;
  });
  const { result } = await drillOn(bench, plan);
  expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
  expect(result.rollback.restored).toBe(plan.steps.flatMap((step) => step.batches.flat()).length);
  return calls;
}

/** Six instances, one subnet, three groups: a zone of eighteen instances. */
describe('the loss of a zone costs no more calls than it needs', () => {
  it('when its network goes: each change and its undo, and each listing before and after', async () => {
    expect(await callsOf('gorilla-us-east-1a', openBench())).toEqual({
      SuspendProcesses: 3,
      CreateNetworkAcl: 1,
      ReplaceNetworkAclAssociation: 2,
      ResumeProcesses: 3,
      DeleteNetworkAcl: 1,
      // the associations' ids; that they took hold; before and after the undo
      DescribeNetworkAcls: 4,
      DescribeAutoScalingGroups: 3,
    });
  });

  it('when its power goes: the instances beside', async () => {
    const { DescribeInstances, DescribeAutoScalingGroups, ...rest } = await callsOf(
      'gorilla-power-us-east-1a',
      openBench(),
    );
    expect(rest).toEqual({
      SuspendProcesses: 3,
      UpdateAutoScalingGroup: 6,
      CreateNetworkAcl: 1,
      StopInstances: 1,
      ReplaceNetworkAclAssociation: 2,
      StartInstances: 1,
      ResumeProcesses: 3,
      DeleteNetworkAcl: 1,
      DescribeNetworkAcls: 4,
    });
    // these are read until they have arrived, and with them the groups that wait for them: a listing each a pass
    expect(DescribeInstances).toBeLessThan(10);
    expect(DescribeAutoScalingGroups).toBe(1 + (DescribeInstances ?? 0));
  });

  it('and says in its result how often it called what', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('gorilla-us-east-1a'));
    const { awsCalls } = (await drillOn(bench, plan)).result;
    const all = Object.values(awsCalls.byOperation).reduce((sum, count) => sum + count, 0);
    expect(all).toBe(awsCalls.read + awsCalls.write);
    expect(awsCalls.byOperation).toMatchObject({ CreateNetworkAcl: 1, DeleteNetworkAcl: 1 });
  });

  it('but a plan that was made a while ago is read again before anything is written', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('gorilla-us-east-1a'));
    await bench.clock.sleep(60_000);
    const { awsCalls } = (await drillOn(bench, plan)).result;
    const fresh = openBench();
    const other = await planOn(fresh, readExperiment('gorilla-us-east-1a'));
    const { awsCalls: fewer } = (await drillOn(fresh, other)).result;
    expect(awsCalls.byOperation.DescribeAutoScalingGroups).toBe(
      (fewer.byOperation.DescribeAutoScalingGroups ?? 0) + 1,
    );
  });
});
