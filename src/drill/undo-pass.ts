import { permitFor } from '../aws/guard.js';
import { resolved, type Role } from '../changes/driver.js';
import type { Look } from '../changes/look.js';
import { driverOf } from '../changes/registry.js';
import { isCreatedRef } from '../model/change.js';
import { messageOf } from '../model/errors.js';
import type { Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';
import { notePending } from './in-sync.js';
import { batchesOf, stagesOf } from './stages.js';
import type { Doubt } from './undo-doubt.js';
import { doubted, judge, type Judged, type Verdict } from './undo-verdict.js';

/** One go over what is not restored yet: stage by stage, in undo order; what was written is read again. */
export async function undoPass(
  items: readonly Touched[],
  doubt: Doubt,
  context: RunContext,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const resources = items.map((item) => item.resource);
  let look: Look = { resources };
  for (const stage of stagesOf(undoOrder(items))) {
    const first = await judge(stage, context, look);
    const held = first.filter((judged) => isHeldBack(judged, verdicts));
    const toWrite = first.filter((judged) => !held.includes(judged) && doubt.needsWriting(judged));
    const errors = await writeBack(
      toWrite.map((one) => one.verdict.item),
      doubt,
      { context, look },
    );
    // a write may show in any attribute: nothing that was read before it counts any more
    if (toWrite.length > 0) look = { resources };
    const second = toWrite.length === 0 ? first : await judge(stage, context, look);
    const heldBack = new Set(held.map((one) => one.verdict.item.change));
    for (const { verdict } of second) {
      const { change } = verdict.item;
      if (verdict.state === 'waiting' && heldBack.has(change)) verdicts.push({ ...verdict, note: HELD_BACK });
      else if (verdict.state !== 'waiting' && doubt.isDoubtful(verdict.item)) verdicts.push(doubted(verdict));
      else verdicts.push(withError(verdict, errors.get(change)));
    }
  }
  return verdicts;
}

/**
 * Reverse order of first touch; then what isolates, then traffic, and what would heal where it comes back to, then the
 * capacity that was made for it, and last what was created: its tags tell how to undo the rest.
 */
function undoOrder(items: readonly Touched[]): readonly Touched[] {
  const backwards = [...items].reverse();
  const moved = new Set(items.filter((item) => roleOf(item) === 'traffic').map(({ resource }) => resource.region));
  const rank = (item: Touched): number => {
    const isLate = roleOf(item) === 'healing' && moved.has(item.resource.region);
    return isLate ? LATE : RANKS[roleOf(item)];
  };
  return [0, 1, 2, 3, 4, 5].flatMap((wanted) => backwards.filter((item) => rank(item) === wanted));
}

const RANKS: Readonly<Record<Role, number>> = {
  cut: 0,
  healing: 0,
  isolation: 1,
  traffic: 2,
  capacity: 4,
  made: 5,
};
/** Between traffic and capacity. */
const LATE = 3;

const HELD_BACK = 'waits until what is broken is whole again';

/**
 * Members are not sent back to what can't serve them, capacity is not taken from under them, and a group does not
 * begin to heal what is about to come back: it would end instances that are only unreachable or stopped.
 */
function isHeldBack({ verdict: { item } }: Judged, verdicts: readonly Verdict[]): boolean {
  const waiting = verdicts.filter((verdict) => verdict.state === 'waiting').map((verdict) => verdict.item);
  switch (roleOf(item)) {
    case 'isolation':
      // while it is dark, its callers would try again and again
    case 'traffic':
      return waiting.some((other) => roleOf(other) === 'cut');
    case 'capacity':
      // a least size put back while members still stand by would have the group launch others in their place
      return waiting.some((other) => roleOf(other) === 'traffic' || roleOf(other) === 'cut');
    case 'healing':
      // nor what nobody is sent to yet
      return waiting.some(
        (other) =>
          (roleOf(other) === 'cut' || roleOf(other) === 'traffic') && other.resource.region === item.resource.region,
      );
    case 'cut':
    case 'made':
      return false;
  }
}

function roleOf({ attribute }: Touched): Role {
  return driverOf(attribute).role;
}

async function writeBack(
  items: readonly Touched[],
  doubt: Doubt,
  { context, look }: { readonly context: RunContext; readonly look: Look },
): Promise<ReadonlyMap<string, string>> {
  const [first] = items;
  if (!first) return new Map();
  items.forEach((item) => doubt.sending(item));
  const never = new AbortController().signal;
  const permit = permitFor(context.journal.intendUndo(items.map((item) => item.change)), never);
  const write = { ...readContext(context, look), permit, expiresAt: context.expiresAt };
  const outcomes = await Promise.all(
    batchesOf(first.attribute, items).map(async (batch) => {
      const writes = batch.map((item) => ({
        change: item.change,
        resource: item.resource,
        before: item.before,
        after: item.ours.at(-1) ?? null,
        memo: item.memo,
        to: 'before' as const,
      }));
      try {
        return await driverOf(first.attribute).write(writes, write);
      } catch (error) {
        return writes.map(({ change }) => ({ change, ok: false as const, error }));
      }
    }),
  );
  notePending(first.attribute, outcomes.flat(), context);
  return new Map(
    outcomes.flat().flatMap((outcome) => (outcome.ok ? [] : [[outcome.change, messageOf(outcome.error)] as const])),
  );
}

function withError(verdict: Verdict, error: string | undefined): Verdict {
  return error === undefined || verdict.state !== 'waiting' ? verdict : { ...verdict, note: error };
}

/** The answer to a creation may have been lost: its tags tell the id. */
export async function findCreated(items: readonly Touched[], context: RunContext): Promise<void> {
  const regions = [...new Set(items.filter(refersToCreated).map((item) => item.resource.region))];
  const known = [...context.created.keys()];
  const wanted = items
    .filter(refersToCreated)
    .some((item) => item.ours.some((value) => resolved(value, context.created) === value));
  if (!wanted && known.length > 0) return;
  try {
    const makers = new Set(items.flatMap((item) => driverOf(item.attribute).findCreated ?? []));
    const found = await Promise.all([...makers].map((maker) => maker(regions, readContext(context))));
    for (const [handle, id] of found.flatMap((ids) => [...ids])) context.created.set(handle, id);
  } catch {
    // reading fails again in the pass, and is reported there
  }
}

function refersToCreated({ ours }: Touched): boolean {
  return ours.some(isCreatedRef);
}
