import type { FisTemplate } from '../model/fis-template.js';
import type { Place } from './import-fis-places.js';

/** What a template that kong wrote says of itself. */
export interface OwnWords {
  /** `az us-east-1a`, `region us-east-1`, `instance us-east-1`. */
  readonly scope: string;
  readonly faults: readonly string[];
}

const INSTANCE = /:instance\/(i-[0-9a-f]+)$/;

/** The blast radius that a template was made from; undefined: it does not say, or no longer says the same. */
export function ownPlace(template: FisTemplate, { scope, faults }: OwnWords): Place | undefined {
  const [kind, where] = scope.split(' ');
  if (where === undefined) return undefined;
  if (kind === 'az') {
    const blast = { scope: 'az', az: where, select: {}, limits: { share: '40%' } };
    return { kind: 'az', blast, drawn: false, choices: ['at most 40% of all instances'] };
  }
  if (kind === 'region') {
    const blast = { scope: 'region', region: where, survivors: [], select: {}, limits: { share: '60%' } };
    return { kind: 'region', blast, drawn: false, choices: ['name the survivors; at most 60% of all instances'] };
  }
  const ids = faults.length === 1 ? idsIn(template) : [];
  if (kind !== 'instance' || ids.length === 0) return undefined;
  const blast = { scope: 'instance', region: where, instance: { ids }, limits: { instances: ids.length } };
  return { kind: 'instance', blast, drawn: false, choices: [] };
}

/** What each part of one action names; none where there is more than one action, or anything that is no instance. */
function idsIn({ actions, targets = {} }: FisTemplate): string[] {
  const all = Object.values(targets);
  const [actionId, ...more] = new Set(Object.values(actions).map((one) => one.actionId));
  const named = all.flatMap(({ resourceArns = [] }) => resourceArns.map((arn) => INSTANCE.exec(arn)?.[1]));
  const plain = all.every(({ selectionMode, resourceArns = [] }) => selectionMode === 'ALL' && resourceArns.length > 0);
  const ids = named.flatMap((id) => id ?? []);
  const whole = plain && actionId !== undefined && more.length === 0 && ids.length === named.length;
  return whole ? [...new Set(ids)] : [];
}
