import type { Json } from '../model/json.js';
import type { FisTemplate, FisTemplateTarget } from '../model/fis-template.js';
import { TODO } from './import-draft.js';

/** A blast radius that selects what a target of AWS FIS selects, and nothing else. */
export interface Place {
  readonly kind: 'az' | 'region' | 'instance';
  readonly blast: { readonly [key: string]: Json };
  /** Whether only some of what it selects are hit, drawn by chance: each fault draws for itself. */
  readonly drawn: boolean;
  readonly choices: readonly string[];
}

const SUBNET = 'aws:ec2:subnet';
const ZONE = /^[a-z]{2}(?:-[a-z]+)+-\d+[a-z]$/;
const INSTANCE = /^arn:[\w-]+:ec2:([\w-]+):\d*:instance\/(i-[0-9a-f]+)$/;

/**
 * Where kong would have to aim to hit what a target selects; a text: why it can't. Whatever the target asks for and
 * kong has no word for is a reason: left out, it would make the blast radius wider.
 *
 * @param region - in which the template works, where the target does not tell
 */
export function placeOf(target: FisTemplateTarget, region: string): Place | string {
  const asked = narrowedTo(target);
  if (typeof asked === 'string') return asked;
  const mode = modeOf(target.selectionMode);
  if (mode === undefined) return `kong does not know the selection mode ${target.selectionMode}`;
  if (target.resourceType === SUBNET) return subnets(target, asked.zone, region);
  if (target.resourceArns && target.resourceArns.length > 0) return named(target, asked.zone, mode);
  return asked.zone === undefined ? drawnFrom(target, region, mode) : wholeZone(target, asked.zone);
}

/** The zone of a target; undefined: it may be in any. A text: it asks for something else too. */
function narrowedTo(target: FisTemplateTarget): { readonly zone: string | undefined } | string {
  const { filters = [] } = target;
  const asked = [...byParameters(target), ...filters.map((filter) => byFilter(filter, target.resourceType))];
  const odd = asked.find((one) => 'odd' in one);
  if (odd) return `kong can't narrow its targets to ${odd.odd}`;
  const zones = [...new Set(asked.flatMap((one) => ('zone' in one ? [one.zone] : [])))];
  return zones.length > 1 ? `it names more than one zone: ${zones.join(', ')}` : { zone: zones[0] };
}

type Narrowing = { readonly zone: string } | { readonly odd: string } | { readonly runs: true };

function byParameters({ parameters = {}, resourceType }: FisTemplateTarget): readonly Narrowing[] {
  const own = resourceType === SUBNET ? 'availabilityZoneIdentifier' : undefined;
  return Object.entries(parameters).map(([key, value]) =>
    key === own && ZONE.test(value) ? { zone: value } : { odd: `${key} ${value}` },
  );
}

function byFilter({ path, values }: { path: string; values: string[] }, resourceType: string): Narrowing {
  const own = resourceType === SUBNET ? 'AvailabilityZone' : 'Placement.AvailabilityZone';
  const [value = ''] = values;
  const one = values.length === 1;
  if (one && path === own && ZONE.test(value)) return { zone: value };
  // kong breaks only what runs, anyway
  if (one && resourceType !== SUBNET && path === 'State.Name' && value === 'running') return { runs: true };
  return { odd: `${path} ${values.join(' or ')}` };
}

type Mode = 'all' | { readonly count: number } | { readonly percent: number };

function modeOf(text: string): Mode | undefined {
  if (text === 'ALL') return 'all';
  const [, mode, digits] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(text) ?? [];
  const number = Number(digits);
  if (mode === undefined || number === 0) return undefined;
  if (mode === 'COUNT') return { count: number };
  if (number > 100) return undefined;
  return number === 100 ? 'all' : { percent: number };
}

