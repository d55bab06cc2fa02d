import type { Experiment, ExperimentSummary, ExperimentTarget, ExperimentTemplate } from '@aws-sdk/client-fis';
import type { FisAction, FisExperimentRow, FisPlan, FisRunning, FisTarget, FisTemplateRow } from '../fis-rows.js';

/** A template as the API has it. */
export function toTemplate({ id, description, plan, tags, createdMs }: FisTemplateRow): ExperimentTemplate {
  return {
    id,
    description,
    ...partsOf(plan),
    actions: mapped(plan.actions, toAction),
    creationTime: new Date(createdMs),
    lastUpdateTime: new Date(createdMs),
    tags: { ...tags },
    targetAccountConfigurationsCount: 0,
  };
}

/** An experiment as the API has it. */
export function toExperiment(row: FisExperimentRow): Experiment {
  return {
    id: row.id,
    experimentTemplateId: row.template,
    state: { status: row.status, reason: row.reason },
    ...partsOf(row.plan),
    experimentOptions: optionsOf(row),
    actions: mapped(row.plan.actions, (action, name) => ({ ...toAction(action), ...runOf(row.actions[name]) })),
    creationTime: new Date(row.createdMs),
    ...(row.startedMs === null ? {} : { startTime: new Date(row.startedMs) }),
    ...(row.endedMs === null ? {} : { endTime: new Date(row.endedMs) }),
    tags: { ...row.tags },
    targetAccountConfigurationsCount: 0,
  };
}

/** With the mode, which the client's types do not have yet. */
function optionsOf({ plan, preview }: FisExperimentRow): NonNullable<Experiment['experimentOptions']> {
  const options = { ...partsOf(plan).experimentOptions, actionsMode: preview ? 'skip-all' : 'run-all' };
  return options;
}

/** An experiment as a list has it. */
export function summaryOf(row: FisExperimentRow): ExperimentSummary {
  return {
    id: row.id,
    experimentTemplateId: row.template,
    state: { status: row.status, reason: row.reason },
    creationTime: new Date(row.createdMs),
    tags: { ...row.tags },
  };
}

function partsOf(
  plan: FisPlan,
): Pick<ExperimentTemplate, 'targets' | 'stopConditions' | 'roleArn' | 'experimentOptions'> &
  Pick<Experiment, 'targets'> {
  const alarms = plan.stopAlarms.map((value) => ({ source: 'aws:cloudwatch:alarm', value }));
  return {
    targets: mapped(plan.targets, toTarget),
    stopConditions: alarms.length > 0 ? alarms : [{ source: 'none' }],
    roleArn: plan.role,
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: plan.emptyTargets },
  };
}

function toTarget({ resourceType, arns, tags, filters, parameters, mode }: FisTarget): ExperimentTarget {
  return {
    resourceType,
    ...(arns.length > 0 ? { resourceArns: [...arns] } : {}),
    ...(Object.keys(tags).length > 0 ? { resourceTags: { ...tags } } : {}),
    filters: filters.map(({ path, values }) => ({ path, values: [...values] })),
    parameters: { ...parameters },
    selectionMode: mode,
  };
}

function toAction({
  actionId,
  description,
  parameters,
  targets,
  startAfter,
}: FisAction): NonNullable<ExperimentTemplate['actions']>[string] {
  return {
    actionId,
    ...(description === null ? {} : { description }),
    parameters: { ...parameters },
    targets: { ...targets },
    startAfter: [...startAfter],
  };
}

type Run = Pick<NonNullable<Experiment['actions']>[string], 'state' | 'startTime' | 'endTime'>;

function runOf(action: FisRunning | undefined): Run {
  if (!action) return {};
  const { status, reason, startedMs, endsMs } = action;
  const isOver = status !== 'pending' && status !== 'running';
  return {
    state: { status, reason: reason ?? 'Initial state' },
    ...(startedMs === null ? {} : { startTime: new Date(startedMs) }),
    ...(isOver && endsMs !== null ? { endTime: new Date(endsMs) } : {}),
  };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, to: (one: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, to(one, name)]));
}
