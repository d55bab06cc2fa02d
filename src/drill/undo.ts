import { permitFor } from '../aws/guard.js';
import { resolved, type Relation } from '../changes/driver.js';
import { createdAcls } from '../changes/network-acl-exists.js';
import { driverOf } from '../changes/registry.js';
import { messageOf } from '../model/errors.js';
import type { UndoneHow } from '../model/journal.js';
import type { Json } from '../model/json.js';
import { resourceKey } from '../model/resource.js';
import type { AttributeNote } from '../model/run.js';
import type { Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';
import { batchesOf, stagesOf } from './stages.js';

/** What an undo achieved, proven by reading. */
export interface UndoReport {
  /** Attributes that read as before now and did not when it began, or that were put back on suspicion. */
  readonly restored: number;
  /** Attributes that read as before already. */
  readonly already: number;
  readonly conflicts: readonly AttributeNote[];
  readonly remaining: readonly AttributeNote[];
}

/** How often what could not be put back is tried again, and how long the waits between are. */
const PASSES = 8;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** A stopping instance takes minutes at times; it can only be started when it has stopped. */
const MOVING_MS = 10 * 60_000;
/** How long a call whose answer was lost may still take effect, and reads may lag behind. */
const CONSISTENCY_MS = 5_000;
/** How long calls that were on their way are waited for: the client's own limit. */
const IN_FLIGHT_MS = 30_000;

type Verdict = { readonly item: Touched; readonly state: 'restored' | 'gone' | 'foreign' | 'waiting'; readonly now: Json | undefined; readonly note?: string };

/**
 * Puts attributes back, last touched first, except that traffic returns last: members are not sent to what is still broken.
 *
 * Reads before it writes, goes on after an error, tries again, and believes only what it reads in the end. Never throws for what AWS
 * says: what could not be put back is in `remaining`.
 */
export async function undo(items: readonly Touched[], title: string, context: RunContext): Promise<UndoReport> {
  const open = new Map(items.filter((item) => !item.undone).map((item) => [item.change, item]));
  const total = open.size;
  const settled: Verdict[] = [];
  const written = new Set<string>();
  const notes = new Map<string, Verdict>();
  const startedAt = context.clock.now();
  for (let pass = 0; open.size > 0; pass++) {
    await findCreated([...open.values()], context);
    const verdicts = await undoPass([...open.values()], { pass, written, context });
    for (const verdict of verdicts) {
      notes.set(verdict.item.change, verdict);
      if (verdict.state === 'waiting') continue;
      open.delete(verdict.item.change);
      settled.push(verdict);
    }
    context.emit({ type: 'changes', direction: 'undo', done: total - open.size, of: total, title });
    if (open.size === 0 || isHopeless({ pass, startedAt, verdicts }, context)) break;
    await context.clock.sleep(waitAfter(pass));
  }
  const late = await lateArrivals(settled, context);
  context.journal.undone(settled.filter((verdict) => !late.includes(verdict)).map((verdict) => ({ change: verdict.item.change, how: howOf(verdict, written) })));
  const restored = settled.filter((verdict) => verdict.state === 'restored' && !late.includes(verdict));
  return {
    restored: restored.filter((verdict) => written.has(verdict.item.change)).length,
    already: restored.filter((verdict) => !written.has(verdict.item.change)).length,
    conflicts: settled.filter((verdict) => isConflict(verdict)).map(toNote),
    remaining: [...[...open.keys()].flatMap((change) => notes.get(change) ?? []), ...late].map(toNote),
  };
}

interface Pass {
  readonly pass: number;
  readonly written: Set<string>;
  readonly context: RunContext;
}

/** One go over what is not restored yet: stage by stage, in undo order; then everything is read again. */
async function undoPass(items: readonly Touched[], { pass, written, context }: Pass): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const stage of stagesOf(undoOrder(items))) {
    if (isTraffic(stage[0]) && verdicts.some(isStillCut)) {
      verdicts.push(...stage.map((item): Verdict => ({ item, state: 'waiting', now: undefined, note: 'waits until the region is whole again' })));
      continue;
    }
    const first = await judge(stage, context);
    const toWrite = first.filter((verdict) => needsWriting(verdict, pass));
    if (toWrite.length === 0) {
      verdicts.push(...first.map((one) => one.verdict));
      continue;
    }
    const errors = await writeBack(toWrite.map((one) => one.verdict.item), context);
    toWrite.forEach((one) => written.add(one.verdict.item.change));
    const second = await judge(stage, context);
    verdicts.push(...second.map(({ verdict }) => withError(verdict, errors.get(verdict.item.change))));
  }
  return verdicts;
}

/** Reverse order of first touch; records last, and last touched first among themselves. */
function undoOrder(items: readonly Touched[]): readonly Touched[] {
  const backwards = [...items].reverse();
  return [...backwards.filter((item) => !isTraffic(item)), ...backwards.filter(isTraffic)];
}

function isTraffic(item: Touched | undefined): boolean {
  return item?.attribute === 'record.weight';
}

/** Members are not sent back to what can't serve them. */
function isStillCut({ item, state }: Verdict): boolean {
  return state === 'waiting' && (item.attribute === 'subnet.networkAcl' || item.attribute === 'instance.state');
}

interface Judged {
  readonly verdict: Verdict;
  readonly relation: Relation | 'gone' | 'unread';
}

