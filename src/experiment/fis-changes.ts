import type { AnyChange } from '../model/change.js';
import type { Json } from '../model/json.js';
import { fisTemplateSchema } from './fis-template.js';
import type { FisTemplate } from '../model/fis-template.js';

/** One experiment of AWS FIS that a plan would run. */
export interface PlannedFis {
  readonly region: string;
  /** The id of a template that is there; undefined: it is made for the drill. */
  readonly id: string | undefined;
  readonly template: FisTemplate;
}

/** The experiments of AWS FIS among changes, each with its template. */
export function plannedFis(changes: readonly AnyChange[]): readonly PlannedFis[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'reversible') return [];
    const { attribute, after, memo = null, resource } = change;
    const made = attribute === 'fisTemplate.exists' ? after : null;
    const named = attribute === 'fisExperiment.running' && !isPreview(memo) ? fieldOf(memo, 'template') : undefined;
    const read = fisTemplateSchema.safeParse(named ?? made);
    if (!read.success) return [];
    return [{ region: resource.region, id: typeof after === 'string' ? after : undefined, template: read.data }];
  });
}

/** Whether an experiment chooses its targets and does nothing to them, by the change's memo. */
export function isPreview(memo: Json): boolean {
  return fieldOf(memo, 'preview') === true;
}

/** Whether an experiment keeps traffic out of where it would go, by the change's memo. */
export function isShift(memo: Json): boolean {
  return fieldOf(memo, 'shift') === true;
}

/** Texts of a list in a memo; empty where there is none. */
export function textsIn(memo: Json, key: string): readonly string[] {
  const found = fieldOf(memo, key);
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}

function fieldOf(value: Json, key: string): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
