import { describe, expect, it } from 'vitest';
import type { Draw, Plan } from '../../src/model/plan.js';
import { planText } from '../../src/report/plan-text.js';
import { openBench, planOn, readExperiment } from '../support/sim-drill.js';

const REGION = 'us-east-1';

/** The plan of a draw, with another number and without the narrowing to one group. */
async function drawn(instance: string, more: readonly string[] = []): Promise<{ plan: Plan; draw: Draw }> {
  const set = [`blastRadius.instance=${instance}`, 'blastRadius.limits={share: 100%}', ...more];
  const plan = await planOn(openBench(), readExperiment('monkey-stop', set));
  if (!plan.draw) throw new Error('nothing was drawn');
  return { plan, draw: plan.draw };
}

const ANY_GROUP = ['blastRadius.select={tags: {}}'];

/** How many were drawn of each group. */
function byGroup({ candidates }: Draw): Readonly<Record<string, number>> {
  const chosen = candidates.filter((one) => one.chosen).map(({ group }) => group ?? 'none');
  return Object.fromEntries([...new Set(chosen)].map((name) => [name, chosen.filter((one) => one === name).length]));
}

describe('a draw of instances', () => {
  it('is in no plan of a zone or a region', async () => {
    const plan = await planOn(openBench(), readExperiment('gorilla-us-east-1a'));
    expect(plan.draw).toBeUndefined();
  });

  it('tells of every instance of the region whether it was drawn, or which rule dropped it', async () => {
    const { plan, draw } = await drawn('{count: 2}');
    expect(draw.candidates).toHaveLength(18);
    expect(draw.candidates.filter(({ region }) => region !== REGION)).toEqual([]);
    const reasons = draw.candidates.map(({ why }) => why).sort();
    const times = (reason: string, count: number): readonly string[] => Array.from({ length: count }, () => reason);
    expect(reasons).toEqual([
      ...times('belongs to no group in select.groups', 12),
      ...times('drawn', 2),
      ...times('was not drawn', 4),
    ]);
    const stopped = plan.steps
      .flatMap(({ batches }) => batches.flat())
      .filter(({ attribute }) => attribute === 'instance.state')
      .map(({ resource }) => resource.id);
    const chosen = draw.candidates.filter((one) => one.chosen).map(({ id }) => id);
    expect([...chosen].sort()).toEqual([...stopped].sort());
  });

  it('states how a percentage was rounded: down, but never to none', async () => {
    const rulesOf = async (instance: string): Promise<readonly string[]> => (await drawn(instance)).draw.rules;
    expect(await rulesOf('{percent: 10}')).toEqual(['1 of 6 running candidates: 10 % is 0.6, never rounded to none']);
    expect(await rulesOf('{percent: 40}')).toEqual(['2 of 6 running candidates: 40 % is 2.4, rounded down']);
    expect(await rulesOf('{percent: 50}')).toEqual(['3 of 6 running candidates: 50 % is 3']);
    expect(await rulesOf('{count: 9}')).toEqual(['6 of 6 running candidates, though 9 are asked for']);
  });

  it('is over all candidates together, or over each group for itself', async () => {
    const all = await drawn('{count: 2}', ANY_GROUP);
    expect(Object.values(byGroup(all.draw)).reduce((sum, one) => sum + one, 0)).toBe(2);
    const each = await drawn('{count: 2, per: group}', ANY_GROUP);
    expect(byGroup(each.draw)).toEqual({ edge: 2, platform: 2, playback: 2 });
    expect(each.draw.rules).toContain('2 of 6 running candidates of group edge');
    const percent = await drawn('{percent: 34, per: group}', ANY_GROUP);
    expect(byGroup(percent.draw)).toEqual({ edge: 2, platform: 2, playback: 2 });
  });

  it('hits nobody twice, and the same with the same seed', async () => {
    const ids = ({ draw }: { readonly draw: Draw }): readonly string[] =>
      draw.candidates.filter((one) => one.chosen).map(({ id }) => id);
    const first = ids(await drawn('{count: 3}'));
    expect(new Set(first).size).toBe(3);
    expect(ids(await drawn('{count: 3}'))).toEqual(first);
  });

  it('is shown with its seed in the plan, and not a second time among what is left alone', async () => {
    const { plan } = await drawn('{percent: 10}');
    const text = planText(plan, { colour: false });
    expect(text).toContain('Candidates\n  1 of 6 running candidates: 10 % is 0.6, never rounded to none, seed 1\n');
    expect(text.slice(text.indexOf('Left alone'))).not.toContain('instance ');
    expect(text.match(/was not drawn \(5\)/g)).toHaveLength(1);
  });
});
