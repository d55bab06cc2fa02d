import { describe, expect, it } from 'vitest';
import { drillOn, inventoryOf, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

/** The least size of a survivor's edge. */
async function leastSize(bench: Bench): Promise<number | undefined> {
  const west = (await inventoryOf(bench)).regions.find(({ region }) => region === 'us-west-2');
  return west?.groups.find(({ name }) => name === 'edge')?.min;
}

describe('survivors', () => {
  it('keep the capacity that they have until the traffic is back, and may shrink again afterwards', async () => {
    const bench = openBench({ set: ['groups.edge.min=2'] });
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    const shift = plan.steps.find(({ step }) => step.kind === 'shift');
    expect(shift?.batches[0]).toContainEqual(
      expect.objectContaining({ attribute: 'asg.minSize', before: 2, after: 6 }),
    );
    let during: Promise<number | undefined> | undefined;
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.title.startsWith('return')) during = leastSize(bench);
      return false;
    });
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(await during).toBe(6);
    expect(await leastSize(bench)).toBe(2);
  });

  it('are left as they are where they are as small as they may be', async () => {
    const plan = await planOn(openBench(), readExperiment('kong-us-east-1'));
    expect(plan.steps.flatMap(({ batches }) => batches.flat()).map(({ attribute }) => attribute)).not.toContain(
      'asg.minSize',
    );
  });
});
