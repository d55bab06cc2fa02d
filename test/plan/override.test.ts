import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Gate } from '../../src/model/plan.js';
import { overridesOf, refuses } from '../../src/model/plan.js';
import { knownGates, overrideRequests, whyNotPassable, withOverrides } from '../../src/plan/override.js';
import { openBench, planOn, readExperiment } from '../support/sim-drill.js';

const gate = (name: string, passed: boolean, code = 'BLAST_RADIUS_EXCEEDED'): Gate => ({
  name,
  code,
  passed,
  message: `${name} says so`,
});

describe('pairing gates with reasons', () => {
  it.each([
    [['limits.share'], [], 'limits.share has no reason'],
    [['limits.share'], ['  '], 'limits.share has no reason'],
    [['limits.share', 'target'], ['a', ''], 'has no reason'],
    [[], ['because'], '--reason belongs to an --override'],
    [['limits.share', 'limits.share'], ['a', 'b'], 'limits.share is given twice'],
    [['limits.share', 'target', 'records'], ['a', 'b'], '2 reasons for 3 overrides'],
    [['limits.share'], ['a', 'b'], '2 reasons for 1 overrides'],
  ])('refuses %j with %j', (gates, reasons, said) => {
    expect(() => overrideRequests(gates, reasons)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining(said) as string }),
    );
  });

  it('takes one reason for each in their order, or one for all', () => {
    expect(overrideRequests(['target', 'records'], ['a', 'b'])).toEqual([
      { gate: 'target', reason: 'a' },
      { gate: 'records', reason: 'b' },
    ]);
    expect(overrideRequests(['target', 'records'], [' game day '])).toEqual([
      { gate: 'target', reason: 'game day' },
      { gate: 'records', reason: 'game day' },
    ]);
    expect(overrideRequests([], [])).toEqual([]);
  });
});

describe('passing a gate by its name', () => {
  it('refuses a name that is no gate, with the nearest', () => {
    expect(() => withOverrides([gate('limits.share', false)], [{ gate: 'Limits.Shar', reason: 'x' }])).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT', fix: 'did you mean limits.share?' }),
    );
    expect(() => withOverrides([], [{ gate: 'zzzzzzzzzzzz', reason: 'x' }])).toThrow(
      expect.objectContaining({ fix: '`kong plan` shows every gate by its name' }),
    );
  });

  it.each(knownGates().filter((name) => whyNotPassable({ name, code: '' }) !== undefined))(
    'refuses %s, and says what it protects, whether it refuses, passes or is not asked',
    (name) => {
      for (const gates of [[gate(name, false)], [gate(name, true)], []]) {
        expect(() => withOverrides(gates, [{ gate: name, reason: 'x' }])).toThrow(
          expect.objectContaining({
            code: 'BAD_ARGUMENT',
            message: `gate ${name} can't be overridden: ${whyNotPassable({ name, code: '' })}`,
          }),
        );
      }
    },
  );

  it.each([
    'ACCOUNT_NOT_ALLOWED',
    'REGION_NOT_ALLOWED',
    'IRREVERSIBLE_NOT_ALLOWED',
    'LOCKED',
    'UNFINISHED_RUN',
    'SLI_NO_DATA',
    'CREDENTIALS',
  ])('refuses any gate that refuses with %s', (code) => {
    expect(() => withOverrides([gate('limits.share', false, code)], [{ gate: 'limits.share', reason: 'x' }])).toThrow(
      "can't be overridden",
    );
  });

  it('refuses a gate that nobody has thought about', () => {
    const gates = [gate('brand.new', false, 'REFUSED')];
    expect(() => withOverrides(gates, [{ gate: 'brand.new', reason: 'x' }])).toThrow("can't be overridden");
    expect(withOverrides(gates, []).gates[0]?.overridable).toBe(false);
  });

  it('passes the one that was named, keeps its verdict, and leaves every other as it is', () => {
    const gates = [gate('limits.share', false), gate('limits.groups', false), gate('account', true)];
    const { gates: passed, notes } = withOverrides(gates, [{ gate: 'limits.share', reason: 'agreed' }]);
    expect(notes).toEqual([]);
    expect(passed.map(refuses)).toEqual([false, true, false]);
    expect(passed[0]).toMatchObject({ passed: false, overridden: { reason: 'agreed' }, overridable: true });
    expect(passed[1]).toEqual({ ...gates[1], overridable: true });
    expect(overridesOf({ gates: passed })).toEqual([
      { gate: 'limits.share', message: 'limits.share says so', reason: 'agreed' },
    ]);
  });

  it('says of a gate that passes anyway, or is not asked, that nothing was overridden', () => {
    const requests = [
      { gate: 'limits.share', reason: 'a' },
      { gate: 'limits.groups', reason: 'a' },
    ];
    const { gates, notes } = withOverrides([gate('limits.share', true)], requests);
    expect(notes).toEqual([
      '--override limits.share: the gate passes anyway',
      '--override limits.groups: this experiment does not ask that gate',
    ]);
    expect(overridesOf({ gates })).toEqual([]);
  });

  it('never lets a refusal through that was not named', () => {
    const some = fc.subarray(knownGates().filter((name) => whyNotPassable({ name, code: '' }) === undefined));
    fc.assert(
      fc.property(some, some, (refusing, named) => {
        const { gates } = withOverrides(
          refusing.map((name) => gate(name, false)),
          named.map((name) => ({ gate: name, reason: 'x' })),
        );
        const still = gates.filter(refuses).map(({ name }) => name);
        expect(still).toEqual(refusing.filter((name) => !named.includes(name)));
      }),
    );
  });

  it('knows every gate that a plan asks', async () => {
    for (const name of ['kong-us-east-1', 'gorilla-us-east-1a', 'monkey-playback']) {
      const plan = await planOn(openBench(), readExperiment(name));
      expect(knownGates()).toEqual(expect.arrayContaining(plan.gates.map((one) => one.name)));
    }
  });
});
