import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/experiment/parse.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { FAULTS } from '../../src/faults/registry.js';
import { readFileSync } from 'node:fs';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

const OBSERVE = 'kong-observe-us-east-1';
const LOOKED_AT = ['domains.0.healthCheck={interval: 10s}', 'domains.1.healthCheck={interval: 10s}'];

describe('an observation of nothing', () => {
  it.each([
    ['  - fault: region-dark\n', '', 'nothing was broken before it'],
    [
      '  - fault: region-dark\n',
      '  - fault: region-dark\n  - shift: { steps: [100%] }\n',
      'traffic was shifted before it',
    ],
  ])('is refused: %j as %j', (from, to, message) => {
    const text = readFileSync(`experiments/${OBSERVE}.yaml`, 'utf8').replace(from, to);
    const faults = FAULTS.map(({ name, scopes, params }) => ({ name, scopes, params }));
    const parsed = parseExperiment(text, 'o.yaml', { known: { faults } });
    expect(parsed.ok ? '' : parsed.problems.map(formatDiagnostic).join()).toContain(message);
  });
});

describe('a dark region from which nobody shifts', () => {
  it('shows that nothing fails over where nothing looks at the answers of DNS', async () => {
    const bench = openBench();
    const { result } = await drillOn(bench, await planOn(bench, readExperiment(OBSERVE)));
    expect(result.failover).toMatchObject({ engaged: false, withinSeconds: 180, recoveredSeconds: null });
    expect(result.findings.map(({ id }) => id)).toContain('failover-missing');
    expect(result).toMatchObject({ outcome: 'deviated', exitCode: 1, rollback: { remaining: [] } });
    expect(result.summary).toContain('failover within 3m did not hold');
  });

  it('shows how soon health checks take members out of it', async () => {
    const bench = openBench({ set: LOOKED_AT });
    const { result } = await drillOn(bench, await planOn(bench, readExperiment(OBSERVE)));
    const { feltSeconds = null, recoveredSeconds = null } = result.failover ?? {};
    expect(result.failover?.engaged).toBe(true);
    // three looks ten seconds apart come before anybody can be told, and what resolvers keep goes with the TTL
    expect(recoveredSeconds).toBeGreaterThanOrEqual(30);
    expect(recoveredSeconds).toBeLessThanOrEqual(180);
    expect(feltSeconds).toBeLessThanOrEqual(20);
    expect(result.findings.map(({ id }) => id)).toContain('failover-engaged');
    expect(result.outcome).toBe('held');
  });

  it('is not taken for a failover that came too late', async () => {
    const bench = openBench({ set: LOOKED_AT });
    const experiment = readExperiment(OBSERVE, ['method.1.observe.within=40s']);
    const { result } = await drillOn(bench, await planOn(bench, experiment));
    expect(result.failover).toMatchObject({ engaged: false, withinSeconds: 40 });
    expect(result.outcome).toBe('deviated');
  });
});
