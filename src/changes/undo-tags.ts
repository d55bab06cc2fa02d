import type { AttributeKind } from '../model/change.js';
import { canonical, parseJson, sameJson, type Json } from '../model/json.js';
import type { ResourceRef, ResourceType } from '../model/resource.js';

/**
 * What must be put back, kept in tags of what the run creates: `kong:undo:1`, `kong:undo:2`, … Enough, with the cloud
 * itself, to undo a run whose journal is lost; a person can read them too:
 *
 *     subnet.networkAcl "acl-0a1" * - subnet-0b1 subnet-0b2
 *
 * The attribute (with `@REGION` where it is not that of the tagged resource), the value before, a list of the values
 * that the run sets (`*`: the tagged resource itself), what else the undo needs (`-`: nothing), and the resources.
 */
export interface TaggedUndo {
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
  readonly before: Json;
  /** Every value that the run sets, oldest first. */
  readonly ours: readonly Json[];
  readonly memo?: Json;
}

/** Where tags are put: the values that stand for it are written short. */
export interface TagPlace {
  readonly region: string;
  readonly handle: string;
}

/** The tags' keys begin with this, and end with a number from 1 on. */
export const UNDO_TAG_PREFIX = 'kong:undo:';
/** What did not fit into the tags, counted: `asg.desiredCapacity=6`. */
export const LEFT_OUT_TAG = 'kong:undo-left-out';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const LONGEST_VALUE = 256;
/** Of the 50 that a resource may have: room for kong's own, and for those of an account's tag policies. */
const MOST_UNDO_TAGS = 40;

/** The type of resource that an attribute is of; null: what is created carries its own tags. */
const TYPES: Readonly<Record<AttributeKind, ResourceType | null>> = {
  'networkAcl.exists': null,
  'securityGroup.exists': null,
  'subnet.networkAcl': 'subnet',
  'asg.suspendedProcesses': 'asg',
  'asg.minSize': 'asg',
  'asg.desiredCapacity': 'asg',
  'asg.subnets': 'asg',
  'instance.state': 'instance',
  'instance.securityGroups': 'instance',
  'instance.standby': 'instance',
  'target.registered': 'target',
  'listenerRule.exists': 'listener',
  'balancer.subnets': 'balancer',
  'ingressRule.exists': 'security-group-rule',
  'route.target': 'route',
  'route.isolation': 'route',
  'replicationRule.status': 'replication-rule',
  'marker.written': 'marker',
  'ssm.parameter': 'parameter',
  'ssm.isolation': 'parameter',
  'switch.value': 'switch',
  'switch.isolation': 'switch',
  'hook.called': 'hook',
  'record.weight': 'record',
  'healthCheck.forced': 'health-check',
  'ssmCommand.running': 'command',
  'fisTemplate.exists': null,
  'fisExperiment.running': 'fis-experiment',
};

/** A region's name becomes part of a host's: nothing else may stand for one. */
const REGION = /^(?:global|[a-z]{2}(?:-[a-z]+)+-\d+)$/;

/**
 * The tags for what a run is to undo, by key: at most 41. What comes first in the list is the last to be left out;
 * how much was is in a tag of its own.
 */
export function undoTags(items: readonly TaggedUndo[], place: TagPlace): Readonly<Record<string, string>> {
  const values: string[] = [];
  const leftOut = new Map<string, number>();
  for (const [header, own] of byHeader(items, place)) {
    for (const item of own) {
      const id = idText(item.resource.id);
      const last = values.at(-1);
      if (id === undefined) leave(item);
      else if (last?.startsWith(`${header} `) === true && last.length + 1 + id.length <= LONGEST_VALUE) {
        values[values.length - 1] = `${last} ${id}`;
      } else if (header.length + 1 + id.length <= LONGEST_VALUE && values.length < MOST_UNDO_TAGS) {
        values.push(`${header} ${id}`);
      } else leave(item);
    }
  }
  function leave({ attribute }: TaggedUndo): void {
    leftOut.set(attribute, (leftOut.get(attribute) ?? 0) + 1);
  }
  const left = [...leftOut].map(([attribute, count]) => `${attribute}=${count}`).join(' ');
  return {
    ...Object.fromEntries(values.map((value, index) => [`${UNDO_TAG_PREFIX}${index + 1}`, value])),
    ...(left === '' ? {} : { [LEFT_OUT_TAG]: left.slice(0, LONGEST_VALUE) }),
  };
}

