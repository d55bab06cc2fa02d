import type { CreateExperimentTemplateRequest } from '@aws-sdk/client-fis';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { FisAction, FisPlan, FisTarget } from '../fis-rows.js';
import { ACTIONS, invalid } from './actions.js';
import { checkFilters } from './choose.js';

type Input = CreateExperimentTemplateRequest;
type TargetInput = NonNullable<Input['targets']>[string];
type ActionInput = NonNullable<Input['actions']>[string];

const SIMULATED: readonly string[] = [
  'clientToken',
  'description',
  'stopConditions',
  'targets',
  'actions',
  'roleArn',
  'tags',
  'experimentOptions',
];
const MODE = /^(ALL|COUNT\([1-9]\d*\)|PERCENT\([1-9]\d?\)|PERCENT\(100\))$/;
const ALARM_ARN = /^arn:aws[\w-]*:cloudwatch:[\w-]+:\d{12}:alarm:.+$/;
/** What a subnet's target may name instead of ARNs and tags, and the filter that it stands for. */
const AS_FILTERS: Readonly<Record<string, string>> = { availabilityZoneIdentifier: 'AvailabilityZone', vpc: 'VpcId' };

/**
 * What a template does, checked as a whole.
 * @throws AwsFault ValidationException with the name of what is wrong, or of the action that is not simulated;
 *   NotImplemented for logs and reports
 */
export function planFrom(input: Input): FisPlan {
  const odd = Object.entries(input).find(([key, value]) => value !== undefined && !SIMULATED.includes(key));
  if (odd) throw notSimulated(`CreateExperimentTemplate with ${odd[0]}`);
  if (!/^arn:/.test(input.roleArn ?? '')) throw invalid(`roleArn is not an ARN: ${input.roleArn ?? ''}`);
  const targets = mapped(input.targets, targetFrom);
  const actions = mapped(input.actions, actionFrom);
  if (Object.keys(actions).length === 0) throw invalid('A template needs at least one action');
  for (const [name, action] of Object.entries(actions)) checkAction(name, action, { targets, actions });
  return {
    targets,
    actions,
    stopAlarms: stopAlarmsOf(input),
    role: input.roleArn ?? '',
    emptyTargets: input.experimentOptions?.emptyTargetResolutionMode === 'skip' ? 'skip' : 'fail',
  };
}

function mapped<A, B>(
  record: Readonly<Record<string, A>> | undefined,
  to: (one: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([name, one]) => [name, to(one, name)]));
}

function targetFrom(input: TargetInput, name: string): FisTarget {
  const mode = input.selectionMode ?? '';
  if (!MODE.test(mode)) throw invalid(`The selection mode ${mode} of ${name} is not ALL, COUNT(n) or PERCENT(n)`);
  const parameters = input.parameters ?? {};
  const unknown = Object.keys(parameters).find((key) => !Object.hasOwn(AS_FILTERS, key));
  if (unknown !== undefined) throw invalid(`The parameter ${unknown} of the target ${name} is not simulated`);
  const fromParameters = Object.entries(parameters).map(([key, value]) => ({
    path: AS_FILTERS[key] ?? '',
    values: [value],
  }));
  const filters = (input.filters ?? []).map(({ path = '', values = [] }) => ({ path, values: [...values] }));
  const target = {
    resourceType: input.resourceType ?? '',
    arns: [...(input.resourceArns ?? [])],
    tags: { ...input.resourceTags },
    filters: [...filters, ...fromParameters],
    parameters: { ...parameters },
    mode,
  };
  const ways = [target.arns, Object.keys(target.tags), fromParameters].filter(({ length }) => length > 0);
  if (ways.length !== 1)
    throw invalid(`The target ${name} must have resourceArns, resourceTags or parameters, and one of them`);
  checkFilters(target);
  return target;
}

function actionFrom(input: ActionInput): FisAction {
  return {
    actionId: input.actionId ?? '',
    description: input.description ?? null,
    parameters: { ...input.parameters },
    targets: { ...input.targets },
    startAfter: [...(input.startAfter ?? [])],
  };
}

function checkAction(name: string, action: FisAction, plan: Pick<FisPlan, 'targets' | 'actions'>): void {
  const kind = Object.hasOwn(ACTIONS, action.actionId) ? ACTIONS[action.actionId] : undefined;
  if (!kind) throw invalid(`The action ${action.actionId} of ${name} is not simulated`);
  kind.check(action.parameters);
  const allowed = [...kind.required, ...kind.optional];
  const absent = kind.required.find((one) => action.parameters[one] === undefined);
  if (absent !== undefined) throw invalid(`The action ${name} needs the parameter ${absent}`);
  const odd = Object.keys(action.parameters).find((one) => !allowed.includes(one));
  if (odd !== undefined) throw invalid(`The action ${name} has no parameter ${odd}`);
  const before = action.startAfter.find((one) => one === name || !Object.hasOwn(plan.actions, one));
  if (before !== undefined) throw invalid(`The action ${name} cannot start after ${before}`);
  checkTarget(name, action, plan);
}

function checkTarget(
  name: string,
  { actionId, targets: given }: FisAction,
  { targets }: Pick<FisPlan, 'targets'>,
): void {
  const kind = ACTIONS[actionId]?.target;
  const entries = Object.entries(given);
  if (!kind && entries.length > 0) throw invalid(`The action ${name} takes no targets`);
  if (!kind) return;
  const target = targets[given[kind.key] ?? ''];
  if (entries.length !== 1 || !target) throw invalid(`The action ${name} needs a target ${kind.key}`);
  if (target.resourceType !== kind.resourceType)
    throw invalid(`The action ${name} works on ${kind.resourceType}, not on ${target.resourceType}`);
}

function stopAlarmsOf({ stopConditions = [] }: Input): readonly string[] {
  if (stopConditions.length === 0) throw invalid('stopConditions must be given: { source: none } for none');
  return stopConditions.flatMap(({ source, value = '' }) => {
    if (source === 'none') return [];
    if (source !== 'aws:cloudwatch:alarm') throw invalid(`The stop condition ${source ?? ''} is not known`);
    if (!ALARM_ARN.test(value)) throw new AwsFault('ValidationException', `${value} is not the ARN of an alarm`);
    return [value];
  });
}
