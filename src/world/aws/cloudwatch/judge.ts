import type { AlarmRow, AlarmState } from '../alarm-rows.js';

/** What decides about an alarm's state beside its values. */
export type AlarmRule = Pick<
  AlarmRow,
  'periods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'treatMissing' | 'state'
>;

/** More periods are looked at than are needed, so that a late value is no missing one. */
const MORE_PERIODS = 2;

/** How many periods an alarm looks at. */
export function periodsLookedAt({ periods }: Pick<AlarmRow, 'periods'>): number {
  return periods + MORE_PERIODS;
}

/**
 * What an alarm says to the values of the periods that it looks at, the oldest first.
 *
 * Where there are as many values as the alarm has evaluation periods, the newest of them decide. Where there are fewer,
 * the missing ones are filled in as the alarm says, as few as possible; left out, they let an alarm be raised where all
 * that is there has been breaching for long enough.
 *
 * @param values - undefined: there is none of that period
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function judge(rule: AlarmRule, values: readonly (number | undefined)[]): AlarmState {
  const { periods, datapointsToAlarm: enough, treatMissing } = rule;
  const known = values.filter((value) => value !== undefined).slice(-periods);
  const bad = known.filter((value) => isBreaching(rule, value)).length;
  const missing = periods - known.length;
  if (treatMissing === 'breaching' && missing > 0) return bad + missing >= enough ? 'ALARM' : 'OK';
  if (bad >= enough) return 'ALARM';
  if (known.length === 0) return saysNothing(rule);
  if (missing === 0 || treatMissing === 'notBreaching' || bad < known.length) return 'OK';
  if (treatMissing === 'ignore') return rule.state;
  const oldest = values.length - values.findIndex((value) => value !== undefined);
  return oldest >= enough ? 'ALARM' : rule.state;
}

function saysNothing({ treatMissing, state }: AlarmRule): AlarmState {
  if (treatMissing === 'ignore') return state;
  return treatMissing === 'notBreaching' ? 'OK' : 'INSUFFICIENT_DATA';
}

function isBreaching({ comparison, threshold }: AlarmRule, value: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}