function subnets(target: FisTemplateTarget, zone: string | undefined, region: string): Place | string {
  if ((target.resourceArns ?? []).length > 0) return 'kong takes subnets by their zone and tags, and these are named';
  if (modeOf(target.selectionMode) !== 'all') {
    return `kong takes all subnets that it selects, and this asks for ${target.selectionMode}`;
  }
  if (zone !== undefined) return wholeZone(target, zone);
  return {
    kind: 'region',
    blast: { scope: 'region', region, survivors: [], select: selectOf(target), limits: { share: '60%' } },
    drawn: false,
    choices: ['name the survivors; at most 60% of all instances'],
  };
}

function wholeZone(target: FisTemplateTarget, zone: string): Place | string {
  const { selectionMode } = target;
  if (modeOf(selectionMode) !== 'all') {
    return `kong takes all instances of a zone, or draws from a region: ${selectionMode} of ${zone} it can't`;
  }
  return {
    kind: 'az',
    blast: { scope: 'az', az: zone, select: selectOf(target), limits: { share: '40%' } },
    drawn: false,
    choices: ['of the zone kong takes what has opted in; at most 40% of all instances'],
  };
}

function named(target: FisTemplateTarget, zone: string | undefined, mode: Mode): Place | string {
  const { resourceArns = [], resourceTags = {}, selectionMode } = target;
  const found = resourceArns.map((arn) => INSTANCE.exec(arn));
  const ids = [...new Set(found.flatMap((one) => one?.[2] ?? []))];
  const [region = '', ...regions] = new Set(found.flatMap((one) => one?.[1] ?? []));
  const odd = resourceArns.find((_, index) => !found[index]);
  if (odd !== undefined) return `${odd} is no instance`;
  if (regions.length > 0) return 'its instances are in more than one region';
  if (zone !== undefined || Object.keys(resourceTags).length > 0) {
    return 'kong takes instances by their ids or narrows them down, not both';
  }
  const all = mode === 'all' || ('count' in mode && mode.count >= ids.length);
  if (!all) return `kong takes all instances that are named, and this asks for ${selectionMode} of ${ids.length}`;
  const blast = { scope: 'instance', region, instance: { ids }, limits: { instances: ids.length } };
  return { kind: 'instance', blast, drawn: false, choices: [] };
}

function drawnFrom(target: FisTemplateTarget, region: string, mode: Mode): Place {
  const instance = mode === 'all' ? { percent: 100 } : mode;
  const limits: Json = 'count' in instance ? { instances: instance.count } : { share: '20%' };
  const choices = {
    all: 'at most 20% of all instances',
    count: 'instances are drawn from the seed, where FIS draws by chance',
    percent: 'instances are drawn from the seed, where FIS draws by chance, at least one; at most 20% of all instances',
  };
  const kind = mode === 'all' ? 'all' : 'count' in mode ? 'count' : 'percent';
  return {
    kind: 'instance',
    blast: { scope: 'instance', region, instance, select: selectOf(target), limits },
    drawn: mode !== 'all',
    choices: [choices[kind]],
  };
}

/** FIS looks at what it breaks, and not at the tags of the group that it belongs to. */
function selectOf({ resourceTags = {} }: FisTemplateTarget): Json {
  return Object.keys(resourceTags).length > 0 ? { tags: { ...resourceTags }, tagsOn: 'target' } : {};
}

/** FIS works in one region, which whatever it names by an ARN or in a zone tells. */
export function regionOf({ actions, stopConditions, targets = {} }: FisTemplate): string {
  const all = Object.values(targets);
  const arns = [
    ...all.flatMap(({ resourceArns = [] }) => resourceArns),
    ...Object.values(actions).flatMap(({ parameters = {} }) => parameters.documentArn ?? []),
    ...stopConditions.flatMap(({ value }) => value ?? []),
  ];
  const zones = all.flatMap(({ filters = [], parameters = {} }) => [
    ...filters.flatMap(({ values }) => values),
    ...Object.values(parameters),
  ]);
  const named = arns.flatMap((arn) => /^arn:[\w-]+:[\w-]+:([a-z]{2}(?:-[a-z]+)+-\d+):/.exec(arn)?.[1] ?? []);
  const [region] = [...named, ...zones.filter((one) => ZONE.test(one)).map((zone) => zone.slice(0, -1))];
  return region ?? TODO;
}
