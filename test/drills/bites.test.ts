import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/model/experiment.js';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

/** What it hits is not among the instances, and does not come back: test/drills/databases.test.ts looks at those. */
const OF_DATABASES = ['db-failover-us-east-1a'];
const EXPERIMENTS = readdirSync('experiments').map((file) => file.replace(/\.yaml$/, '')).filter(
  (name) => !OF_DATABASES.includes(name),
);

/** Instances of a region that members' requests reach, and that have nothing else to do. */
function servingIn({ sim }: Bench, region: string): number {
  const there = sim.look().infra.regions.find((one) => one.region === region);
  const zones = there?.groups.flatMap((group) => group.zones) ?? [];
  return zones.reduce((total, { serving, stress }) => total + serving - (stress?.stressed ?? 0), 0);
}

/** Calls between groups of a region that are let in: all but those that are not. */
function callsIn({ sim }: Bench, region: string): number {
  return -(sim.look().infra.regions.find((one) => one.region === region)?.denied?.length ?? 0);
}

/**
 * What an experiment is about: the instances that serve undisturbed in its region, the calls that are let in between
 * its services, or the directions of its link that are open.
 */
function sizeOf(bench: Bench, { blastRadius: { scope }, method }: Experiment): number {
  const isCalls = method.some((step) => step.kind === 'fault' && step.fault === 'dependency-deny');
  if (isCalls && scope.kind !== 'link') return callsIn(bench, scope.region);
  if (scope.kind !== 'link') return servingIn(bench, scope.region);
  const { links } = bench.sim.look().infra;
  const open = links.filter(({ flows, paused }) => flows && paused !== true);
  return open.filter(({ from, to }) => scope.regions.includes(from) && scope.regions.includes(to)).length;
}

describe('every experiment of this repository', () => {
  it.each(EXPERIMENTS)('%s takes out or disturbs as much as its plan says, and it comes back', async (name) => {
    const bench = openBench();
    const experiment = readExperiment(name);
    const isLink = experiment.blastRadius.scope.kind === 'link';
    const plan = await planOn(bench, experiment);
    expect(plan.gates.filter((gate) => !gate.passed)).toEqual([]);
    const fault = plan.steps.findIndex(({ step }) => step.kind === 'fault');
    const before = sizeOf(bench, experiment);
    // FIS says that an action runs before agents have what it sends them: looked at when the hold is over
    const after = fault + (experiment.engine === 'fis' ? 2 : 1);
    let during: number | undefined;
    const { result } = await drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.index > after) during ??= sizeOf(bench, experiment);
      return false;
    });
    const isCalls = plan.steps.some(({ title }) => title === 'dependency-deny');
    const hit = isLink ? 2 : isCalls ? 1 : plan.blast.instances;
    expect(hit).toBeGreaterThan(0);
    expect(before - (during ?? before)).toBe(hit);
    expect(result.rollback).toMatchObject({ remaining: [], conflicts: [] });
    expect(sizeOf(bench, experiment)).toBe(before);
  });
});
