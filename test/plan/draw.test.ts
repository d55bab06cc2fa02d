import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/model/experiment.js';
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

describe('a draw after a step that terminates', () => {
  const TERMINATE = { kind: 'fault', fault: 'instance-terminate', params: {} } as const;
  const REBOOT = { ...TERMINATE, fault: 'instance-reboot' };
  const HOLD = { kind: 'hold', forMs: 10_000 } as const;

  async function planOf(instance: string, method: Experiment['method'], more: Partial<Experiment> = {}): Promise<Plan> {
    const set = [`blastRadius.instance=${instance}`, 'blastRadius.limits={share: 100%}'];
    const allowed = 'blastRadius.allowIrreversible=[instance.terminate, instance.reboot]';
    const experiment = readExperiment('monkey-stop', [...set, allowed]);
    return planOn(openBench(), { ...experiment, ...more, method });
  }

  it('is refused where nobody is left, and says who ended them', async () => {
    const plan = await planOf('{percent: 100}', [TERMINATE, HOLD, REBOOT]);
    expect(plan.gates.find(({ name }) => name === 'target')).toMatchObject({
      passed: false,
      message: 'instance-reboot would hit nothing',
    });
    const ended = plan.draw?.candidates.filter(({ endedBy }) => endedBy === 1) ?? [];
    expect(ended).toHaveLength(6);
    expect(ended[0]?.why).toBe('drawn; is terminated by step 1, and drawn by none after it');
    expect(plan.draw?.rules[1]).toBe('after step 1, without what it terminates: nobody is left to draw');
    expect(planText(plan, { colour: false })).toMatch(/\(us-east-1a, playback;\s+terminated\s+by\s+step\s+1\)/);
  });

  it.each([1, 2, 3, 4, 5])('does not draw again any of the %d that are no more', async (many) => {
    const plan = await planOf(`{count: ${many}}`, [TERMINATE, HOLD, REBOOT, HOLD, REBOOT]);
    const [first = [], ...later] = plan.steps.flatMap(({ drawn }) => (drawn === undefined ? [] : [drawn]));
    expect(first).toHaveLength(many);
    expect(later).toHaveLength(2);
    for (const draw of later) {
      expect(draw).toHaveLength(Math.min(many, 6 - many));
      expect(draw.filter((id) => first.includes(id))).toEqual([]);
    }
    expect(plan.draw?.rules[1]).toContain(`of ${6 - many} running candidate`);
  });

  it('takes a share of those who are left', async () => {
    const plan = await planOf('{percent: 50}', [TERMINATE, HOLD, REBOOT]);
    expect(plan.draw?.rules).toEqual([
      '3 of 6 running candidates: 50 % is 3',
      'after step 1, without what it terminates: 1 of 3 running candidates: 50 % is 1.5, rounded down',
    ]);
  });

  it('holds where AWS FIS carries both out, and where an action of FIS terminates them', async () => {
    const fis: Experiment['fis'] = { role: 'arn:aws:iam::123456789012:role/fis', stopAlarms: [] };
    const action = { ...TERMINATE, fault: 'fis', params: { action: 'aws:ec2:terminate-instances', groups: 'freeze' } };
    const own = await planOf('{count: 3}', [TERMINATE, REBOOT, HOLD], { engine: 'fis', fis });
    const other = await planOf('{count: 3}', [action, HOLD, REBOOT], { fis });
    for (const { steps } of [own, other]) {
      const drawn = steps.flatMap((step) => step.drawn ?? []);
      expect(drawn).toHaveLength(6);
      expect(new Set(drawn).size).toBe(6);
    }
  });
});
