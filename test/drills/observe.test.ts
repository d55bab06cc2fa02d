import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../src/experiment/parse.js';
import { formatDiagnostic } from '../../src/experiment/diagnostic.js';
import { FAULTS } from '../../src/faults/registry.js';
import { readFileSync } from 'node:fs';
import type { Result } from '../../src/model/run.js';
import { drillOn, openBench, planOn, readExperiment, type Bench } from '../support/sim-drill.js';

const OBSERVE = 'kong-observe-us-east-1';
const LOOKED_AT = ['domains.0.healthCheck={interval: 10s}', 'domains.1.healthCheck={interval: 10s}'];

/** SLIs that feel the members of the survivors alone. */
const BLIND = ['error-rate.cloudwatch.metrics.failed', 'error-rate.cloudwatch.metrics.all']
  .concat(['stream-starts.cloudwatch.metrics.ok', 'stream-starts.cloudwatch.metrics.all'])
  .map((metric) => `slis.${metric}.dimensions={ Tier: edge }`)
  .concat(['error-rate', 'stream-starts'].map((sli) => `slis.${sli}.cloudwatch.per=region`));

async function observed(bench: Bench, set: readonly string[]): Promise<Result> {
  return (await drillOn(bench, await planOn(bench, readExperiment(OBSERVE, set)))).result;
}

function evidenceOf({ findings }: Result): string | undefined {
  return findings.find(({ id }) => id.startsWith('failover-'))?.evidence;
}

describe('an observation of nothing', () => {
  it.each([
    ['  - fault: region-dark\n', '', 'nothing was broken before it'],
    [
      '  - fault: region-dark\n',
      '  - fault: region-dark\n  - shift: { steps: [100%] }\n',
      'traffic was shifted before it',
    ],
    ['traffic: requests', 'traffic: reqests', 'no SLI reqests is defined'],
    ['traffic: requests', 'traffic: error-rate', 'error-rate is one for all regions'],
    ['steadyState:\n', 'steadyState:\n  - { sli: requests, expect: ">= 0" }\n', 'requests is judged too'],
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
    // devices that know another endpoint go there by themselves; the rest are lost
    expect(result.failover?.traffic?.share).toBeGreaterThan(0.9);
    expect(evidenceOf(result)).toMatch(/9\d % of its traffic had arrived in the survivors, 90 % for good at once/);
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
    expect(result.failover?.traffic?.leftSeconds).toBeLessThanOrEqual(180);
    expect(result.outcome).toBe('held');
  });

  it('is no failover where its traffic goes nowhere, however well the survivors are', async () => {
    const bench = openBench({ set: ['traffic.devices.knowFallback=0%'] });
    const result = await observed(bench, BLIND);
    expect(result.failover).toMatchObject({ engaged: false, recoveredSeconds: 0 });
    expect(result.failover?.traffic).toMatchObject({ sli: 'requests', leftSeconds: null });
    expect(result.failover?.traffic?.share).toBeLessThan(0.3);
    expect(evidenceOf(result)).toMatch(/by the steady state all was well; \d+ % of its traffic had arrived/);
    expect(result.outcome).toBe('deviated');
  });

  it('is taken for a failover where only the survivors are felt and no traffic is counted', async () => {
    const bench = openBench({ set: ['traffic.devices.knowFallback=0%'] });
    const result = await observed(bench, [...BLIND, 'method.1.observe={ what: failover, within: 3m }']);
    expect(result.failover).toMatchObject({ engaged: true });
    expect(result.failover?.traffic).toBeUndefined();
  });

  it('is refused where nothing counts its traffic before', async () => {
    const result = await observed(openBench(), ['slis.requests.cloudwatch.metric.name=Nothing']);
    expect(result).toMatchObject({ outcome: 'refused', error: { code: 'SLI_NO_DATA' } });
  });

  it('is not taken for a failover that came too late', async () => {
    const bench = openBench({ set: LOOKED_AT });
    const experiment = readExperiment(OBSERVE, ['method.1.observe.within=40s']);
    const { result } = await drillOn(bench, await planOn(bench, experiment));
    expect(result.failover).toMatchObject({ engaged: false, withinSeconds: 40 });
    expect(result.outcome).toBe('deviated');
  });
});
