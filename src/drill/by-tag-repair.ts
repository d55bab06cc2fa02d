import type { Cloud } from '../aws/cloud.js';
import { driverOf } from '../changes/registry.js';
import { aclsThere, type AttachedRef, type Tagged } from '../changes/tagged.js';
import type { TaggedUndo } from '../changes/undo-tags.js';
import { attributeKey, type AttributeKind } from '../model/change.js';
import type { Json } from '../model/json.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import type { AttributeNote } from '../model/run.js';
import type { TaggedRun } from './by-tag-search.js';

/** What tags say is to be undone of a run, and what they can't tell. */
export interface TagRepair {
  readonly run: string;
  readonly made: readonly Tagged[];
  readonly items: readonly TaggedUndo[];
  /** What hung on the created resources when they were read. */
  readonly attached: readonly ResourceRef[];
  /** What is still the run's and can't be put back, since nothing tells to what. */
  readonly stuck: readonly AttributeNote[];
  /** What the tags did not hold, in words. */
  readonly leftOut: readonly string[];
}

/**
 * Works out, from tags and what is there, what can be put back. Reads only.
 *
 * @throws KongError as the reads do
 */
export async function repairOf({ run, made: found }: TaggedRun, cloud: Cloud): Promise<TagRepair> {
  const items = unique(found.flatMap((one) => one.undo.items));
  const told = new Set(items.map(attributeKey));
  const made = found.filter((one) => !told.has(attributeKey(one)));
  const attached = made.flatMap((one) => one.attached.map((resource) => ({ one, resource })));
  const stuck = await stuckOnes(items, attached, cloud);
  const isStuck = new Set(stuck.map(({ attribute, resource }) => `${attribute} ${resource}`));
  const holds = (one: Tagged): boolean =>
    one.attached.some((resource) => isStuck.has(`${attachedBy(one)} ${resourceKey(resource)}`));
  return {
    run,
    made: made.filter((one) => !holds(one)),
    items: items.filter((item) => !isStuck.has(attributeKey(item))),
    attached: attached.map(({ resource }) => resource),
    stuck: [...stuck, ...made.filter(holds).map(inUse)],
    leftOut: [...new Set([...made.flatMap((one) => one.undo.leftOut), ...notTold(found)])],
  };
}

/** What runs somewhere does not tell what else its run did: what a run creates does. */
function notTold(found: readonly Tagged[]): readonly string[] {
  const isTold = found.some(({ attribute }) => driverOf(attribute).role === 'made');
  return isTold ? [] : ['what runs for it does not say what else it did'];
}

function unique(items: readonly TaggedUndo[]): readonly TaggedUndo[] {
  return [...new Map([...items].reverse().map((item) => [attributeKey(item), item])).values()].reverse();
}

interface Attached {
  readonly one: Tagged;
  readonly resource: AttachedRef;
}

/** What hangs on something of the run's: of which no tag says what it had, or what it had is gone. */
async function stuckOnes(
  items: readonly TaggedUndo[],
  attached: readonly Attached[],
  cloud: Cloud,
): Promise<readonly AttributeNote[]> {
  const known = new Map(items.map((item) => [attributeKey(item), item]));
  const itemOf = ({ one, resource }: Attached): TaggedUndo | undefined =>
    known.get(attributeKey({ attribute: attachedBy(one), resource }));
  const swapped = attached.filter(({ one }) => one.attribute === 'networkAcl.exists');
  const regions = [...new Set(swapped.map(({ resource }) => resource.region))];
  const there = await Promise.all(regions.map((region) => aclsThere(region, cloud)));
  const isThere = (acl: Json): boolean => there.some((ids) => typeof acl === 'string' && ids.has(acl));
  return attached.flatMap((each) => {
    const item = itemOf(each);
    if (!item) return [stuckNote(each, null, 'no tag says what it had before')];
    if (each.one.attribute !== 'networkAcl.exists' || isThere(item.before)) return [];
    const { before } = item;
    return [stuckNote(each, before, `${JSON.stringify(before)}, which it had before, is not there any more`)];
  });
}

/** The attribute by which something hangs on what a run created. */
function attachedBy({ attribute }: Tagged): AttributeKind {
  return attribute === 'securityGroup.exists' ? 'instance.securityGroups' : 'subnet.networkAcl';
}

function stuckNote({ one, resource }: Attached, before: Json, why: string): AttributeNote {
  const note = `${why}; choose: ${commandFor(one, resource)}`;
  return { attribute: attachedBy(one), resource: resourceKey(resource), before, after: one.id, now: one.id, note };
}

/** What a person types who knows what it should have. */
function commandFor({ attribute }: Tagged, { region, id, association = 'ID' }: AttachedRef): string {
  if (attribute === 'securityGroup.exists')
    return `aws ec2 modify-instance-attribute --region ${region} --instance-id ${id} --groups GROUP`;
  const swap = 'aws ec2 replace-network-acl-association';
  return `${swap} --region ${region} --association-id ${association} --network-acl-id ACL`;
}

function inUse({ attribute, resource, after, id }: Tagged): AttributeNote {
  const note = `${id} is kept: something is still on it`;
  return { attribute, resource: resourceKey(resource), before: null, after, now: after, note };
}
