import { permitFor } from '../aws/guard.js';
import { resolved, type Role } from '../changes/driver.js';
import type { Look } from '../changes/look.js';
import { driverOf } from '../changes/registry.js';
import { batchesOf, stagesOf } from '../changes/stages.js';
import { isCreatedRef } from '../model/change.js';
import { messageOf } from '../model/errors.js';
import type { ResourceRef } from '../model/resource.js';
import type { Touched } from './attributes.js';
import { readContext, type RunContext } from './context.js';
import { notePending } from './in-sync.js';
import type { Doubt } from './undo-doubt.js';
import { doubted, judge, type Judged, type Verdict } from './undo-verdict.js';

/** How old what was read may be for a decision to write: as old as a reading of now might be for its lag. */
const LOOK_MS = 10_000;

/**
 * One go over what is not restored yet: stage by stage, in undo order; what was written is read again.
 *
 * What the stages read is read together: once before all of them, and once after. Only what others wait for is read in
 * between, and there an answer is not enough: instances that start, and what isolation, traffic and capacity wait for.
 */
export async function undoPass(
  items: readonly Touched[],
  doubt: Doubt,
  context: RunContext,
): Promise<readonly Verdict[]> {
  const pass = new Pass(items, doubt, context);
  for (const stage of stagesOf(undoOrder(items))) await pass.putBack(stage);
  await pass.settle();
  return pass.verdicts;
}

/** A stage that was gone over, and not read again yet. */
interface Written {
  readonly judged: readonly Judged[];
  readonly held: ReadonlySet<string>;
  readonly sent: ReadonlySet<string>;
  readonly errors: ReadonlyMap<string, string>;
}

class Pass {
  readonly verdicts: Verdict[] = [];
  private written: Written[] = [];
  private readonly resources: readonly ResourceRef[];
  private look: Look;
  private lookedAtMs: number;

  constructor(
    items: readonly Touched[],
    private readonly doubt: Doubt,
    private readonly context: RunContext,
  ) {
    this.resources = items.map((item) => item.resource);
    this.look = { resources: this.resources };
    this.lookedAtMs = context.clock.now();
  }

  async putBack(stage: readonly Touched[]): Promise<void> {
    const [item] = stage;
    if (!item) return;
    const role = roleOf(item);
    const needsProof = role === 'isolation' || role === 'traffic' || role === 'capacity';
    if (needsProof) await this.settle();
    if (this.context.clock.now() - this.lookedAtMs > LOOK_MS) this.lookAnew();
    const judged = await judge(stage, this.context, this.look);
    const open = this.stillOpen();
    const held = judged.filter((one) => isHeldBack(one, open));
    const toWrite = judged.filter((one) => !held.includes(one) && this.doubt.needsWriting(one));
    const errors = await writeBack(
      toWrite.map((one) => one.verdict.item),
      this.doubt,
      { context: this.context, look: this.look },
    );
    const written = { judged, held: changesOf(held), sent: changesOf(toWrite), errors };
    const arrives = driverOf(item.attribute).arrivesSeconds !== undefined;
    if (toWrite.length === 0) this.conclude(written, judged);
    else if (arrives) await this.readAgain(written, { resources: this.resources });
    else this.written.push(written);
    if (needsProof) await this.settle();
  }

  /** Reads again what was written, and believes only that. */
  async settle(): Promise<void> {
    const { written } = this;
    if (written.length === 0) return;
    this.written = [];
    this.lookAnew();
    for (const one of written) await this.readAgain(one, this.look);
  }

  private async readAgain(written: Written, look: Look): Promise<void> {
    const stage = written.judged.map(({ verdict }) => verdict.item);
    this.conclude(written, await judge(stage, this.context, look));
  }

  private lookAnew(): void {
    this.look = { resources: this.resources };
    this.lookedAtMs = this.context.clock.now();
  }

  private conclude({ held, errors }: Written, judged: readonly Judged[]): void {
    for (const { verdict } of judged) {
      const { change } = verdict.item;
      if (verdict.state === 'waiting' && held.has(change)) this.verdicts.push({ ...verdict, note: HELD_BACK });
      else if (verdict.state !== 'waiting' && this.doubt.isDoubtful(verdict.item)) this.verdicts.push(doubted(verdict));
      else this.verdicts.push(withError(verdict, errors.get(change)));
    }
  }

  /** What is not back, or may not be: what was answered well counts as back until it is read. */
  private stillOpen(): readonly Touched[] {
    const read = this.verdicts.filter((verdict) => verdict.state === 'waiting').map((verdict) => verdict.item);
    const unread = this.written.flatMap(({ judged, sent, errors }) =>
      judged
        .filter(({ verdict: { item, state } }) => {
          const answered = sent.has(item.change) && !errors.has(item.change);
          return (state === 'waiting' && !answered) || this.doubt.isDoubtful(item);
        })
        .map(({ verdict }) => verdict.item),
    );
    return [...read, ...unread];
  }
}

function changesOf(judged: readonly Judged[]): ReadonlySet<string> {
  return new Set(judged.map(({ verdict }) => verdict.item.change));
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
function isHeldBack({ verdict: { item } }: Judged, waiting: readonly Touched[]): boolean {
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

function roleOf({ attribute, memo }: Touched): Role {
  const driver = driverOf(attribute);
  return driver.roleFor?.(memo) ?? driver.role;
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
        after: driverOf(item.attribute).together?.(item.ours) ?? item.ours.at(-1) ?? null,
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
