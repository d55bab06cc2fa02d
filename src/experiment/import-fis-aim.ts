import type { FisTemplate, FisTemplateAction } from '../model/fis-template.js';
import { FIS_ACTIONS } from './fis-actions.js';
import { byFis, faultOf, isOurs, type FaultStep } from './import-fis-faults.js';
import { regionOf, placeOf, type Place } from './import-fis-places.js';
import type { FaultSpec } from './known.js';

/** What the actions of a template come to under one blast radius. */
export interface Aimed {
  /** Undefined: nothing could be turned. */
  readonly place: Place | undefined;
  /** By action: its step, or why there is none. */
  readonly steps: ReadonlyMap<string, FaultStep | string>;
}

const OWN = 'make it an experiment of its own, by --only';

type Action = readonly [string, FisTemplateAction];

/** What the first action that works on instances or subnets aims at: all others have to, too. */
interface First {
  readonly action: string;
  readonly target: string;
  readonly place: Place;
}

/**
 * Aims at the first target that kong can select exactly as AWS FIS does. What works on another one, or on others of
 * it, is not turned: one blast radius for both would hit what the template does not.
 *
 * @param actions - in the order in which they begin
 */
export function aimed(actions: readonly Action[], template: FisTemplate, faults: readonly FaultSpec[]): Aimed {
  const steps = new Map<string, FaultStep | string>();
  let first: First | undefined;
  for (const [name, action] of actions.filter(([, { actionId }]) => actionId !== 'aws:fis:wait')) {
    const there = thereOf(action, template);
    if (typeof there === 'string') steps.set(name, there);
    else if (there === undefined) steps.set(name, byFis(action, template));
    else {
      const step = unlike(there, first) ?? faultOf(action, { template, kind: there.place.kind, faults });
      steps.set(name, step);
      if (typeof step !== 'string') first ??= { action: name, ...there };
    }
  }
  const turned = [...steps.values()].some((one) => typeof one !== 'string');
  return { place: turned ? (first?.place ?? nowhere(template)) : undefined, steps };
}

type There = Pick<First, 'target' | 'place'>;

/** Undefined: kong selects nothing for it. A text: why kong can't aim there. */
function thereOf(action: FisTemplateAction, template: FisTemplate): There | string | undefined {
  const type = FIS_ACTIONS[action.actionId]?.target?.resourceType;
  if (type === undefined || !isOurs(type)) return undefined;
  const [name, ...more] = Object.values(action.targets ?? {});
  if (name === undefined) return 'it names no target';
  if (more.length > 0) return `it works on more than one target: ${[name, ...more].join(', ')}`;
  const target = new Map(Object.entries(template.targets ?? {})).get(name);
  if (!target) return `there is no target ${name}`;
  if (target.resourceType !== type) return `it works on ${type}, and its target ${name} is ${target.resourceType}`;
  const place = placeOf(target, regionOf(template));
  return typeof place === 'string' ? `its target ${name}: ${place}` : { target: name, place };
}

/** Why what an action aims at is not what the first one does; undefined: it is. */
function unlike({ target, place }: There, first: First | undefined): string | undefined {
  if (!first) return undefined;
  const alike = target === first.target || JSON.stringify(place.blast) === JSON.stringify(first.place.blast);
  if (!alike || (target !== first.target && place.drawn)) {
    return `its target ${target} is not ${first.target}, and kong has one blast radius: ${OWN}`;
  }
  if (!place.drawn) return undefined;
  return `kong draws for each fault anew, and this is to hit what ${first.action} hits`;
}

/** Where nothing works on instances or subnets, kong selects nothing. */
function nowhere(template: FisTemplate): Place {
  return {
    kind: 'instance',
    blast: { scope: 'instance', region: regionOf(template), instance: { count: 1 }, limits: { instances: 1 } },
    drawn: false,
    choices: ['AWS FIS selects the targets, by the tags of its steps'],
  };
}
