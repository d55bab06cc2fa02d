import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Plan } from '../../src/model/plan.js';
import { differencesOf, driftGate, missingToday } from '../../src/plan/drift.js';
import { fingerprintOf } from '../../src/plan/fingerprint.js';
import { lifeGates, planUsePath, takePlan, givePlanBack } from '../../src/plan/plan-life.js';
import { asSaved, parseSavedPlan, type SavedPlan } from '../../src/plan/saved-plan.js';
import { samplePlan } from '../report/samples.js';
import { MemoryFiles } from '../support/memory-files.js';
import { drillOn, openBench, planOn, readExperiment, STATE, type Bench } from '../support/sim-drill.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;

const save = (plan: Plan, over: Partial<Parameters<typeof asSaved>[1]> = {}): SavedPlan =>
  asSaved(plan, { id: 'p-1', nowMs: NOW, validMs: 24 * HOUR, state: STATE, set: [], world: null, ...over });

const text = (plan: object): string => JSON.stringify(plan);

describe('reading a saved plan', () => {
  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is not a plan that kong wrote'],
    ['null', 'is not a plan that kong wrote'],
    ['{"schema":"kong/plan/v1"}', 'is not a plan that kong wrote'],
    ['{"schema":"kong/plan/v1","fingerprint":"x","steps":[],"experiment":{}}', 'is not a plan that kong wrote'],
  ])('refuses %s', (written, said) => {
    expect(() => parseSavedPlan(written, 'p.json')).toThrow(
      expect.objectContaining({ code: 'BAD_PLAN', message: expect.stringContaining(`p.json ${said}`) as string }),
    );
  });

  it.each([
    ['its end', (plan: SavedPlan) => ({ ...plan, saved: { ...plan.saved, expiresAt: '2099-01-01T00:00:00Z' } })],
    ['its id', (plan: SavedPlan) => ({ ...plan, saved: { ...plan.saved, id: 'p-2' } })],
    ['its state', (plan: SavedPlan) => ({ ...plan, saved: { ...plan.saved, state: 'other' } })],
    ['an override', (plan: SavedPlan) => ({ ...plan, overrides: [{ gate: 'limits.share', reason: 'mine' }] })],
    ['a gate', (plan: SavedPlan) => ({ ...plan, gates: [] })],
  ])('refuses one of which %s was edited', (_, edit) => {
    expect(() => parseSavedPlan(text(edit(save(samplePlan()))), 'p.json')).toThrow('was changed after kong wrote it');
  });

  it('refuses nonsense anywhere in what a drill acts on, also where its fingerprint fits', () => {
    const plan = save(samplePlan());
    const paths = [
      'experiment',
      'steps',
      'blast',
      'gates',
      'forecast',
      'leftAlone',
      'regions',
      'steps.0',
      'steps.0.step',
    ];
    const deeper = ['steps.0.batches', 'steps.0.batches.0.0', 'steps.0.batches.0.0.resource', 'experiment.blastRadius'];
    const nonsense = fc.constantFrom(null, 1, 'x', [null], true);
    fc.assert(
      fc.property(fc.constantFrom(...paths, ...deeper), nonsense, (path, value) => {
        const bad = withValue(plan, path.split('.'), value) as SavedPlan;
        const signed = { ...bad, fingerprint: fingerprintOf(bad) };
        expect(() => parseSavedPlan(text(signed), 'p.json')).toThrow('is not a plan that kong wrote');
      }),
    );
  });

  it('refuses the plan of a run, which has no life of its own', () => {
    const plan = samplePlan();
    const unsaved = { ...plan, fingerprint: fingerprintOf(plan) };
    expect(() => parseSavedPlan(text(unsaved), 'p.json')).toThrow('p.json is the plan of a run');
  });

  it.each(['../../x', '', 'a/b', 'x'.repeat(101), 'a b'])('refuses the id %j, which would name another file', (id) => {
    expect(() => parseSavedPlan(text(save(samplePlan(), { id })), 'p.json')).toThrow('not one that was saved');
  });

  it('reads back what was saved', () => {
    const plan = save(samplePlan());
    expect(parseSavedPlan(text(plan), 'p.json')).toEqual(JSON.parse(text(plan)));
  });
});

