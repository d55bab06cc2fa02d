import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { AlarmComparison, AlarmRow } from '../alarm-rows.js';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { tagRecord } from '../aws-tags.js';
import { statisticNamed } from './statistics.js';

const COMPARISONS: readonly AlarmComparison[] = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const SHORT_PERIODS = [10, 20, 30];
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;

const SIMULATED: readonly string[] = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'Tags',
];

interface Place {
  readonly region: string;
  readonly nowMs: number;
  /** The alarm of that name, whose state and tags stay. */
  readonly before: AlarmRow | undefined;
}

/**
 * The alarm that a call describes.
 * @throws AwsFault ValidationError; NotImplemented for metric math, anomaly detection, and what else is not simulated
 */
export function alarmFrom(input: PutMetricAlarmCommandInput, { region, nowMs, before }: Place): AlarmRow {
  const odd = Object.entries(input).find(([key, value]) => value !== undefined && !SIMULATED.includes(key));
  if (odd) throw notSimulated(`PutMetricAlarm with ${odd[0]}`);
  const name = given(input.AlarmName, 'AlarmName');
  const stands = before ?? { ...UNCHECKED, changedMs: nowMs, updatedMs: nowMs, tags: tagRecord(input.Tags) };
  const { state, reason, reasonJson, changedMs, updatedMs, tags } = stands;
  return {
    id: `${region}/${name}`,
    region,
    name,
    description: input.AlarmDescription ?? null,
    ...watchedBy(input),
    ...ruleOf(input),
    ...actionsOf(input),
    state,
    reason,
    reasonJson,
    changedMs,
    updatedMs,
    configuredMs: nowMs,
    tags,
  };
}

const UNCHECKED = {
  state: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  reasonJson: null,
} as const;

type Watched = Pick<AlarmRow, 'namespace' | 'metric' | 'dimensions' | 'statistic' | 'unit' | 'periodMs'>;

function watchedBy(input: PutMetricAlarmCommandInput): Watched {
  return {
    namespace: given(input.Namespace, 'Namespace'),
    metric: given(input.MetricName, 'MetricName'),
    dimensions: Object.fromEntries((input.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
    statistic: statisticOf(input),
    unit: input.Unit ?? null,
    periodMs: periodOf(input) * 1_000,
  };
}

type Rule = Pick<AlarmRow, 'periods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'treatMissing'>;

function ruleOf(input: PutMetricAlarmCommandInput): Rule {
  const periods = given(input.EvaluationPeriods, 'EvaluationPeriods');
  const enough = input.DatapointsToAlarm ?? periods;
  const period = periodOf(input);
  if (enough < 1 || enough > periods)
    throw invalid(`DatapointsToAlarm must be from 1 to EvaluationPeriods (${periods}), not ${enough}`);
  if (periods * period > (period < 3_600 ? DAY_SECONDS : WEEK_SECONDS))
    throw invalid('Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).');
  return {
    periods,
    datapointsToAlarm: enough,
    threshold: given(input.Threshold, 'Threshold'),
    comparison: oneOf(COMPARISONS, input.ComparisonOperator, 'ComparisonOperator'),
    treatMissing: oneOf(TREATMENTS, input.TreatMissingData ?? 'missing', 'TreatMissingData'),
  };
}

function actionsOf(input: PutMetricAlarmCommandInput): Pick<AlarmRow, 'actionsEnabled' | 'actions'> {
  const { AlarmActions: alarm = [], OKActions: ok = [], InsufficientDataActions: none = [] } = input;
  return { actionsEnabled: input.ActionsEnabled ?? true, actions: { alarm: [...alarm], ok: [...ok], none: [...none] } };
}

function periodOf({ Period }: PutMetricAlarmCommandInput): number {
  const period = given(Period, 'Period');
  const valid = SHORT_PERIODS.includes(period) || (period > 0 && period % 60 === 0);
  if (!valid) throw invalid(`Period must be 10, 20, 30 or a multiple of 60, not ${period}`);
  return period;
}

function statisticOf({ Statistic: simple, ExtendedStatistic: extended }: PutMetricAlarmCommandInput): string {
  const name = simple ?? extended;
  if (name === undefined || (simple !== undefined && extended !== undefined))
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be given');
  statisticNamed(name);
  return name;
}

function oneOf<T extends string>(known: readonly T[], value: string | undefined, parameter: string): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  if (value !== undefined && /(Upper|Lower)Threshold/.test(value))
    throw notSimulated(`alarms on an anomaly detection band (${value})`);
  throw invalid(`Value '${value ?? ''}' at '${parameter}' must be one of ${known.join(', ')}`);
}

function given<T>(value: T | undefined, parameter: string): T {
  if (value === undefined) throw new AwsFault('ValidationError', `The parameter ${parameter} is required.`);
  return value;
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}
