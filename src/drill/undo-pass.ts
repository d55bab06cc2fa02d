import { permitFor } from '../aws/guard.js';
import { resolved } from '../changes/driver.js';
import { createdAcls } from '../changes/network-acl-exists.js';
import { driverOf } from '../changes/registry.js';
import { messageOf } from '../model/errors.js';
import type { Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';
import { batchesOf, stagesOf } from './stages.js';
import { judge, type Judged, type Verdict } from './undo-verdict.js';

/** One of several goes. */
export interface Pass {
  readonly pass: number;
  readonly written: Set<string>;
  readonly context: RunContext;
}

/** One go over what is not restored yet: stage by stage, in undo order; then everything is read again. */
export async function undoPass(
  items: readonly Touched[],
  { pass, written, context }: Pass,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const stage of stagesOf(undoOrder(items))) {
    if (isTraffic(stage[0]) && verdicts.some(isStillCut)) {
      verdicts.push(
        ...stage.map((item): Verdict => ({
          item,
          state: 'waiting',
          now: undefined,
          note: 'waits until the region is whole again',
        })),
      );
      continue;
    }
    const first = await judge(stage, context);
    const toWrite = first.filter((verdict) => needsWriting(verdict, pass));
    if (toWrite.length === 0) {
      verdicts.push(...first.map((one) => one.verdict));
      continue;
    }
    const errors = await writeBack(
      toWrite.map((one) => one.verdict.item),
      context,
    );
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
  return new Map(
    outcomes.flat().flatMap((outcome) => (outcome.ok ? [] : [[outcome.change, messageOf(outcome.error)] as const])),
  );
}

function withError(verdict: Verdict, error: string | undefined): Verdict {
  return error === undefined || verdict.state !== 'waiting' ? verdict : { ...verdict, note: error };
}

/** The answer to a creation may have been lost: its tags tell the id. */
export async function findCreated(items: readonly Touched[], context: RunContext): Promise<void> {
  const regions = [
    ...new Set(items.filter((item) => item.attribute === 'subnet.networkAcl').map((item) => item.resource.region)),
  ];
  const known = [...context.created.keys()];
  const wanted = items
    .flatMap((item) => item.ours)
    .some((value) => JSON.stringify(value).includes('$created') && resolved(value, context.created) === value);
  if (!wanted && known.length > 0) return;
  try {
    for (const [handle, id] of await createdAcls(regions, readContext(context))) context.created.set(handle, id);
  } catch {
    // reading fails again in the pass, and is reported there
  }
}