describe('the life of a plan', () => {
  it.each([0, -1, 721 * HOUR, Number.NaN])('can not be %d milliseconds', (validMs) => {
    expect(() => save(samplePlan(), { validMs })).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });

  it('ends at its hour, not before', () => {
    const plan = save(samplePlan());
    const files = new MemoryFiles();
    const at = (nowMs: number): boolean | undefined =>
      lifeGates(plan, { state: STATE, files, nowMs }).find(({ name }) => name === 'plan.valid')?.passed;
    expect(at(NOW + 24 * HOUR - 1)).toBe(true);
    expect(at(NOW + 24 * HOUR)).toBe(false);
    const [, valid] = lifeGates(plan, { state: STATE, files, nowMs: NOW + 25 * HOUR });
    expect(valid).toMatchObject({ message: 'the plan expired at 2026-01-02T12:00:00.000Z, 1h ago', code: 'REFUSED' });
  });

  it('is one run: the second is refused with the name of the first', () => {
    const files = new MemoryFiles();
    const use = { plan: 'p-1', run: 'r1', at: '2026-01-01T13:00:00.000Z' };
    expect(takePlan(STATE, use, files)).toBe(true);
    expect(takePlan(STATE, { ...use, run: 'r2' }, files)).toBe(false);
    const [unused] = lifeGates(save(samplePlan()), { state: STATE, files, nowMs: NOW });
    expect(unused).toMatchObject({ passed: false, message: 'the plan was used by run r1 at 2026-01-01T13:00:00.000Z' });
  });

  it.each(['', '{', 'null', '[]'])('counts as used where its file holds %j', (written) => {
    const files = new MemoryFiles();
    files.write(planUsePath(STATE, 'p-1'), written);
    expect(lifeGates(save(samplePlan()), { state: STATE, files, nowMs: NOW })[0]?.passed).toBe(false);
  });

  it('is given back by a run that changed nothing', () => {
    const files = new MemoryFiles();
    takePlan(STATE, { plan: 'p-1', run: 'r1', at: '' }, files);
    givePlanBack(STATE, 'p-1', files);
    expect(lifeGates(save(samplePlan()), { state: STATE, files, nowMs: NOW })[0]?.passed).toBe(true);
  });
});

describe('a drill of a saved plan', () => {
  it('is refused where another took the plan while this one was on its way', async () => {
    const bench = openBench();
    const plan = save(await planOn(bench, readExperiment('gorilla-us-east-1a')));
    takePlan(STATE, { plan: 'p-1', run: 'r1', at: 'now' }, bench.files);
    const { result } = await drillOn(bench, plan);
    expect(result).toMatchObject({ outcome: 'refused', exitCode: 3, awsCalls: { write: 0 } });
    expect(result.error?.message).toBe('the plan was used by run r1 at now');
  });

  it('uses the plan up, and writes it down in its journal', async () => {
    const bench = openBench();
    const plan = save(await planOn(bench, readExperiment('gorilla-us-east-1a')));
    const { result } = await drillOn(bench, plan);
    expect(result.outcome).toBe('held');
    expect(JSON.parse(bench.files.read(planUsePath(STATE, 'p-1')) ?? '')).toMatchObject({ run: result.run });
    const journal = bench.files.read(`${STATE}/runs/${result.run}/journal.ndjson`) ?? '';
    expect(JSON.parse(journal.split('\n')[0] ?? '')).toMatchObject({ type: 'begin', plan: 'p-1' });
  });

  it('does not use it up where the baseline refuses: nothing was changed', async () => {
    const bench = openBench();
    const sick = readExperiment('gorilla-us-east-1a', ['steadyState.0.expect=">= 99.99%"']);
    const { result } = await drillOn(bench, save(await planOn(bench, sick)));
    expect(result).toMatchObject({ outcome: 'refused', error: { code: 'STEADY_STATE_BROKEN' } });
    expect(bench.files.read(planUsePath(STATE, 'p-1'))).toBeUndefined();
  });
});

