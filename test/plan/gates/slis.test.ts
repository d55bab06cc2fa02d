import { describe, expect, it } from 'vitest';
import { NO_CONDITIONS, type ErrorBudget } from '../../../src/model/conditions.js';
import type { Experiment } from '../../../src/model/experiment.js';
import type { Gate } from '../../../src/model/plan.js';
import { readExperiment } from '../../support/sim-drill.js';
import { gatesFor, type Changed } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const set = (...overrides: readonly string[]): Experiment => readExperiment('gorilla-us-east-1a', overrides);

describe('sli.data', () => {
  it.each([
    [
      'a misspelt metric',
      'slis.latency-p99.cloudwatch.metric.name=LatencyP98',
      'latency-p99 in us-east-1: no datapoint',
    ],
    ['a wrong dimension', 'slis.stream-starts.cloudwatch.metrics.ok.dimensions.Scope=globl', 'stream-starts in global'],
  ])('refuses %s, which looks like no data', async (_, override, said) => {
    const gate = (await gatesFor(set(override)))('sli.data');
    expect(gate).toMatchObject({ passed: false, code: 'SLI_NO_DATA' });
    expect(gate.message).toContain(said);
  });

  it('refuses where CloudWatch can not be read', async () => {
    const gate = await gatesFor(gorilla, { circumstances: { slis: { known: false, why: 'access denied' } } });
    expect(gate('sli.data')).toMatchObject({ passed: false, message: 'not known: access denied' });
  });

  it('passes where every series has recent data', async () => {
    expect((await gatesFor(gorilla))('sli.data')).toMatchObject({
      passed: true,
      message: '6 series have data over the last 5m',
    });
  });
});

describe('abort.fires', () => {
  it.each([
    ['abort.when.0.breach="< 0%"', 'stream-starts < 0%: it is never negative'],
    ['abort.when.0.breach="< baseline - 100%"', 'it is never negative'],
    ['abort.when.1.breach="> 100%"', 'error-rate > 100%: it is never above 100 %'],
    ['abort.when.1.breach="> baseline + 100%"', 'never above 100 %'],
    ['abort.when.0.for=20 of 30', 'stream-starts < 97% needs 20 periods of 10s, and the method is over after 3m'],
  ])('refuses %s, which never fires', async (override, said) => {
    const gate = (await gatesFor(set(override)))('abort.fires');
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED' });
    expect(gate.message).toContain(said);
  });

  it('passes rules that can', async () => {
    expect((await gatesFor(gorilla))('abort.fires').passed).toBe(true);
    expect((await gatesFor(set('abort.when.0.for=18 of 30')))('abort.fires').passed).toBe(true);
    expect((await gatesFor(set('abort.when.0.breach="< baseline - 1%"')))('abort.fires').passed).toBe(true);
  });
});

describe('budget', () => {
  const budgetOf = (sli: string, value: number): ErrorBudget => ({
    sli,
    objective: { text: `>= ${value}%`, op: '>=', limit: { kind: 'absolute', value } },
    windowMs: 30 * 86_400_000,
  });
  const budget = async (of: ErrorBudget | undefined, changed: Changed = {}): Promise<Gate> =>
    (await gatesFor({ ...gorilla, conditions: { ...NO_CONDITIONS, errorBudget: of } }, changed))('budget');

  it('refuses where it is spent: half a percent of starts fail in the simulated world', async () => {
    const gate = await budget(budgetOf('stream-starts', 99.9));
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED' });
    expect(gate.message).toMatch(/^exceeded: .*\(5\d\d(\.\d)? % of what stream-starts >= 99.9% over 30 days allows/);
  });

  it.each([
    ['high', [{ series: 'us-east-1', value: 99.999, recent: 98 }]],
    [
      'critical',
      [
        { series: 'us-east-1', value: 99.999, recent: 98 },
        { series: 'us-west-2', value: 99.999, recent: 98 },
      ],
    ],
  ])('refuses at the level %s', async (level, series) => {
    const facts = { circumstances: { budget: { known: true, value: series } } } as const;
    const gate = await budget(budgetOf('stream-starts', 99.9), facts);
    expect(gate.passed).toBe(false);
    expect(gate.message).toMatch(new RegExp(`^${level}: `));
  });

  it('refuses where it is not known', async () => {
    const gap = [{ series: 'global', value: 99.999, recent: undefined }];
    const gate = await budget(budgetOf('stream-starts', 99), {
      circumstances: { budget: { known: true, value: gap } },
    });
    expect(gate).toMatchObject({
      passed: false,
      message: expect.stringContaining('not known: stream-starts has no data') as unknown,
    });
    expect((await budget(budgetOf('starts', 99))).message).toBe(
      'the error budget is of starts, which is not among its SLIs',
    );
    expect((await budget(budgetOf('latency-p99', 99))).message).toContain('no SLI in percent');
  });

  it('passes with what it is told where some is left', async () => {
    const gate = await budget(budgetOf('stream-starts', 99));
    expect(gate.passed).toBe(true);
    expect(gate.message).toMatch(
      /^normal: drills may run \(5\d(\.\d)? % of what stream-starts >= 99% over 30 days allows/,
    );
    const fast = [{ series: 'global', value: 99.99, recent: 99.5 }];
    const elevated = await budget(budgetOf('stream-starts', 99.9), {
      circumstances: { budget: { known: true, value: fast } },
    });
    expect(elevated).toMatchObject({
      passed: true,
      message: expect.stringMatching(/^elevated: .*at 5 times that pace\)$/) as unknown,
    });
  });

  it('is of kong.yaml where the experiment has none, and passes where nobody set one', async () => {
    const site = { ...NO_CONDITIONS, errorBudget: budgetOf('stream-starts', 99.9) };
    expect((await gatesFor(gorilla, { circumstances: { site } }))('budget').passed).toBe(false);
    expect(await budget(undefined)).toMatchObject({ passed: true, message: 'no error budget is set' });
  });
});
