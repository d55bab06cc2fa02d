import { describe, expect, it } from 'vitest';
import { builtinEscape } from '../../src/experiment/builtin-escape.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { RunEvent } from '../../src/model/run.js';
import { EAST, namesOf, settingsOf, stale, warningsOf, WEST } from '../support/asked-drill.js';
import { leadsTo, openDnsServer } from '../support/dns-server.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';
import { simAnswers } from '../support/weighted-answers.js';

const escape = (set: readonly string[]): Experiment => {
  const text = builtinEscape({ region: 'us-east-1', survivors: ['us-west-2'] });
  const parsed = parseExperiment(text, 'escape.yaml', { known: { faults: [] }, overrides: set });
  if (!parsed.ok) throw new Error('no escape');
  return parsed.experiment;
};

describe('an escape', () => {
  it('is not done where members are still sent to the sick region', async () => {
    const bench = openBench();
    const server = await openDnsServer(stale);
    const { result } = await drillOn(bench, await planOn(bench, escape(['method.2.stay=3m']), settingsOf(server)));
    expect(result).toMatchObject({ outcome: 'deviated', exitCode: 1, rollback: { remaining: [] } });
    expect(result.findings.map(({ id }) => id)).toContain('still-resolved');
  });

  it('that leaves the traffic out waits until nobody is sent there, and says so where somebody is', async () => {
    const bench = openBench();
    const server = await openDnsServer(stale);
    const plan = await planOn(bench, escape(['method.2.stay=rollback']), settingsOf(server));
    const { result, events } = await drillOn(bench, plan);
    expect(result).toMatchObject({ outcome: 'deviated', exitCode: 4, rollback: { reason: 'left', startedAt: null } });
    expect(warningsOf(events)).toContain('still lead to us-east-1');
  });

  it('that returned waits a while for somebody to be sent back', async () => {
    const bench = openBench();
    // it answers by the new weights a minute and a half after they are there
    let backMs = Infinity;
    const server = await openDnsServer(({ name }) => {
      const weights = bench.sim.look().infra.answers.filter(({ region }) => region === 'us-east-1');
      if (weights.every(({ weight }) => weight < 50)) backMs = Infinity;
      else backMs = Math.min(backMs, bench.clock.now() + 90_000);
      return leadsTo(name, bench.clock.now() >= backMs ? EAST : WEST);
    });
    const { result } = await drillOn(bench, await planOn(bench, escape(['method.2.stay=2m']), settingsOf(server)));
    expect(result.outcome).toBe('held');
    expect(namesOf(result.resolution).map(({ returned }) => returned?.state)).toEqual(['back', 'back']);
    expect(result.findings.map(({ id }) => id)).not.toContain('not-resolved-back');
  });
});

describe('a person who does not want to wait', () => {
  it('ends the wait for a resolver once everything is restored', async () => {
    const bench = openBench();
    const server = await openDnsServer(({ name }) => leadsTo(name, WEST));
    const plan = await planOn(bench, escape(['method.2.stay=2m']), settingsOf(server));
    const isRestored = (event: RunEvent): boolean => event.type === 'restored';
    const { result, events } = await drillOn(bench, plan, isRestored);
    const at = (type: RunEvent['type']): number =>
      Date.parse(events.findLast((event) => event.type === type)?.at ?? '');
    expect(at('run-ended') - at('restored')).toBeLessThan(10_000);
    expect(result).toMatchObject({ outcome: 'held', rollback: { remaining: [] } });
    expect(namesOf(result.resolution).map(({ returned }) => returned?.state)).toEqual(['absent', 'absent']);
  });
});

describe('a drill that is interrupted', () => {
  it('is restored, and nobody waits for a resolver', async () => {
    const bench = openBench();
    const server = await openDnsServer(simAnswers(bench));
    const plan = await planOn(bench, readExperiment('kong-us-east-1'), settingsOf(server));
    const { result } = await drillOn(bench, plan, (event) => event.type === 'step' && event.title.startsWith('hold'));
    expect(result).toMatchObject({ outcome: 'interrupted', rollback: { remaining: [] } });
    expect(namesOf(result.resolution).map(({ returned }) => returned)).toEqual([null, null]);
  });
});
