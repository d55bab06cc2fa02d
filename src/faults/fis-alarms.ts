import { partitionOf } from '../model/arn.js';
import type { FisTemplate } from '../model/fis-template.js';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** An alarm of a region and account, by its name; an ARN is one already. */
export function alarmArn(alarm: string, { account, region }: Place): string {
  return alarm.startsWith('arn:') ? alarm : `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${alarm}`;
}

/** What makes AWS FIS stop by itself: alarms, by name or ARN. It wants to be told where there are none. */
export function stopConditionsOf(alarms: readonly string[], at: Place): FisTemplate['stopConditions'] {
  if (alarms.length === 0) return [{ source: 'none' }];
  return alarms.map((alarm) => ({ source: 'aws:cloudwatch:alarm', value: alarmArn(alarm, at) }));
}
