import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type MetricAlarm,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { EAST, MINUTE, openSmall, present, SECOND, START_MS, type Small } from './small-world.js';

const ERRORS: PutMetricAlarmCommandInput = {
  AlarmName: 'errors',
  Namespace: 'Small',
  MetricName: 'Errors',
  Statistic: 'Maximum',
  Period: 10,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
};

async function put(small: Small, more: Partial<PutMetricAlarmCommandInput> = {}): Promise<Small> {
  await small.cloudWatch.send(new PutMetricAlarmCommand({ ...ERRORS, ...more }));
  return small;
}

const open = (more: Partial<PutMetricAlarmCommandInput> = {}, behaviour: Partial<SimBehaviour> = {}): Promise<Small> =>
  put(openSmall(behaviour), more);

/** One period's points, `at` milliseconds after the start. */
function publish({ sim }: Small, at: number, values: readonly number[], counts = values.map(() => 1)): void {
  const point = { name: 'Errors', dimensions: {}, unit: 'Count' as const, values, counts };
  sim.publish({ region: EAST, namespace: 'Small', atMs: START_MS + at, points: [point] });
}

async function alarm({ cloudWatch }: Small, name = 'errors'): Promise<MetricAlarm> {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return present(MetricAlarms[0]);
}

const stateOf = async (small: Small, name?: string): Promise<string | undefined> =>
  (await alarm(small, name)).StateValue;

describe('an alarm that is refused', () => {
  it.each([
    ['metric math', { Metrics: [{ Id: 'm', Expression: 'a+b' }] }, 'NotImplemented'],
    ['an anomaly band', { ComparisonOperator: 'LessThanLowerThreshold' as const }, 'NotImplemented'],
    ['no statistic', { Statistic: undefined }, 'ValidationError'],
    ['two statistics', { ExtendedStatistic: 'p99' }, 'ValidationError'],
    ['an unknown statistic', { Statistic: undefined, ExtendedStatistic: 'q99' }, 'ValidationError'],
    ['an odd period', { Period: 15 }, 'ValidationError'],
    ['more than a day', { Period: 600, EvaluationPeriods: 200 }, 'ValidationError'],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }, 'ValidationError'],
    ['an unknown way with missing data', { TreatMissingData: 'guess' }, 'ValidationError'],
  ])('has %s', async (_what, more, name) => {
    await expect(open(more)).rejects.toMatchObject({ name });
  });

  it('is one that is not there, where its state is set or it is deleted', async () => {
    const { cloudWatch } = openSmall();
    const absent = { name: 'ResourceNotFound' };
    const set = new SetAlarmStateCommand({ AlarmName: 'no', StateValue: 'OK', StateReason: 'x' });
    await expect(cloudWatch.send(set)).rejects.toMatchObject(absent);
    await expect(cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['no'] }))).rejects.toMatchObject(absent);
  });
});

