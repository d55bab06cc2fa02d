import { describe, expect, it } from 'vitest';
import { resultText } from '../../src/report/result-text.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

const NOBODY = ['method.0.fault.to=edge', 'blastRadius.allowEmpty=true'];

describe('a drill that hits nothing', () => {
  it('is inconclusive because nothing was broken, whatever was measured meanwhile', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('dependency-deny-platform', NOBODY));
    const { result } = await drillOn(bench, plan);
    expect(result).toMatchObject({ outcome: 'inconclusive', exitCode: 6 });
    expect(result.summary).toContain('nothing was broken, so nothing was learned; nothing was changed');
    expect(result.objectives.rto.achievedSeconds).toBeNull();
    expect(result.steadyState.map(({ held }) => held)).toEqual([true, true, true]);
    for (const sli of Object.values(result.slis)) expect(sli.peak).not.toBeNull();
    const text = resultText(result, { colour: false });
    expect(text).not.toMatch(/only watched|no data/);
    expect(text).toMatch(/Requests that fail .*✓ held/);
  });
});
