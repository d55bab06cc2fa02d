import type { Json } from '../model/json.js';
import type { FisTemplate, FisTemplateAction } from '../model/fis-template.js';
import { formatDuration } from '../model/duration.js';
import { actionMs } from './fis-actions.js';
import { aimed } from './import-fis-aim.js';
import type { FaultStep } from './import-fis-faults.js';
import { ownPlace } from './import-fis-own.js';
import type { Place } from './import-fis-places.js';
import { LOSSES } from './import-losses.js';
import type { FaultSpec } from './known.js';
import { nameFrom, TODO, type Draft, type ImportNote } from './import-draft.js';

/** The tags by which a template that kong exported says what it was made from. */
export const SCOPE_TAG = 'kong:scope';
/** What narrowed its targets. */
export const SELECT_TAG = 'kong:select';
/** The faults, separated by spaces. */
export const FAULTS_TAG = 'kong:faults';
/** The experiment's own name. */
export const NAME_TAG = 'kong:experiment';
/** How long the faults lasted in it, as a duration. */
export const HOLD_TAG = 'kong:hold';

/** What a template is read with. */
export interface FisReading {
  /** Those of the template. */
  readonly tags: Readonly<Record<string, string>>;
  /** All that kong has. */
  readonly faults: readonly FaultSpec[];
}

/**
 * A template of AWS FIS as an experiment. FIS knows no hypothesis: that part is left to a person. An experiment of
 * kong's has one blast radius: actions on anything but the first target that can be had exactly are left too.
 */
export function fisDraft(template: FisTemplate, { tags, faults }: FisReading): Draft {
  const steps = ownSteps(template, { tags, faults }) ?? stepsOf(template, faults);
  const alarms = template.stopConditions.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const { losses } = steps;
  return {
    name: tags[NAME_TAG] ?? nameFrom(template.description, 'from-fis'),
    hypothesis: template.description.trim() === '' ? 'Imported from AWS FIS.' : template.description.slice(0, 2_000),
    blastRadius: blastOf(steps),
    slis: undefined,
    steadyState: undefined,
    abort: undefined,
    more: {
      ...(alarms.length > 0 ? { blockingAlarms: alarms.map((arn) => arn.split(':alarm:')[1] ?? arn) } : {}),
      fis: { role: template.roleArn, ...(alarms.length > 0 ? { stopAlarms: alarms } : {}) },
    },
    method: steps.method,
    choices: [
      ...(steps.place?.choices ?? []),
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
      ...accountsIn(template),
    ],
  };
}

function blastOf({ place, losses }: Steps): Json {
  return {
    ...(place?.blast ?? { scope: TODO }),
    ...(losses.length > 0 ? { allowIrreversible: [...losses] } : {}),
  };
}

function accountsIn({ experimentOptions }: FisTemplate): readonly ImportNote[] {
  if (experimentOptions?.accountTargeting !== 'multi-account') return [];
  return [{ path: 'experimentOptions.accountTargeting', why: 'kong works in one account: that of the credentials' }];
}

interface Steps {
  /** Undefined: nothing could be turned. */
  readonly place: Place | undefined;
  readonly method: readonly Json[];
  readonly left: readonly ImportNote[];
  readonly choices: readonly string[];
  readonly losses: readonly string[];
}

/** What kong itself exported; undefined: it is read as any other. */
function ownSteps(template: FisTemplate, { tags, faults: known }: FisReading): Steps | undefined {
  const faults = (tags[FAULTS_TAG] ?? '').split(' ').filter((one) => one !== '');
  const { [SCOPE_TAG]: scope = '', [SELECT_TAG]: select = '' } = tags;
  const place = faults.length > 0 ? ownPlace(template, { scope, select, faults }) : undefined;
  if (!place) return undefined;
  const hold =
    tags[HOLD_TAG] ?? formatDuration(Math.max(...Object.values(template.actions).map((one) => actionMs(one) ?? 0)));
  return {
    place,
    method: [...faults.map((fault) => ({ fault })), { hold }, ...restoresOf(faults, known)],
    left: [],
    choices: [],
    losses: [...new Set(faults.flatMap((fault) => LOSSES[fault] ?? []))],
  };
}

/** What can't be undone has nothing to restore. */
function restoresOf(names: readonly string[], known: readonly FaultSpec[]): readonly { readonly restore: string }[] {
  const isLost = (name: string): boolean => known.find((one) => one.name === name)?.lasting === false;
  return names.filter((name) => !isLost(name)).map((restore) => ({ restore }));
}

/** Actions in the order in which they may begin; those that begin together follow one another. */
function stepsOf(template: FisTemplate, faults: readonly FaultSpec[]): Steps {
  const ordered = inOrder(template.actions);
  const { place, steps } = aimed(ordered, template, faults);
  const method: Json[] = [];
  let open: string[] = [];
  let lastsMs = 0;
  const end = (): void => {
    if (lastsMs > 0) method.push({ hold: formatDuration(Math.ceil(lastsMs / 1_000) * 1_000) });
    method.push(...restoresOf(open, faults));
    [open, lastsMs] = [[], 0];
  };
  for (const [name, action] of ordered) {
    if (action.startAfter && action.startAfter.length > 0) end();
    if (action.actionId === 'aws:fis:wait') lastsMs = Math.max(lastsMs, actionMs(action) ?? 0);
    const made = steps.get(name);
    if (made === undefined || typeof made === 'string') continue;
    method.push({ fault: made.step });
    if (!open.includes(made.name)) open.push(made.name);
    lastsMs = Math.max(lastsMs, made.lastsMs ?? 0);
  }
  end();
  return { place, method: place ? method : [], ...toldOf([...steps]) };
}

function toldOf(
  steps: readonly (readonly [string, FaultStep | string])[],
): Pick<Steps, 'left' | 'choices' | 'losses'> {
  const path = (name: string): string => `actions.${name}`;
  const made = steps.flatMap(([name, one]) => (typeof one === 'string' ? [] : [{ ...one, path: path(name) }]));
  return {
    left: steps.flatMap(([name, why]) => (typeof why === 'string' ? [{ path: path(name), why }] : [])),
    choices: made.flatMap((one) => (one.note === undefined ? [] : [`${one.path}: ${one.note}`])),
    losses: [...new Set(made.flatMap(({ loses }) => loses ?? []))],
  };
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