describe('an alarm', () => {
  it('begins without data, and stays so while there is none', async () => {
    const small = await open();
    expect(await alarm(small)).toMatchObject({ StateValue: 'INSUFFICIENT_DATA', Statistic: 'Maximum', Period: 10 });
    small.pass(5 * MINUTE);
    expect(await stateOf(small)).toBe('INSUFFICIENT_DATA');
  });

  it('is raised when a period is over and can be read, not before', async () => {
    const small = await open();
    publish(small, 0, [5]);
    small.pass(14 * SECOND);
    expect(await stateOf(small)).toBe('INSUFFICIENT_DATA');
    small.pass(SECOND);
    expect(await alarm(small)).toMatchObject({
      StateValue: 'ALARM',
      StateUpdatedTimestamp: new Date(START_MS + 15_000),
    });
  });

  it('is calm again after values within its threshold', async () => {
    const small = await open();
    publish(small, 0, [5]);
    publish(small, 10_000, [0]);
    small.pass(15 * SECOND);
    expect(await stateOf(small)).toBe('ALARM');
    small.pass(10 * SECOND);
    expect(await stateOf(small)).toBe('OK');
  });

  it('wants as many values beyond its threshold as it says, of as many periods', async () => {
    const small = await open({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    const seen: (string | undefined)[] = [];
    for (const [i, value] of [5, 0, 0, 5, 0, 5].entries()) publish(small, i * 10_000, [value]);
    small.pass(5 * SECOND);
    for (let i = 0; i < 6; i++) {
      small.pass(10 * SECOND);
      seen.push(await stateOf(small));
    }
    expect(seen.slice(2)).toEqual(['OK', 'OK', 'OK', 'ALARM']);
  });

  it('judges a percentile of samples', async () => {
    const small = await open({ Statistic: undefined, ExtendedStatistic: 'p99', Threshold: 200 });
    publish(small, 0, [100, 900], [99, 1]);
    small.pass(15 * SECOND);
    expect(await alarm(small)).toMatchObject({ StateValue: 'OK', ExtendedStatistic: 'p99' });
    publish(small, 20_000, [100, 900], [98, 2]);
    small.pass(20 * SECOND);
    expect(await stateOf(small)).toBe('ALARM');
  });

  it('with a period of a minute looks once a minute', async () => {
    const small = await open({ Period: 60 });
    publish(small, 0, [5]);
    small.pass(MINUTE);
    expect(await stateOf(small)).toBe('INSUFFICIENT_DATA');
    small.pass(5 * SECOND);
    expect(await stateOf(small)).toBe('ALARM');
  });

  it.each([
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'ALARM'],
    ['breaching', 'ALARM'],
    ['notBreaching', 'OK'],
  ])('without values any more, that treats them as %s, ends at %s', async (TreatMissingData, state) => {
    const small = await open({ TreatMissingData });
    publish(small, 0, [5]);
    small.pass(15 * SECOND);
    expect(await stateOf(small)).toBe('ALARM');
    small.pass(5 * MINUTE);
    expect(await stateOf(small)).toBe(state);
  });

  it('sees a point that comes late, late', async () => {
    const small = await open({}, { lateMetrics: { ratio: 1, ms: 20_000 } });
    publish(small, 0, [5]);
    small.pass(15 * SECOND);
    expect(await stateOf(small)).toBe('INSUFFICIENT_DATA');
    small.pass(20 * SECOND);
    expect(await stateOf(small)).toBe('ALARM');
  });

  it('that is set by hand stays so until it looks again', async () => {
    const small = await open({ TreatMissingData: 'notBreaching' });
    small.pass(15 * SECOND);
    const set = new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' });
    await small.cloudWatch.send(set);
    expect(await alarm(small)).toMatchObject({ StateValue: 'ALARM', StateReason: 'a test' });
    small.pass(10 * SECOND);
    expect(await stateOf(small)).toBe('OK');
  });

  it('keeps its state where it is changed, and is forgotten where it is deleted', async () => {
    const small = await open();
    publish(small, 0, [5]);
    small.pass(15 * SECOND);
    await put(small, { Threshold: 4 });
    expect(await alarm(small)).toMatchObject({ StateValue: 'ALARM', Threshold: 4 });
    await small.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
    small.pass(MINUTE);
    const { MetricAlarms } = await small.cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toEqual([]);
  });

  it('has its actions switched off', async () => {
    const small = await open({ AlarmActions: ['arn:aws:sns:us-east-1:123456789012:oncall'] });
    await small.cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['errors', 'no'] }));
    expect(await alarm(small)).toMatchObject({
      ActionsEnabled: false,
      AlarmActions: [expect.stringContaining('oncall')],
    });
  });
});

describe('alarms', () => {
  it('are listed by prefix and state, page by page', async () => {
    const small = openSmall({ pageSize: 2 });
    for (const AlarmName of ['a-1', 'a-2', 'a-3', 'b-1']) await put(small, { AlarmName });
    const set = new SetAlarmStateCommand({ AlarmName: 'b-1', StateValue: 'ALARM', StateReason: 'x' });
    await small.cloudWatch.send(set);
    const first = await small.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'a-' }));
    const next = new DescribeAlarmsCommand({ AlarmNamePrefix: 'a-', NextToken: first.NextToken });
    const second = await small.cloudWatch.send(next);
    const names = [...(first.MetricAlarms ?? []), ...(second.MetricAlarms ?? [])].map(({ AlarmName }) => AlarmName);
    expect(names).toEqual(['a-1', 'a-2', 'a-3']);
    const raised = await small.cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(raised.MetricAlarms).toMatchObject([{ AlarmName: 'b-1' }]);
  });

  it('that are composite are none here', async () => {
    const small = await open();
    const { cloudWatch } = small;
    const answer = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }));
    expect(answer).toMatchObject({ MetricAlarms: [], CompositeAlarms: [] });
  });
});
