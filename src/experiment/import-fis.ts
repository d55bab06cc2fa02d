import type { Json } from '../model/json.js';
import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { formatDuration } from '../model/duration.js';
import { actionMs, FIS_ACTIONS, lossOf } from './fis-actions.js';
import { documentStep, type DocumentFault } from './import-fis-documents.js';
import type { FaultSpec } from './known.js';
import { nameFrom, TODO, type Draft, type ImportNote } from './import-draft.js';

/** The tags by which a template that kong exported says what it was made from. */
export const SCOPE_TAG = 'kong:scope';
/** The faults, separated by spaces. */
export const FAULTS_TAG = 'kong:faults';
/** The experiment's own name. */
export const NAME_TAG = 'kong:experiment';
/** How long the faults lasted in it, as a duration. */
export const HOLD_TAG = 'kong:hold';

/** What each action is called as a fault of kong's own. */
const FAULT_OF: Readonly<Record<string, string>> = {
  'aws:ec2:stop-instances': 'instance-stop',
  'aws:ec2:terminate-instances': 'instance-terminate',
  'aws:ec2:reboot-instances': 'instance-reboot',
};

/** What a template is read with. */
export interface FisReading {
  /** Those of the template. */
  readonly tags: Readonly<Record<string, string>>;
  /** All that kong has. */
  readonly faults: readonly FaultSpec[];
}

/** A template of AWS FIS as an experiment. FIS knows no hypothesis: that part is left to a person. */
export function fisDraft(template: FisTemplate, { tags, faults }: FisReading): Draft {
  const place = placeOf(template, tags);
  const reading = { template, kind: place.kind, faults };
  const steps = tags[FAULTS_TAG] === undefined ? stepsOf(reading) : ownSteps(template, tags);
  const alarms = template.stopConditions.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const losses = [...new Set(Object.values(template.actions).flatMap((one) => lossOf(one) ?? []))];
  return {
    name: tags[NAME_TAG] ?? nameFrom(template.description, 'from-fis'),
    hypothesis: template.description.trim() === '' ? 'Imported from AWS FIS.' : template.description.slice(0, 2_000),
    blastRadius: { ...place.blast, ...(losses.length > 0 ? { allowIrreversible: losses } : {}) },
    slis: undefined,
    steadyState: undefined,
    abort: undefined,
    more: {
      ...(alarms.length > 0 ? { blockingAlarms: alarms.map((arn) => arn.split(':alarm:')[1] ?? arn) } : {}),
      fis: { role: template.roleArn, ...(alarms.length > 0 ? { stopAlarms: alarms } : {}) },
    },
    method: steps.method,
    choices: [
      ...place.choices,
      ...steps.choices,
      ...(alarms.length > 0 ? ['its stop conditions have to be OK before a drill begins, and stop what FIS runs'] : []),
      ...(losses.length > 0 ? [`it does what can't be undone: ${losses.join(', ')}`] : []),
    ],
    left: [
      {
        path: 'stopConditions',
        why: 'an alarm tells too little for a hypothesis: write SLIs, what is expected, and when to stop',
      },
      ...steps.left,
    ],
  };
}

interface Place {
  readonly kind: 'az' | 'region' | 'instance';
  readonly blast: { readonly [key: string]: Json };
  readonly choices: readonly string[];
}

function placeOf(template: FisTemplate, tags: Readonly<Record<string, string>>): Place {
  const { actions, targets = {} } = template;
  const used = Object.values(actions).flatMap((action) => Object.values(action.targets ?? {}));
  const all = used.flatMap((name) => targets[name] ?? []);
  const zone = all.flatMap(zonesIn)[0];
  const region = zone?.slice(0, -1) ?? regionsIn(all, template)[0] ?? TODO;
  const select = selectOf(all);
  const [kind, where] = (tags[SCOPE_TAG] ?? '').split(' ');
  if (kind === 'az' && where !== undefined) return zonePlace(where, select);
  if (kind === 'region' && where !== undefined) return regionPlace(where, select);
  const cuts = all.some(({ resourceType }) => resourceType === 'aws:ec2:subnet');
  if (zone !== undefined) return zonePlace(zone, select);
  if (cuts) return regionPlace(region, select);
  return instancePlace(all, region, select);
}

