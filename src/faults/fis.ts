import { FIS_ACTIONS } from '../experiment/fis-actions.js';
import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { KongError } from '../model/errors.js';
import type { Fault, FaultChanges, FaultRequest } from './fault.js';
import { freezeBeside, GROUPS, NOTHING_HIT, type Hit } from './fis-freeze.js';
import { fisRun } from './fis-run.js';
import { targetsOfTemplate } from './fis-targets.js';
import { namedTargets } from './fis-action-parts.js';
import { stopConditionsOf } from './fis-alarms.js';
import { pickInstances } from './pick.js';

/** Runs any action or template of AWS Fault Injection Service. */
export const fis: Fault = {
  name: 'fis',
  title: 'AWS FIS runs an action or a template',
  does: [
    'Has AWS Fault Injection Service run a template that is there, or one action on what the blast radius selects:',
    'first as a preview, which only chooses the targets. Stops it at the end; FIS then puts back what its actions did.',
    'Groups are kept from replacing what FIS stops or cuts off for a while, unless the step says otherwise.',
  ].join(' '),
  fidelity: [
    'what the action itself says; FIS chooses by chance among what a template of yours selects by tags, and undoes',
    'nothing of some actions: those must be allowed by name',
  ].join(' '),
  scopes: ['instance', 'az', 'region'],
  params: {
    template: {
      kind: 'text',
      means: 'id of a template that is there; it keeps its own role and stop conditions',
      pattern: 'EXT\\w{1,60}|[0-9a-f]{32}',
      example: 'EXT1a2b3c4d5e6f7',
      optional: 'one action',
    },
    action: {
      kind: 'text',
      means: 'id of one action, run with the role of `fis: { role: … }`',
      pattern: 'aws:[\\w-]+:[\\w-]+',
      example: 'aws:ec2:stop-instances',
      optional: 'a template',
      known: {
        names: Object.keys(FIS_ACTIONS),
        otherwise: 'run it by a template of yours: { name: fis, template: EXT… }',
      },
    },
    parameters: {
      kind: 'text',
      means: 'what the action takes, as AWS calls it; several are separated by semicolons',
      appliesWhen: { action: true },
      pattern: '\\w+=[^;]*(;\\s*\\w+=[^;]*)*',
      example: 'duration=PT5M; percentage=50',
      optional: 'none',
    },
    tag: {
      kind: 'text',
      means: 'what the action works on, where that is neither instances nor subnets',
      appliesWhen: { action: true },
      pattern: '[^=]{1,128}=.{0,256}',
      example: 'chaos=allowed',
      optional: 'what the blast radius selects',
    },
    selection: {
      kind: 'text',
      means: 'how many of those',
      appliesWhen: { action: true },
      pattern: 'ALL|COUNT\\([1-9]\\d*\\)|PERCENT\\([1-9]\\d?\\)',
      example: 'COUNT(2)',
      default: 'ALL',
    },
    groups: GROUPS,
  },
  exactlyOne: ['template', 'action'],
  // a template has its own role
  needsFisRole: ({ action }) => action !== undefined,
  attributes: ['asg.suspendedProcesses', 'fisExperiment.running', 'fisTemplate.exists'],
  irreversible: [],
  needs: ['fisTemplates'],
  changes: (request) => (request.params.template === undefined ? ofAction(request) : ofTemplate(request)),
};

function ofTemplate(request: FaultRequest): FaultChanges {
  const { params, inventory, targets } = request;
  const id = String(params.template);
  const [target] = targets.regions;
  const there = inventory.regions.find(({ region }) => region === target?.region);
  const named = there?.fisTemplates?.find((one) => one.id === id);
  if (!there || !named)
    throw new KongError(
      'UNKNOWN_TARGET',
      `there is no template ${id} of AWS FIS in ${target?.region ?? 'the region'}`,
      { fix: '`aws fis list-experiment-templates` lists them' },
    );
  const hit = targetsOfTemplate(named.template, there);
  const memo = { template: { ...named.template }, ...hit };
  const { changes: beside, leftAlone } = freezeBeside(named.template, hit, request);
  const handle = `fis-${id}`;
  return {
    leftAlone,
    changes: fisRun({ region: there.region, handle, make: undefined, template: id, beside, memo }),
  };
}

