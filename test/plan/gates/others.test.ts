import { describe, expect, it } from 'vitest';
import { NO_CONDITIONS } from '../../../src/model/conditions.js';
import type { Gate } from '../../../src/model/plan.js';
import { openBench, readExperiment, type Around, type Bench } from '../../support/sim-drill.js';
import { gatesFor, type Changed } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const NO_RUNS = { heldBy: undefined, unfinished: undefined, kept: { kind: 'folder' } } as const;

/** A cloud in which some commands are answered by the test, as Amazon would. */
function benchWhere(answers: Readonly<Record<string, () => object>>): Bench {
  const around: Around = async (command, answer) => {
    const own = answers[command];
    const given = own && { output: { $metadata: {}, ...own() }, response: {} };
    return given ? (given as Awaited<ReturnType<typeof answer>>) : answer();
  };
  return openBench({ around });
}

const AMAZON: Changed = { environment: { on: 'aws', amazon: false } };

describe('lock and unfinished', () => {
  it('refuse while another run goes on, and after one that left something changed', async () => {
    const state = {
      ...NO_RUNS,
      heldBy: { run: 'r1', text: 'run r1 holds the lock' },
      unfinished: { run: 'r0', text: 'run r0 left 3 attributes changed' },
    };
    const gate = await gatesFor(gorilla, { circumstances: { state } });
    expect(gate('lock')).toMatchObject({
      passed: false,
      code: 'LOCKED',
      fix: expect.stringContaining('kong abort r1') as unknown,
    });
    expect(gate('unfinished')).toMatchObject({ passed: false, code: 'UNFINISHED_RUN', fix: 'kong rollback r0' });
  });

  it('pass where nobody else is at work', async () => {
    const gate = await gatesFor(gorilla);
    expect([gate('lock').passed, gate('unfinished').passed]).toEqual([true, true]);
  });
});

describe('alarms', () => {
  const blocked = async (names: readonly string[], states: Readonly<Record<string, string>>): Promise<Gate> => {
    const bench = benchWhere({
      DescribeAlarmsCommand: () => ({
        MetricAlarms: Object.entries(states).map(([AlarmName, StateValue]) => ({ AlarmName, StateValue })),
        CompositeAlarms: [],
      }),
      ListExperimentsCommand: () => ({ experiments: [] }),
    });
    const conditions = { ...NO_CONDITIONS, blockingAlarms: names };
    return (await gatesFor({ ...gorilla, conditions }, { ...AMAZON, bench }))('alarms');
  };

  it.each([
    ['ALARM', 'us-east-1/checkout is ALARM'],
    ['INSUFFICIENT_DATA', 'us-east-1/checkout is INSUFFICIENT_DATA'],
  ])('refuses where one is %s', async (state, said) => {
    expect(await blocked(['checkout', 'edge'], { checkout: state, edge: 'OK' })).toMatchObject({
      passed: false,
      code: 'REFUSED',
      message: expect.stringContaining(said) as unknown,
    });
  });

  it('refuses a name that no alarm has, or none in its region', async () => {
    expect((await blocked(['chekout'], { checkout: 'OK' })).message).toBe('there is no alarm chekout');
    const elsewhere = await blocked(['eu-west-1/checkout', 'us-east-1/edge'], { edge: 'OK' });
    expect(elsewhere).toMatchObject({ passed: false, message: 'there is no alarm eu-west-1/checkout' });
  });

  it('passes where all are OK, where none is named, and in the simulated world', async () => {
    expect((await blocked(['checkout'], { checkout: 'OK' })).message).toBe('the blocking alarm is OK');
    expect((await gatesFor(gorilla))('alarms').message).toBe('no blocking alarm is named');
    const site = { ...NO_CONDITIONS, blockingAlarms: ['checkout'] };
    expect((await gatesFor(gorilla, { circumstances: { site } }))('alarms').message).toContain('simulated');
  });
});

describe('fis', () => {
  const listing = (status: string): Bench =>
    benchWhere({ ListExperimentsCommand: () => ({ experiments: [{ id: 'EXP1', state: { status } }] }) });

  it.each(['running', 'initiating', 'stopping'])('refuses while an experiment of AWS FIS is %s', async (status) => {
    const gate = (await gatesFor(gorilla, { ...AMAZON, bench: listing(status) }))('fis');
    expect(gate).toMatchObject({
      passed: false,
      message: expect.stringContaining(`us-east-1/EXP1 is ${status}`) as unknown,
    });
  });

  it('refuses on Amazon where it can not be read, and passes on an emulator that does not know it', async () => {
    const unread = benchWhere({
      ListExperimentsCommand: () => {
        throw Object.assign(new Error('no'), { name: 'NotImplemented' });
      },
    });
    expect((await gatesFor(gorilla, { bench: unread, environment: { on: 'aws', amazon: true } }))('fis').passed).toBe(
      false,
    );
    expect((await gatesFor(gorilla, { ...AMAZON, bench: unread }))('fis').passed).toBe(true);
  });

  it('passes where all have ended, and in the simulated world', async () => {
    expect((await gatesFor(gorilla, { ...AMAZON, bench: listing('completed') }))('fis').passed).toBe(true);
    expect((await gatesFor(gorilla))('fis').message).toContain('simulated');
  });
});