function zonePlace(zone: string, select: Json): Place {
  return {
    kind: 'az',
    blast: { scope: 'az', az: zone, select, limits: { share: '40%' } },
    choices: ['kong selects by the scope and the tags in select, of what has opted in; at most 40% of all instances'],
  };
}

function regionPlace(region: string, select: Json): Place {
  return {
    kind: 'region',
    blast: { scope: 'region', region, survivors: [], select, limits: { share: '60%' } },
    choices: ['name the survivors; at most 60% of all instances'],
  };
}

function instancePlace(all: readonly FisTemplateTarget[], region: string, select: Json): Place {
  const ids = all.flatMap(({ resourceArns = [] }) => resourceArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
  const [, mode, number] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(all[0]?.selectionMode ?? '') ?? [];
  const many = Number(number);
  const instance: Json =
    ids.length > 0
      ? { ids: [...new Set(ids)] }
      : mode === 'COUNT'
        ? { count: many }
        : { percent: mode === 'PERCENT' ? many : 100 };
  const limits: Json =
    ids.length > 0 ? { instances: ids.length } : mode === 'COUNT' ? { instances: many } : { share: '20%' };
  return {
    kind: 'instance',
    blast: { scope: 'instance', region, instance, select, limits },
    choices: ['instances are drawn from the seed, where FIS draws by chance'],
  };
}

/** FIS works in one region, which whatever it names by an ARN tells. */
function regionsIn(
  used: readonly FisTemplateTarget[],
  { actions, stopConditions }: FisTemplate,
): readonly string[] {
  const arns = [
    ...used.flatMap(({ resourceArns = [] }) => resourceArns),
    ...Object.values(actions).flatMap(({ parameters = {} }) => parameters.documentArn ?? []),
    ...stopConditions.flatMap(({ value }) => value ?? []),
  ];
  return arns.flatMap((arn) => /^arn:[\w-]+:[\w-]+:([a-z]{2}(?:-[a-z]+)+-\d+):/.exec(arn)?.[1] ?? []);
}

function zonesIn({ parameters = {}, filters = [] }: FisTemplateTarget): readonly string[] {
  const asked = filters.filter(({ path }) => /AvailabilityZone$/.test(path)).flatMap(({ values }) => values);
  return [parameters.availabilityZoneIdentifier ?? '', ...asked].filter((one) => /^[a-z-]+-\d+[a-z]$/.test(one));
}

function selectOf(all: readonly FisTemplateTarget[]): Json {
  return { tags: Object.fromEntries(all.flatMap(({ resourceTags = {} }) => Object.entries(resourceTags))) };
}

interface Steps {
  readonly method: readonly Json[];
  readonly left: readonly ImportNote[];
  readonly choices: readonly string[];
}

/** What kong itself exported. */
function ownSteps(template: FisTemplate, tags: Readonly<Record<string, string>>): Steps {
  const faults = (tags[FAULTS_TAG] ?? '').split(' ').filter((one) => one !== '');
  const hold =
    tags[HOLD_TAG] ?? formatDuration(Math.max(...Object.values(template.actions).map((one) => actionMs(one) ?? 0)));
  return {
    method: [...faults.map((fault) => ({ fault })), { hold }, ...faults.map((restore) => ({ restore }))],
    left: [],
    choices: [],
  };
}

interface Reading {
  readonly template: FisTemplate;
  readonly kind: Place['kind'];
  readonly faults: readonly FaultSpec[];
}

/** Actions in the order in which they may begin; those that begin together follow one another. */
function stepsOf(reading: Reading): Steps {
  const method: Json[] = [];
  const left: ImportNote[] = [];
  const choices: string[] = [];
  let open: string[] = [];
  let lastsMs = 0;
  const end = (): void => {
    if (lastsMs > 0) method.push({ hold: formatDuration(Math.ceil(lastsMs / 1_000) * 1_000) });
    method.push(...open.map((restore) => ({ restore })));
    [open, lastsMs] = [[], 0];
  };
  for (const [name, action] of inOrder(reading.template.actions)) {
    if (action.startAfter && action.startAfter.length > 0) end();
    const path = `actions.${name}`;
    if (action.actionId === 'aws:fis:wait') {
      lastsMs = Math.max(lastsMs, actionMs(action) ?? 0);
      continue;
    }
    const fault = faultOf(action, reading);
    if (typeof fault === 'string') left.push({ path, why: fault });
    else {
      method.push({ fault: fault.step });
      if (!open.includes(fault.name)) open.push(fault.name);
      lastsMs = Math.max(lastsMs, fault.lastsMs ?? 0);
      if (fault.note !== undefined) choices.push(`${path}: ${fault.note}`);
    }
  }
  end();
  return { method, left, choices };
}

function inOrder(actions: FisTemplate['actions']): readonly (readonly [string, FisTemplateAction])[] {
  const waiting = Object.entries(actions);
  const done: (readonly [string, FisTemplateAction])[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(([, { startAfter = [] }]) =>
      startAfter.every((one) => done.some(([name]) => name === one)),
    );
    // what waits for itself never begins
    done.push(...waiting.splice(Math.max(0, next), 1));
  }
  return done;
}

interface FaultStep {
  readonly name: string;
  readonly step: Json;
  /** Undefined: nobody can tell, or until somebody ends it. */
  readonly lastsMs: number | undefined;
  /** What a person should know of it. */
  readonly note?: string;
}

/** A step for an action; a text: why there is none. */
function faultOf(action: FisTemplateAction, reading: Reading): FaultStep | string {
  const { template, kind } = reading;
  const { actionId, parameters = {} } = action;
  const lastsMs = actionMs(action);
  if (actionId === 'aws:network:disrupt-connectivity') {
    const name = kind === 'az' ? 'az-blackout' : 'region-dark';
    const { scope = 'all' } = parameters;
    return scope === 'all' ? { name, step: name, lastsMs } : `kong cuts a subnet off as a whole, and this is scope ${scope}`;
  }
  const own = FAULT_OF[actionId];
  if (own !== undefined && (own === 'instance-stop' || kind === 'instance')) return { name: own, step: own, lastsMs };
  return actionId === 'aws:ssm:send-command' ? byDocument(action, reading) : byFis(action, template);
}

/** A document that kong would run in another way, or not there, is run by FIS. */
function byDocument(action: FisTemplateAction, { template, kind, faults }: Reading): FaultStep | string {
  const made = documentStep(action, faults);
  const here = faults.filter(({ scopes }) => scopes.includes(kind)).map(({ name }) => name);
  if (made.kind === 'fault' && here.includes(made.name)) return shorter(made, action);
  const why = made.kind === 'fault' ? `${made.name} has no scope ${kind}` : made.why;
  const fault = byFis(action, template);
  return typeof fault === 'string' ? `${why}; ${fault}` : { ...fault, note: `AWS FIS runs it: ${why}` };
}

/** A document ends by its own clock where that of the action runs on. */
function shorter({ name, step, lastsMs }: DocumentFault, action: FisTemplateAction): FaultStep {
  const clocks = [lastsMs, actionMs(action)].flatMap((ms) => (ms === undefined ? [] : [ms]));
  return { name, step, lastsMs: clocks.length > 0 ? Math.min(...clocks) : undefined };
}

/** What kong has no fault of its own for is run by FIS. */
function byFis(action: FisTemplateAction, { targets = {} }: FisTemplate): FaultStep | string {
  const { actionId, parameters = {}, targets: used = {} } = action;
  const facts = FIS_ACTIONS[actionId];
  if (!facts)
    return `kong knows no action ${actionId}; a template with it can be run: fault: { name: fis, template: … }`;
  const given = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  if (given.some((one) => one.includes(';'))) return `a parameter of ${actionId} holds a semicolon`;
  const selects = selectedBy(targets[Object.values(used)[0] ?? ''], facts.target?.resourceType);
  if (selects === undefined) return `${actionId} works on named resources: kong passes on one tag`;
  const more = given.length > 0 ? { parameters: given.join('; ') } : {};
  return { name: 'fis', step: { name: 'fis', action: actionId, ...more, ...selects }, lastsMs: actionMs(action) };
}

/** Instances and subnets kong selects itself; of anything else it passes on one tag. Undefined: there is none. */
function selectedBy(
  target: FisTemplateTarget | undefined,
  resourceType: string | undefined,
): { readonly [key: string]: Json } | undefined {
  if (resourceType === undefined || resourceType === 'aws:ec2:instance' || resourceType === 'aws:ec2:subnet') return {};
  const [tag] = Object.entries(target?.resourceTags ?? {}).map(([key, value]) => `${key}=${value}`);
  return tag === undefined ? undefined : { tag, selection: target?.selectionMode ?? 'ALL' };
}
