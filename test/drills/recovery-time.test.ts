import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/model/run.js';
import { resultText } from '../../src/report/result-text.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

async function drilled(name: string, set: readonly string[] = []): Promise<Result> {
  const bench = openBench();
  return (await drillOn(bench, await planOn(bench, readExperiment(name, set)))).result;
}

const rtoFinding = ({ findings }: Result): Result['findings'][number] | undefined =>
  findings.find(({ id }) => id.startsWith('rto-'));

describe('an objective for the recovery time', () => {
  it('is not known where the fault ended before the steady state was back', async () => {
    const result = await drilled('edge-silent-us-east-1');
    expect(result.objectives.rto).toEqual({ targetSeconds: 180, achievedSeconds: null, met: null });
    expect(rtoFinding(result)?.id).toBe('rto-unmeasured');
    expect(rtoFinding(result)?.evidence).toContain('the fault ended after 1m');
    expect(result.outcome).toBe('held');
    expect(result.summary).toContain('RTO not known');
  });

  it('is missed where the fault lasted longer and the steady state was not back', async () => {
    const result = await drilled('kong-observe-us-east-1', ['objectives.rto=2m']);
    expect(result.objectives.rto).toEqual({ targetSeconds: 120, achievedSeconds: null, met: false });
    expect(rtoFinding(result)).toMatchObject({ id: 'rto-missed' });
    expect(resultText(result, { colour: false })).toMatch(/RTO +longer than 2m +✗ missed/);
  });

  it('is missed where recovery took longer, and met in silence', async () => {
    const missed = await drilled('kong-us-east-1', ['objectives.rto=100s']);
    expect(rtoFinding(missed)).toMatchObject({ id: 'rto-missed' });
    expect(rtoFinding(missed)?.evidence).toContain('it took 2m30s');
    expect(missed.outcome).toBe('held');
    expect(rtoFinding(await drilled('kong-us-east-1'))).toBeUndefined();
  });
});
