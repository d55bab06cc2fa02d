import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/model/run.js';
import { drillOn, openBench, planOn, readExperiment } from '../support/sim-drill.js';

/** A drill of the link's cut, in a world and with an experiment that differ in these fields. */
async function splitBrain(
  set: { readonly world?: readonly string[]; readonly experiment?: readonly string[] } = {},
): Promise<Result> {
  const bench = openBench({ set: set.world ?? [] });
  const plan = await planOn(bench, readExperiment('split-brain', set.experiment));
  return (await drillOn(bench, plan)).result;
}

const findingsOf = ({ findings }: Result): readonly string[] => findings.map(({ id }) => id);

describe('replication over a link that is cut', () => {
  it('is behind at the end where the backlog drains too slowly, which is a finding', async () => {
    const result = await splitBrain({ world: ['traffic.replication.catchUp=0.1'] });
    expect(result.replication).toMatchObject({ atEnd: 'behind', caughtUpSeconds: null });
    expect(findingsOf(result)).toContain('replication-behind');
  });

  it('misses a recovery point that is nearer than what was under way when the link went', async () => {
    const result = await splitBrain({ experiment: ['objectives.rpo=1s'] });
    expect(result.objectives.rpo).toEqual({ targetSeconds: 1, achievedSeconds: 1.5, met: false });
    expect(findingsOf(result)).toContain('rpo-missed');
  });

  it('falls behind by as long as the link is cut, and catches up once it is back', async () => {
    const result = await splitBrain();
    expect(result.replication).toEqual({
      measuredBy: 'replication-lag',
      beforeSeconds: 1.5,
      peakSeconds: 121.5,
      afterSeconds: 1.5,
      caughtUpSeconds: 10,
      atEnd: 'caught-up',
    });
    expect(result.objectives.rpo).toEqual({ targetSeconds: 10, achievedSeconds: 1.5, met: true });
    expect(findingsOf(result)).not.toContain('replication-behind');
  });
});
