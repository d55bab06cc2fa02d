import type { Json } from '../model/json.js';

/** The arguments of an action. */
export type Given = Readonly<Record<string, unknown>>;

/** Why an action can't be aimed as its arguments say. */
export interface Why {
  readonly why: string;
}

/** What filters leave over. */
export interface Narrowed {
  /** Undefined: any. */
  readonly zone: string | undefined;
  readonly select: { readonly [key: string]: Json };
}

/** Whether a value is the name of a zone: `us-east-1a`. */
export function isZone(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/.test(value);
}

/** The instances that are named; none where nothing is given. What is given and is no id is a reason. */
export function idsIn(value: unknown): { readonly ids: readonly string[] } | Why {
  const listed = listIn(value);
  const ids = listed.filter((one) => typeof one === 'string').filter((one) => /^i-[0-9a-f]+$/.test(one));
  const odd = listed.find((one) => !ids.some((id) => id === one));
  return odd === undefined ? { ids: [...new Set(ids)] } : { why: `${textOf(odd)} is no instance id` };
}

/** What `az` and `filters` leave over, all of them together. */
export function instancesIn({ az, filters }: Given): Narrowed | Why {
  const read = listIn(filters).map(filterIn);
  const zones = [...listIn(az).map((zone) => ({ zone })), ...read.flatMap((one) => ('zone' in one ? [one] : []))];
  const odd = read.find((one) => 'why' in one) ?? zones.flatMap(({ zone }) => (isZone(zone) ? [] : [noZone(zone)]))[0];
  if (odd) return odd;
  if (read.length + zones.length === 0) return { why: 'it says neither which instances nor which zone' };
  const [zone, ...more] = new Set(zones.map((one) => textOf(one.zone)));
  if (more.length > 0) return { why: `it names more than one zone: ${[zone, ...more].join(', ')}` };
  const tags = read.flatMap((one) => ('tag' in one ? [one.tag] : []));
  const twice = tags.find(([key], index) => tags.findIndex(([other]) => other === key) !== index);
  if (twice) return { why: `kong asks for one list of values of a tag, and ${twice[0]} has more` };
  const wanted = Object.fromEntries(tags.map(([key, values]) => [key, [...values]]));
  return { zone, select: tags.length > 0 ? { tags: wanted, tagsOn: 'target' } : {} };
}

/** Groups, by name or by one tag; how many they are is undefined where only a tag says. */
export function groupsIn({ asg_names: names, tags }: Given):
  | { readonly select: { readonly [key: string]: Json }; readonly many: number | undefined }
  | Why {
  const groups = listIn(names);
  const tagged = listIn(tags);
  if (groups.length > 0 === tagged.length > 0) return { why: 'it takes either asg_names or tags' };
  if (groups.length > 0) {
    const texts = groups.filter((one) => typeof one === 'string');
    const odd = groups.find((one) => typeof one !== 'string');
    return odd === undefined
      ? { select: { groups: [...new Set(texts)] }, many: new Set(texts).size }
      : { why: `${textOf(odd)} is no name of a group` };
  }
  const [key, value] = [fieldOf(tagged[0], 'key'), fieldOf(tagged[0], 'value')];
  if (tagged.length > 1) return { why: 'of several tags the Chaos Toolkit takes any, and kong asks for all' };
  if (typeof key !== 'string' || typeof value !== 'string') return { why: 'a tag needs a Key and a Value' };
  return { select: { tags: { [key]: value }, tagsOn: 'group' }, many: undefined };
}

type Filter =
  | { readonly zone: string }
  | { readonly tag: readonly [string, readonly string[]] }
  | { readonly runs: true }
  | Why;

/** One filter of DescribeInstances or DescribeSubnets. */
function filterIn(filter: unknown): Filter {
  const name = fieldOf(filter, 'name');
  const given = listIn(fieldOf(filter, 'values'));
  const values = given.filter((one) => typeof one === 'string');
  if (typeof name !== 'string' || values.length === 0 || values.length < given.length)
    return { why: 'a filter needs a Name and Values' };
  // AWS takes these for any text
  const plain = !values.some((one) => /[*?]/.test(one));
  if (name.startsWith('tag:') && plain) return { tag: [name.slice(4), values] };
  const only = values.length === 1 ? values[0] : undefined;
  if (name === 'availability-zone' && isZone(only)) return { zone: only };
  // kong breaks only what runs, anyway
  if (name === 'instance-state-name' && only === 'running') return { runs: true };
  return { why: `kong can't narrow its targets to ${name} ${values.join(' or ')}` };
}

/** That a value is no zone. */
export function noZone(value: unknown): Why {
  return { why: `it names no zone: ${textOf(value)}` };
}

/** A value of a file, for a message. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One is a list of one; nothing, none. */
function listIn(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Of an object, by its name in either case. */
function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name.toLowerCase() === key)?.[1];
}