function ofAction(request: FaultRequest): FaultChanges {
  const { params, inventory, targets, fisRole } = request;
  const actionId = String(params.action);
  const region = targets.regions[0]?.region ?? '';
  const facts = FIS_ACTIONS[actionId];
  if (!facts) {
    const known = Object.keys(FIS_ACTIONS).join(', ');
    throw new KongError('BAD_EXPERIMENT', `kong knows no action ${actionId} of AWS FIS`, {
      fix: `run it by a template of yours: { name: fis, template: EXT… }; kong knows ${known}`,
    });
  }
  if (fisRole === undefined)
    throw new KongError('BAD_EXPERIMENT', 'AWS FIS needs an IAM role to act by', {
      fix: 'add fis: { role: "arn:aws:iam::…:role/…" } to the experiment, or to kong.yaml',
    });
  const selected = selectsFor(request, facts.target?.resourceType);
  const { account } = inventory;
  const template: FisTemplate = {
    description: `kong: ${actionId}`,
    roleArn: fisRole,
    stopConditions: stopConditionsOf(request.stopAlarms ?? [], { account, region }),
    ...partsOf(selected.selects, { actionId, parameters: parametersOf(params) }, facts.target?.key),
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
  };
  const { drawn } = selected;
  if (facts.target && selected.selects.length === 0) return { drawn, changes: [], leftAlone: selected.leftAlone };
  const memo = selected.unknown.length > 0 ? { unknown: selected.unknown } : undefined;
  const handle = `fis-${actionId.split(':').slice(1).join('-')}`.slice(0, 40);
  const { changes: beside, leftAlone } = freezeBeside(template, selected.hit, request);
  const run = { region, handle, make: { ...template }, beside, ...(memo === undefined ? {} : { memo }) };
  return { drawn, leftAlone: [...selected.leftAlone, ...leftAlone], changes: fisRun(run) };
}

interface Selected {
  readonly selects: readonly FisTemplateTarget[];
  readonly unknown: readonly string[];
  readonly hit: Hit;
  readonly drawn?: readonly string[];
  readonly leftAlone: FaultChanges['leftAlone'];
}

/** Instances and subnets are chosen by kong, and named; of anything else it only passes on a tag. */
function selectsFor(request: FaultRequest, resourceType: string | undefined): Selected {
  const { targets, inventory, params } = request;
  if (resourceType === undefined) return { selects: [], unknown: [], hit: NOTHING_HIT, leftAlone: [] };
  const at = { account: inventory.account, region: targets.regions[0]?.region ?? '' };
  if (resourceType === 'aws:ec2:instance') {
    const { drawn, passedOver } = pickInstances(request);
    const hit = { ...NOTHING_HIT, instances: drawn };
    return { selects: namedTargets(resourceType, drawn, at), unknown: [], hit, drawn, leftAlone: passedOver };
  }
  if (resourceType === 'aws:ec2:subnet') {
    const ids = targets.regions.flatMap(({ subnets }) => subnets.map(({ id }) => id));
    const hit = { ...NOTHING_HIT, subnets: ids };
    return { selects: namedTargets(resourceType, ids, at), unknown: [], hit, leftAlone: [] };
  }
  const [key = '', ...value] = String(params.tag ?? '').split('=');
  if (key === '' || value.length === 0)
    throw new KongError('BAD_EXPERIMENT', `kong does not know which ${resourceType} are meant`, {
      fix: 'name a tag that they carry: tag: chaos=allowed',
    });
  const selectionMode = String(params.selection ?? 'ALL');
  const resourceTags = { [key]: value.join('=') };
  return {
    selects: [{ resourceType, resourceTags, selectionMode }],
    unknown: [`${resourceType} with ${key}=${value.join('=')}`],
    hit: NOTHING_HIT,
    leftAlone: [],
  };
}

/** One action for each five resources. */
function partsOf(
  selects: readonly FisTemplateTarget[],
  action: Pick<FisTemplateAction, 'actionId' | 'parameters'>,
  key: string | undefined,
): Pick<FisTemplate, 'targets' | 'actions'> {
  if (key === undefined) return { actions: { run: action } };
  const names = selects.map((_, index) => (selects.length === 1 ? 'run' : `run-${index + 1}`));
  return {
    targets: Object.fromEntries(selects.map((one, index) => [`to-${names[index] ?? ''}`, one])),
    actions: Object.fromEntries(names.map((name) => [name, { ...action, targets: { [key]: `to-${name}` } }])),
  };
}

function parametersOf({ parameters }: FaultRequest['params']): Record<string, string> {
  const pairs = String(parameters ?? '')
    .split(';')
    .map((one) => one.trim());
  return Object.fromEntries(
    pairs.filter((one) => one !== '').map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
}
