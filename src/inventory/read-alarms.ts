import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../aws/cloud.js';
import { chunks } from './paging.js';

/** One alarm that was asked for, and what it says. */
export interface AlarmState {
  readonly region: string;
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
}

/** An alarm by its name, in one region or wherever it is. */
export interface AlarmRef {
  /** Undefined: in any of the regions that are looked at. */
  readonly region: string | undefined;
  readonly name: string;
}

const IN_REGION = /^([a-z]{2}(?:-[a-z]+)+-\d+)\/(.+)$/;

/** Reads `NAME` or `us-east-1/NAME`. */
export function alarmRef(text: string): AlarmRef {
  const [, region, name] = IN_REGION.exec(text) ?? [];
  return region === undefined || name === undefined ? { region: undefined, name: text } : { region, name };
}

/**
 * The states of alarms, metric and composite ones. One that is not there is not in the answer.
 *
 * @param regions - where alarms without a region are looked for
 */
export async function readAlarms(
  alarms: readonly AlarmRef[],
  regions: readonly string[],
  cloud: Cloud,
): Promise<readonly AlarmState[]> {
  const wanted = new Map<string, string[]>();
  for (const { region, name } of alarms)
    for (const one of region === undefined ? regions : [region]) wanted.set(one, [...(wanted.get(one) ?? []), name]);
  const read = await Promise.all([...wanted].map(([region, names]) => readRegion(region, names, cloud)));
  return read.flat();
}

async function readRegion(region: string, names: readonly string[], cloud: Cloud): Promise<readonly AlarmState[]> {
  // a hundred names a call, and without its type a composite alarm is left out:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  const read = await Promise.all(
    chunks(names, 100).map(async (some) => {
      const answer = await cloud
        .cloudWatch(region)
        .send(
          new DescribeAlarmsCommand({
            AlarmNames: [...some],
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: 100,
          }),
        );
      return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
    }),
  );
  return read.flat().map(({ AlarmName, StateValue }) => ({ region, name: AlarmName ?? '', state: StateValue ?? '' }));
}
