import type { Select } from '../model/experiment.js';
import type { FisTemplate } from '../model/fis-template.js';
import type { Json } from '../model/json.js';
import type { Place } from './import-fis-places.js';

/** What a template that kong wrote says of itself. */
export interface OwnWords {
  /** `az us-east-1a`, `region us-east-1`, `instance us-east-1`. */
  readonly scope: string;
  /** What {@link selectTag} made. */
  readonly select: string;
  readonly faults: readonly string[];
}

const INSTANCE = /:instance\/(i-[0-9a-f]+)$/;

/** The blast radius that a template was made from; undefined: it does not say, or no longer says the same. */
export function ownPlace(template: FisTemplate, { scope, select: narrowed, faults }: OwnWords): Place | undefined {
  const [kind, where] = scope.split(' ');
  const select = selectIn(narrowed);
  if (where === undefined || select === undefined) return undefined;
  if (kind === 'az') {
    const blast = { scope: 'az', az: where, select, limits: { share: '40%' } };
    return { kind: 'az', blast, drawn: false, choices: ['at most 40% of all instances'] };
  }
  if (kind === 'region') {
    const blast = { scope: 'region', region: where, survivors: [], select, limits: { share: '60%' } };
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

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const TAG_VALUE = /^[\w .:/=+@-]{0,256}$/;

/** What narrows the targets, as one tag's value: `tag:app=edge group:web on:target`; undefined: it does not fit. */
export function selectTag({ tags, groups, tagsOn }: Select): string | undefined {
  const words = [
    ...Object.entries(tags).flatMap(([key, values]) => values.map((value) => `tag:${key}=${value}`)),
    ...groups.map((name) => `group:${name}`),
    ...(tagsOn === undefined ? [] : [`on:${tagsOn}`]),
  ];
  const oddTags = Object.entries(tags).some(([key, values]) => key.includes('=') || values.length === 0);
  const odd = oddTags || words.some((word) => word.includes(' '));
  const text = words.join(' ');
  return !odd && TAG_VALUE.test(text) ? text : undefined;
}

/** The same, read; undefined: it is none. */
function selectIn(text: string): { readonly [key: string]: Json } | undefined {
  const words = text.split(' ').filter((one) => one !== '');
  const read = words.map((word) => /^(?:tag:([^=]+)=(.*)|group:(.+)|on:(.+))$/.exec(word));
  if (read.includes(null)) return undefined;
  const tagged = read.flatMap((one) => (one?.[1] === undefined ? [] : [{ key: one[1], value: one[2] ?? '' }]));
  const groups = read.flatMap((one) => one?.[3] ?? []);
  const [tagsOn] = read.flatMap((one) => one?.[4] ?? []);
  const valuesOf = (key: string): string[] => tagged.filter((one) => one.key === key).map(({ value }) => value);
  return {
    ...(tagged.length > 0 ? { tags: Object.fromEntries(tagged.map(({ key }) => [key, valuesOf(key)])) } : {}),
    ...(tagsOn === undefined ? {} : { tagsOn }),
    ...(groups.length > 0 ? { groups } : {}),
  };
}