function byHeader(items: readonly TaggedUndo[], place: TagPlace): ReadonlyMap<string, readonly TaggedUndo[]> {
  const groups = new Map<string, TaggedUndo[]>();
  for (const item of items) {
    const header = headerOf(item, place);
    const own = groups.get(header);
    if (own) own.push(item);
    else groups.set(header, [item]);
  }
  return groups;
}

function headerOf({ attribute, resource, before, ours, memo }: TaggedUndo, { region, handle }: TagPlace): string {
  const where = resource.region === region ? '' : `@${resource.region}`;
  const own = sameJson(ours, [{ $created: handle }]) ? '*' : word(ours);
  return [`${attribute}${where}`, word(before), own, memo === undefined ? '-' : word(memo)].join(' ');
}

/** A value as JSON in which no space stands: spaces separate. */
function word(value: Json): string {
  return canonical(value).replaceAll(' ', '\\u0020');
}

/** An id without spaces; undefined where it is no text that can be written. */
function idText(id: string): string | undefined {
  try {
    return encodeURI(id);
  } catch {
    return undefined;
  }
}

/** What tags say of a run's undo. */
export interface ReadUndo {
  readonly items: readonly TaggedUndo[];
  /** What the tags do not hold, or what can't be read of them: for a person. */
  readonly leftOut: readonly string[];
}

/** Reads the tags again; whatever is not as kong writes it is named, and not used. */
export function readUndoTags(tags: Readonly<Record<string, string>>, place: TagPlace): ReadUndo {
  const own = Object.entries(tags).filter(([key]) => key.startsWith(UNDO_TAG_PREFIX));
  const read = own.map(([key, value]) => ({ key, items: readValue(value, place) }));
  const left = (tags[LEFT_OUT_TAG] ?? '').split(' ').filter((one) => one !== '');
  const none = own.length === 0 && left.length === 0 ? ['it has no tags of what is to be undone'] : [];
  return {
    items: read.flatMap(({ items }) => items ?? []),
    leftOut: [
      ...left.map((one) => one.replace(/^(.*)=(\d+)$/, '$2 of $1')),
      ...read.flatMap(({ key, items }) => (items ? [] : [`the tag ${key}, which can't be read`])),
      ...none,
    ],
  };
}

/** One tag's items; undefined where it is not as kong writes it. */
function readValue(value: string, place: TagPlace): readonly TaggedUndo[] | undefined {
  const [what = '', before = '', ours = '', memo = '', ...ids] = value.split(' ');
  const kind = readKind(what, place.region);
  if (!kind || ids.length === 0) return undefined;
  const { attribute, type, region } = kind;
  try {
    const list = ours === '*' ? [{ $created: place.handle }] : parseJson(ours);
    if (!isList(list)) return undefined;
    const values = { before: parseJson(before), ours: list, ...(memo === '-' ? {} : { memo: parseJson(memo) }) };
    return ids.map((id) => ({ attribute, resource: { type, region, id: decodeURIComponent(id) }, ...values }));
  } catch {
    return undefined;
  }
}

interface Kind {
  readonly attribute: AttributeKind;
  readonly type: ResourceType;
  readonly region: string;
}

function readKind(word: string, here: string): Kind | undefined {
  const [name = '', region = here] = word.split('@');
  const type = isTagged(name) ? TYPES[name] : null;
  return isTagged(name) && type && REGION.test(region) ? { attribute: name, type, region } : undefined;
}

function isTagged(name: string): name is AttributeKind {
  return Object.hasOwn(TYPES, name);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0;
}