async function judge(stage: readonly Touched[], context: RunContext): Promise<readonly Judged[]> {
  const [first] = stage;
  if (!first) return [];
  const driver = driverOf(first.attribute);
  let current: ReadonlyMap<string, Json>;
  try {
    current = await driver.readMany(stage.map((item) => item.resource), readContext(context));
  } catch (error) {
    const note = `could not be read: ${messageOf(error)}`;
    return stage.map((item) => ({ relation: 'unread', verdict: { item, state: 'waiting', now: undefined, note } }));
  }
  return stage.map((item) => {
    const now = current.get(item.resource.id);
    if (now === undefined) return { relation: 'gone', verdict: { item, state: 'gone', now, note: 'is not there any more' } };
    const ours = item.ours.map((value) => resolved(value, context.created));
    const relation = driver.relate({ before: item.before, ours }, now);
    return { relation, verdict: { item, now, ...stateOf(relation) } };
  });
}

function stateOf(relation: Relation): Pick<Verdict, 'state' | 'note'> {
  switch (relation) {
    case 'before':
      return { state: 'restored' };
    case 'foreign':
      return { state: 'foreign', note: 'someone else changed it meanwhile; left alone' };
    case 'after':
    case 'partly':
      return { state: 'waiting', note: 'is still changed' };
    case 'moving':
      return { state: 'waiting', note: 'is on its way' };
  }
}

/** What is ours is written back; so is, once, what reads as before while its call may still arrive. */
function needsWriting({ relation, verdict }: Judged, pass: number): boolean {
  if (relation === 'after' || relation === 'partly') return true;
  return relation === 'before' && !verdict.item.confirmed && pass === 0;
}

async function writeBack(items: readonly Touched[], context: RunContext): Promise<ReadonlyMap<string, string>> {
  const [first] = items;
  if (!first) return new Map();
  const never = new AbortController().signal;
  const permit = permitFor(context.journal.intendUndo(items.map((item) => item.change)), never);
  const write = { ...readContext(context), permit, expiresAt: context.expiresAt };
  const outcomes = await Promise.all(batchesOf(first.attribute, items).map(async (batch) => {
    const writes = batch.map((item) => ({
      change: item.change, resource: item.resource, before: item.before, after: item.ours.at(-1) ?? null, memo: item.memo, to: 'before' as const,
    }));
    try {
      return await driverOf(first.attribute).write(writes, write);
    } catch (error) {
      return writes.map(({ change }) => ({ change, ok: false as const, error }));
    }
  }));
  return new Map(outcomes.flat().flatMap((outcome) => (outcome.ok ? [] : [[outcome.change, messageOf(outcome.error)] as const])));
}

function withError(verdict: Verdict, error: string | undefined): Verdict {
  return error === undefined || verdict.state !== 'waiting' ? verdict : { ...verdict, note: error };
}

/** The answer to a creation may have been lost: its tags tell the id. */
async function findCreated(items: readonly Touched[], context: RunContext): Promise<void> {
  const regions = [...new Set(items.filter((item) => item.attribute === 'subnet.networkAcl').map((item) => item.resource.region))];
  const known = [...context.created.keys()];
  const wanted = items.flatMap((item) => item.ours).some((value) => JSON.stringify(value).includes('$created') && resolved(value, context.created) === value);
  if (!wanted && known.length > 0) return;
  try {
    for (const [handle, id] of await createdAcls(regions, readContext(context))) context.created.set(handle, id);
  } catch {
    // reading fails again in the pass, and is reported there
  }
}

interface Progress {
  readonly pass: number;
  readonly startedAt: number;
  readonly verdicts: readonly Verdict[];
}

function isHopeless({ pass, startedAt, verdicts }: Progress, { clock }: RunContext): boolean {
  const moving = verdicts.some((verdict) => verdict.note === stateOf('moving').note);
  return moving ? clock.now() - startedAt > MOVING_MS : pass + 1 >= PASSES;
}

function waitAfter(pass: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** pass);
}

/** Calls whose answers never came may take effect after all: wait for them, then look once more, and put back what they did. */
async function lateArrivals(settled: readonly Verdict[], context: RunContext): Promise<readonly Verdict[]> {
  const doubtful = settled.filter((verdict) => verdict.state === 'restored' && !verdict.item.confirmed);
  if (doubtful.length === 0) return [];
  const enough = new AbortController();
  await Promise.race([
    Promise.allSettled([...context.inFlight]),
    context.clock.sleep(IN_FLIGHT_MS, enough.signal).catch(() => undefined),
  ]);
  enough.abort();
  await context.clock.sleep(CONSISTENCY_MS);
  await findCreated(doubtful.map((verdict) => verdict.item), context);
  const again = await undoPass(doubtful.map((verdict) => verdict.item), { pass: 1, written: new Set(), context });
  const changed = new Map(again.filter((verdict) => verdict.state === 'waiting').map((verdict) => [verdict.item.change, verdict]));
  return settled.filter((verdict) => changed.has(verdict.item.change));
}

function isConflict(verdict: Verdict): boolean {
  if (verdict.state === 'gone') return verdict.item.attribute === 'instance.state';
  return verdict.state === 'foreign' && driverOf(verdict.item.attribute).foreign === 'conflict';
}

function howOf(verdict: Verdict, written: ReadonlySet<string>): UndoneHow {
  if (verdict.state === 'gone' || verdict.state === 'foreign') return verdict.state;
  return written.has(verdict.item.change) ? 'written' : 'already';
}

function toNote({ item, now, note }: Verdict): AttributeNote {
  return { ...noteOf(item, note), ...(now === undefined ? {} : { now }) };
}

/** A touched attribute as a report lists it. */
export function noteOf(item: Touched, note: string | undefined): AttributeNote {
  return {
    attribute: item.attribute,
    resource: resourceKey(item.resource),
    before: item.before,
    after: item.ours.at(-1) ?? null,
    ...(note === undefined ? {} : { note }),
  };
}
