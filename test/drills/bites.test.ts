import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

const EXPERIMENTS = readdirSync('experiments').map((file) => file.replace(/\.yaml$/, ''));

/** Instances of a region that members' requests reach. */
function servingIn({ sim }: Bench, region: string): number {
  const there = sim.look().infra.regions.find((one) => one.region === region);
  const zones = there?.groups.flatMap((group) => group.zones) ?? [];
  return zones.reduce((total, zone) => total + zone.serving, 0);
}

describe('every experiment of this repository', () => {
  it.each(EXPERIMENTS)('%s takes as many instances out of service as its plan says; they come back', async (name) => {
    const bench = openBench();
    const experiment = readExperiment(name);
    const { scope } = experiment.blastRadius;
    const region = scope.kind === 'link' ? scope.regions[0] : scope.region;
    const plan = await planOn(bench, experiment);
    expect(plan.gates.filter((gate) => !gate.passed)).toEqual([]);
    const fault = plan.steps.findIndex(({ step }) => step.kind === 'fault');
    const before = servingIn(bench, region);
    let during: number | undefined;
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.index > fault + 1) during ??= servingIn(bench, region);
      return false;
    });
    expect(plan.blast.instances).toBeGreaterThan(0);
    expect(before - (during ?? before)).toBe(plan.blast.instances);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(servingIn(bench, region)).toBe(before);
  });
});
