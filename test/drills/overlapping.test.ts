import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/model/experiment.js';
import { drillOn, inventoryOf, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

const fault = (name: string): Step => ({ kind: 'fault', fault: name, params: {} });
const restore = (what: string): Step => ({ kind: 'restore', what });
const hold = (seconds: number): Step => ({ kind: 'hold', forMs: seconds * 1_000 });

/** What faults of these may leave: instances, groups and ACLs of the region. */
async function standing(bench: Bench): Promise<unknown> {
  const { regions } = await inventoryOf(bench);
  const there = regions.find(({ region }) => region === 'us-east-1');
  return {
    instances: there?.instances.map(({ id, state }) => [id, state]),
    groups: there?.groups.map(({ name, suspended, subnets }) => [name, suspended, [...subnets].sort()]),
    acls: there?.subnets.map(({ id, acl }) => [id, acl]),
  };
}

describe('two faults that set the same attribute', () => {
  it.each([
    ['differently', 'kong-us-east-1', [fault('region-dark'), fault('instance-stop'), hold(60)]],
    [
      'and are restored one by one',
      'gorilla-us-east-1a',
      [
        fault('az-blackout'),
        fault('az-power-loss'),
        hold(60),
        restore('az-blackout'),
        hold(120),
        restore('az-power-loss'),
        hold(30),
      ],
    ],
    [
      'and are restored the other way round',
      'gorilla-us-east-1a',
      [
        fault('az-blackout'),
        fault('az-power-loss'),
        hold(60),
        restore('az-power-loss'),
        hold(60),
        restore('az-blackout'),
      ],
    ],
  ] as const)('%s leave nothing behind, and lose no instance', async (_how, name, method) => {
    const bench = openBench();
    const experiment = readExperiment(name, ['rollback.within=5m', 'blastRadius.limits.share=100%']);
    const before = await standing(bench);
    const plan = await planOn(bench, { ...experiment, method });
    const { result } = await drillOn(bench, plan);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(result.phases.map((phase) => phase.name)).toContain('method');
    expect(await standing(bench)).toEqual(before);
  });

  it('keep what they share until the last of them is restored', async () => {
    const bench = openBench();
    const experiment = readExperiment('gorilla-us-east-1a', ['rollback.within=5m']);
    const method = [
      fault('az-blackout'),
      fault('az-power-loss'),
      restore('az-blackout'),
      hold(60),
      restore('az-power-loss'),
    ];
    const plan = await planOn(bench, { ...experiment, method });
    let during: Promise<unknown> | undefined;
    await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.title.startsWith('hold')) during = standing(bench);
      return false;
    });
    const { acls = [] } = (await during) as { acls?: readonly (readonly [string, string])[] };
    const { acls: after = [] } = (await standing(bench)) as { acls?: readonly (readonly [string, string])[] };
    expect(acls.filter(([, acl], index) => acl !== after[index]?.[1])).toHaveLength(1);
  });
});