describe('drift', () => {
  const planned = (bench: Bench, name = 'kong-us-east-1'): Promise<Plan> => planOn(bench, readExperiment(name));

  it('is none where nothing has changed', async () => {
    const saved = await planned(openBench());
    expect(differencesOf(saved, await planned(openBench()), new Map())).toEqual([]);
    expect(driftGate([])).toMatchObject({ passed: true });
  });

  it('names an attribute that was changed, with both values', async () => {
    const saved = await planned(openBench());
    const today = edited(saved, (line) => line.replaceAll('"before":50', '"before":60'));
    const [first, ...others] = differencesOf(saved, today, new Map());
    expect(first).toMatchObject({ attribute: 'record.weight', planned: 50, now: 60 });
    expect(others, 'once for each record, not for each step of its ramp').toHaveLength(1);
  });

  it('names a subnet that is gone, one that came, and one that is protected now', async () => {
    const saved = await planned(openBench());
    const [subnet] = missingToday(saved, without(saved, 'subnet.networkAcl'));
    const today = without(saved, 'subnet.networkAcl');
    const gone = differencesOf(saved, today, new Map());
    expect(gone).toHaveLength(3);
    expect(gone[0]).toMatchObject({ attribute: 'subnet.networkAcl', now: null, note: 'it is not there any more' });
    const came = differencesOf(today, saved, new Map());
    expect(came[0]).toMatchObject({ planned: null, note: 'not in the plan; a plan of today would change it' });
    const id = subnet?.resource.id ?? '';
    const kept = { ...today, leftAlone: [{ what: `subnet us-east-1/${id}`, why: 'carries the tag kong:protect' }] };
    expect(differencesOf(saved, kept, new Map())[0]?.note).toBe(
      'a plan of today leaves it alone: it carries the tag kong:protect',
    );
  });

  it('names a group that has other instances in the blast', async () => {
    const saved = await planned(openBench());
    const bigger = await planned(openBench({ set: ['groups.edge.desired=9'] }));
    expect(differencesOf(saved, bigger, new Map())).toContainEqual({
      resource: 'group us-east-1/edge',
      attribute: 'instances hit',
      planned: 6,
      now: 9,
    });
  });

  it('is none where a group of which one instance was drawn has got another one', async () => {
    const monkey = readExperiment('monkey-playback');
    const saved = await planOn(openBench(), monkey);
    const [drawn] = saved.steps.flatMap((step) => step.drawn ?? []);
    const bigger = { set: ['groups.playback.desired=12'] };
    const [other] = (await planOn(openBench(bigger), monkey)).steps.flatMap((step) => step.drawn ?? []);
    expect(other, 'the seed draws another one of twelve').not.toBe(drawn);
    const today = await planOn(openBench(bigger), monkey, undefined, saved);
    expect(differencesOf(saved, today, new Map())).toEqual([]);
  });

  it('is found whatever single value before is not as it was', async () => {
    const saved = await planned(openBench());
    const count = saved.steps.flatMap((step) => step.batches.flat()).length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: count - 1 }), (index) => {
        let at = 0;
        const steps = saved.steps.map((step) => ({
          ...step,
          batches: step.batches.map((batch) =>
            batch.map((change) =>
              at++ === index && change.kind === 'reversible' ? { ...change, after: 'something else' } : change,
            ),
          ),
        }));
        expect(differencesOf(saved, { ...saved, steps }, new Map())).toHaveLength(1);
      }),
      { numRuns: count },
    );
  });
});

function withValue(data: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (String(index) === first ? withValue(item, rest, value) : item));
  }
  const fields = data as Readonly<Record<string, unknown>>;
  return { ...fields, [first]: withValue(fields[first], rest, value) };
}

function edited(plan: Plan, edit: (text: string) => string): Plan {
  const copy: Plan = JSON.parse(edit(JSON.stringify(plan))) as Plan;
  return copy;
}

function without(plan: Plan, attribute: string): Plan {
  const steps = plan.steps.map((step) => ({
    ...step,
    batches: step.batches.map((batch) => batch.filter((change) => change.attribute !== attribute)),
  }));
  return { ...plan, steps };
}
