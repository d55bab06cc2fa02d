import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type DescribeAlarmsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { expect } from 'vitest';
import { eventually, refusal } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

const metric = { Namespace: 'Contract', MetricName: 'Errors' };

async function put(cloud: CloudUnderTest, AlarmName: string): Promise<void> {
  await cloud.aws
    .cloudWatch(EAST)
    .send(
      new PutMetricAlarmCommand({
        ...metric,
        AlarmName,
        Statistic: 'Maximum',
        Period: 10,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
}

type Named = readonly [string, string | undefined];

async function statesOf(cloud: CloudUnderTest, input: DescribeAlarmsCommandInput): Promise<readonly Named[]> {
  const { MetricAlarms = [] } = await cloud.aws.cloudWatch(EAST).send(new DescribeAlarmsCommand(input));
  return MetricAlarms.map(({ AlarmName = '', StateValue }) => [AlarmName, StateValue] as const);
}

/** Alarms that somebody else may have set as a drill's second pair of eyes. */
export const alarmCases = casesOf('alarms', [
  {
    id: 'alarms/evaluates-itself',
    title: 'an alarm goes off by itself when its metric crosses the threshold',
    async run(cloud) {
      const cloudWatch = cloud.aws.cloudWatch(EAST);
      await put(cloud, 'errors');
      const state = async (): Promise<string | undefined> => {
        const Timestamp = new Date(cloud.clock.now());
        const MetricData = [{ MetricName: 'Errors', Value: 5, Timestamp, StorageResolution: 1 }];
        await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Contract', MetricData }));
        const answer = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }));
        return answer.MetricAlarms?.[0]?.StateValue;
      };
      expect(await eventually(cloud, state, (value) => value === 'ALARM')).toBe('ALARM');
    },
  },
  {
    id: 'alarms/begins-without-data',
    title: 'an alarm that has seen nothing has insufficient data',
    async run(cloud) {
      await put(cloud, 'quiet');
      expect(await statesOf(cloud, { AlarmNames: ['quiet'] })).toEqual([['quiet', 'INSUFFICIENT_DATA']]);
    },
  },
  {
    id: 'alarms/set-state',
    title: 'an alarm is in the state that it is set to',
    async run(cloud) {
      await put(cloud, 'errors');
      const set = { AlarmName: 'errors', StateValue: 'ALARM' as const, StateReason: 'a test' };
      await cloud.aws.cloudWatch(EAST).send(new SetAlarmStateCommand(set));
      expect(await statesOf(cloud, { AlarmNames: ['errors'] })).toEqual([['errors', 'ALARM']]);
    },
  },
  {
    id: 'alarms/set-absent',
    title: 'an alarm that is not there is set to no state',
    async run(cloud) {
      const set = { AlarmName: 'no', StateValue: 'OK' as const, StateReason: 'a test' };
      expect(await refusal(cloud.aws.cloudWatch(EAST).send(new SetAlarmStateCommand(set)))).toMatch(
        /^ResourceNotFound/,
      );
    },
  },
  {
    id: 'alarms/found',
    title: 'alarms are found by names, by prefix and by state, and are gone when they are deleted',
    async run(cloud) {
      for (const name of ['a-1', 'a-2', 'b-1']) await put(cloud, name);
      const set = { AlarmName: 'b-1', StateValue: 'ALARM' as const, StateReason: 'a test' };
      await cloud.aws.cloudWatch(EAST).send(new SetAlarmStateCommand(set));
      const names = async (input: DescribeAlarmsCommandInput): Promise<readonly string[]> =>
        (await statesOf(cloud, input)).map(([name]) => name).sort();
      expect(await names({ AlarmNames: ['a-2', 'no'] })).toEqual(['a-2']);
      expect(await names({ AlarmNamePrefix: 'a-' })).toEqual(['a-1', 'a-2']);
      expect(await names({ StateValue: 'ALARM' })).toEqual(['b-1']);
      await cloud.aws.cloudWatch(EAST).send(new DeleteAlarmsCommand({ AlarmNames: ['a-1', 'a-2'] }));
      expect(await names({})).toEqual(['b-1']);
    },
  },
]);
