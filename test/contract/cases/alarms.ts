import { DescribeAlarmsCommand, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'vitest';
import { eventually } from '../assertions.js';
import { casesOf } from '../cloud.js';
import { EAST } from '../contract-world.js';

/** Alarms that somebody else may have set as a drill's second pair of eyes. */
export const alarmCases = casesOf('alarms', [
  {
    id: 'alarms/evaluates-itself',
    title: 'an alarm goes off by itself when its metric crosses the threshold',
    async run(cloud) {
      const cloudWatch = cloud.aws.cloudWatch(EAST);
      const metric = { Namespace: 'Contract', MetricName: 'Errors' };
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          ...metric,
          AlarmName: 'errors',
          Statistic: 'Maximum',
          Period: 10,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
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
]);
