import type {
  DeleteAlarmsCommandInput,
  DeleteAlarmsCommandOutput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  DisableAlarmActionsCommandInput,
  DisableAlarmActionsCommandOutput,
  EnableAlarmActionsCommandInput,
  EnableAlarmActionsCommandOutput,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  PutMetricAlarmCommandOutput,
  SetAlarmStateCommandInput,
  SetAlarmStateCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmRow } from '../alarm-rows.js';
import { AwsFault } from '../aws-fault.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { alarmFrom } from './alarm-input.js';
import { setState } from './evaluate-alarm.js';

const MOST_NAMED = 100;
const DEFAULT_RECORDS = 50;
const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/**
 * Metric alarms, which look at their metrics by themselves. Their actions are kept, and reach nobody.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export const alarmOperations = {
  PutMetricAlarmCommand(input: PutMetricAlarmCommandInput, context: CallContext): Answer<PutMetricAlarmCommandOutput> {
    const { sim, region } = context;
    const before = sim.store.alarms.get(`${region}/${input.AlarmName ?? ''}`);
    sim.store.alarms.put(alarmFrom(input, { region, nowMs: sim.nowMs, before }), sim.seenFromMs());
    return {};
  },

  DescribeAlarmsCommand(input: DescribeAlarmsCommandInput, context: CallContext): Answer<DescribeAlarmsCommandOutput> {
    const { sim } = context;
    if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined)
      throw invalid('AlarmNames and AlarmNamePrefix can not be given together');
    if ((input.AlarmNames ?? []).length > MOST_NAMED) throw invalid(`At most ${MOST_NAMED} AlarmNames`);
    const metricAlarms = input.AlarmTypes === undefined || input.AlarmTypes.includes('MetricAlarm');
    const all = metricAlarms ? alarmsSeen(context).filter((row) => isWanted(row, input)) : [];
    const { items, next } = pageOf(all, {
      token: input.NextToken,
      max: Math.min(input.MaxRecords ?? DEFAULT_RECORDS, MOST_NAMED),
      pageSize: sim.behaviour.pageSize,
      badToken: 'InvalidNextToken',
    });
    return {
      MetricAlarms: items.map((row) => toAlarm(row, context)),
      CompositeAlarms: [],
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },

  SetAlarmStateCommand(input: SetAlarmStateCommandInput, context: CallContext): Answer<SetAlarmStateCommandOutput> {
    const { sim, region } = context;
    const row = sim.store.alarms.get(`${region}/${input.AlarmName ?? ''}`);
    if (!row) throw new AwsFault('ResourceNotFound', `There is no alarm ${input.AlarmName ?? ''}`, 404);
    const state = STATES.find((one) => one === input.StateValue);
    if (!state) throw invalid(`${input.StateValue ?? ''} is no state of an alarm`);
    setState(sim, row, state, { text: input.StateReason ?? '', json: input.StateReasonData ?? null });
    return {};
  },

  DeleteAlarmsCommand(
    input: DeleteAlarmsCommandInput,
    { sim, region }: CallContext,
  ): Answer<DeleteAlarmsCommandOutput> {
    const ids = (input.AlarmNames ?? []).map((name) => `${region}/${name}`);
    const unknown = ids.find((id) => !sim.store.alarms.get(id));
    if (unknown !== undefined) throw new AwsFault('ResourceNotFound', `There is no alarm ${unknown}`, 404);
    for (const id of ids) sim.store.alarms.remove(id, sim.seenFromMs());
    return {};
  },

  EnableAlarmActionsCommand(
    input: EnableAlarmActionsCommandInput,
    context: CallContext,
  ): Answer<EnableAlarmActionsCommandOutput> {
    switchActions(input.AlarmNames, true, context);
    return {};
  },

  DisableAlarmActionsCommand(
    input: DisableAlarmActionsCommandInput,
    context: CallContext,
  ): Answer<DisableAlarmActionsCommandOutput> {
    switchActions(input.AlarmNames, false, context);
    return {};
  },
} satisfies Operations;

function alarmsSeen({ sim, region }: CallContext): readonly AlarmRow[] {
  return sim.store.alarms.seen(sim.nowMs).filter((row) => row.region === region);
}

function isWanted(row: AlarmRow, input: DescribeAlarmsCommandInput): boolean {
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state } = input;
  return (
    (!names || names.length === 0 || names.includes(row.name)) &&
    (prefix === undefined || row.name.startsWith(prefix)) &&
    (state === undefined || row.state === state)
  );
}

/** Names that are not there are passed over, as AWS does. */
function switchActions(names: readonly string[] | undefined, actionsEnabled: boolean, context: CallContext): void {
  const { sim, region } = context;
  for (const name of names ?? []) {
    const row = sim.store.alarms.get(`${region}/${name}`);
    if (row) sim.store.alarms.put({ ...row, actionsEnabled, updatedMs: sim.nowMs }, sim.seenFromMs());
  }
}

function toAlarm(row: AlarmRow, { sim }: CallContext): MetricAlarm {
  const statistic = simpleStatistic(row.statistic);
  return {
    AlarmName: row.name,
    AlarmArn: `arn:aws:cloudwatch:${row.region}:${sim.world.account}:alarm:${row.name}`,
    AlarmDescription: row.description ?? undefined,
    Namespace: row.namespace,
    MetricName: row.metric,
    Dimensions: Object.entries(row.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(statistic ? { Statistic: statistic } : { ExtendedStatistic: row.statistic }),
    Period: row.periodMs / 1_000,
    EvaluationPeriods: row.periods,
    DatapointsToAlarm: row.datapointsToAlarm,
    Threshold: row.threshold,
    ComparisonOperator: row.comparison,
    TreatMissingData: row.treatMissing,
    ActionsEnabled: row.actionsEnabled,
    AlarmActions: [...row.actions.alarm],
    OKActions: [...row.actions.ok],
    InsufficientDataActions: [...row.actions.none],
    StateValue: row.state,
    StateReason: row.reason,
    StateReasonData: row.reasonJson ?? undefined,
    StateUpdatedTimestamp: new Date(row.updatedMs),
    StateTransitionedTimestamp: new Date(row.changedMs),
    AlarmConfigurationUpdatedTimestamp: new Date(row.configuredMs),
  };
}

function simpleStatistic(name: string): MetricAlarm['Statistic'] {
  const simple = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
  return simple.find((one) => one === name);
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}
