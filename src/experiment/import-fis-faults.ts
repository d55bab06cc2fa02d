import type { Json } from '../model/json.js';
import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { actionMs, FIS_ACTIONS, lossOf } from './fis-actions.js';
import { isoMinutes } from './fis-template.js';
import { documentStep, type DocumentFault } from './import-fis-documents.js';
import type { Place } from './import-fis-places.js';
import { LOSSES } from './import-losses.js';
import type { FaultSpec } from './known.js';

/** What each action is called as a fault of kong's own. */
const FAULT_OF: Readonly<Record<string, string>> = {
  'aws:ec2:stop-instances': 'instance-stop',
  'aws:ec2:terminate-instances': 'instance-terminate',
  'aws:ec2:reboot-instances': 'instance-reboot',
};

/** An action of AWS FIS as a step. */
export interface FaultStep {
  readonly name: string;
  readonly step: Json;
  /** Undefined: nobody can tell, or until somebody ends it. */
  readonly lastsMs: number | undefined;
  /** What a person should know of it. */
  readonly note?: string;
  /** The kind of what it does that can't be undone. */
  readonly loses?: string | undefined;
}

/** What an action is turned with. */
export interface FaultReading {
  readonly template: FisTemplate;
  readonly kind: Place['kind'];
  readonly faults: readonly FaultSpec[];
}

/** A step for an action on instances or subnets that the blast radius selects; a text: why there is none. */
export function faultOf(action: FisTemplateAction, reading: FaultReading): FaultStep | string {
  const { template, kind } = reading;
  const { actionId, parameters = {} } = action;
  const lastsMs = actionMs(action);
  if (actionId === 'aws:network:disrupt-connectivity') {
    const name = kind === 'az' ? 'az-blackout' : 'region-dark';
    const { scope = 'all' } = parameters;
    return scope === 'all' ? { name, step: name, lastsMs } : `kong cuts a subnet off as a whole, and this is scope ${scope}`;
  }
  const own = FAULT_OF[actionId];
  if (own !== undefined && (own === 'instance-stop' || kind === 'instance'))
    return { name: own, step: own, lastsMs, loses: LOSSES[own] };
  return actionId === 'aws:ssm:send-command' ? byDocument(action, reading) : byFis(action, template);
}

/** A document that kong would run in another way, or not there, is run by FIS. */
function byDocument(action: FisTemplateAction, { template, kind, faults }: FaultReading): FaultStep | string {
  const made = documentStep(action, faults);
  const here = faults.filter(({ scopes }) => scopes.includes(kind)).map(({ name }) => name);
  if (made.kind === 'fault' && here.includes(made.name)) return shorter(made, action);
  const why = made.kind === 'fault' ? `${made.name} has no scope ${kind}` : made.why;
  const fault = byFis(action, template);
  return typeof fault === 'string'
    ? `${why}; ${fault}`
    : { ...fault, note: [`AWS FIS runs it: ${why}`, ...(fault.note === undefined ? [] : [fault.note])].join('; ') };
}

/** A document ends by its own clock where that of the action runs on. */
function shorter({ name, step, lastsMs }: DocumentFault, action: FisTemplateAction): FaultStep {
  const clocks = [lastsMs, actionMs(action)].flatMap((ms) => (ms === undefined ? [] : [ms]));
  return { name, step, lastsMs: clocks.length > 0 ? Math.min(...clocks) : undefined, loses: LOSSES[name] };
}

/**
 * What kong has no fault of its own for is run by FIS: on what the blast radius selects, where that is instances or
 * subnets, or on what the target itself names by one tag.
 */
export function byFis(action: FisTemplateAction, { targets = {} }: FisTemplate): FaultStep | string {
  const { actionId, parameters = {}, targets: used = {} } = action;
  const facts = FIS_ACTIONS[actionId];
  if (!facts)
    return `kong knows no action ${actionId}; a template with it can be run: fault: { name: fis, template: … }`;
  const { longer, ...noted } = outlasting(action);
  const given = Object.entries({ ...parameters, ...longer }).map(([key, value]) => `${key}=${value}`);
  if (given.some((one) => one.includes(';'))) return `a parameter of ${actionId} holds a semicolon`;
  const type = facts.target?.resourceType;
  const selects = type === undefined || isOurs(type) ? {} : selectedBy(targets[Object.values(used)[0] ?? ''], type);
  if (typeof selects === 'string') return `${actionId}: ${selects}`;
  const more = given.length > 0 ? { parameters: given.join('; ') } : {};
  const step = { name: 'fis', action: actionId, ...more, ...selects };
  return { name: 'fis', step, lastsMs: actionMs(action), loses: lossOf(action), ...noted };
}

const MARGIN_MS = 60_000;
/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
const LONGEST_MS = 12 * 3_600_000;

/** What is to be there until its restore must not end by itself at that moment. */
function outlasting(action: FisTemplateAction): Pick<FaultStep, 'note'> & { readonly longer?: Record<string, string> } {
  const { duration } = FIS_ACTIONS[action.actionId] ?? {};
  const ms = (actionMs(action) ?? 0) + MARGIN_MS;
  if (duration === undefined || ms === MARGIN_MS || ms > LONGEST_MS) return {};
  const note = 'AWS FIS goes on for a minute more than it is held: kong stops it then';
  return { longer: { [duration]: isoMinutes(ms) }, note };
}

/** Whether kong itself selects what is of a type; of anything else it passes on one tag. */
export function isOurs(resourceType: string): boolean {
  return resourceType === 'aws:ec2:instance' || resourceType === 'aws:ec2:subnet';
}

function selectedBy(
  target: FisTemplateTarget | undefined,
  resourceType: string,
): { readonly tag: string; readonly selection: string } | string {
  if (!target) return 'the template does not say which targets it works on';
  if (target.resourceType !== resourceType) return `it works on ${resourceType}, and its target is ${target.resourceType}`;
  const { resourceTags = {}, resourceArns = [], selectionMode } = target;
  if (resourceArns.length > 0) return 'it works on named resources: kong passes on one tag';
  const [tag, ...more] = Object.entries(resourceTags).map(([key, value]) => `${key}=${value}`);
  const narrow = [...more, ...narrowing(target)];
  if (tag === undefined) return 'kong passes on one tag, and its target has none';
  if (narrow.length > 0) return `kong passes on one tag, and its target has ${[tag, ...narrow].join(', ')}`;
  const selection = selectionMode === 'PERCENT(100)' ? 'ALL' : selectionMode;
  if (!SELECTION.test(selection)) return `kong does not know the selection mode ${selection}`;
  return { tag, selection };
}

const SELECTION = /^(ALL|COUNT\([1-9]\d*\)|PERCENT\([1-9]\d?\))$/;

function narrowing({ filters = [], parameters = {} }: FisTemplateTarget): readonly string[] {
  return [...filters.map(({ path }) => path), ...Object.keys(parameters)];
}
