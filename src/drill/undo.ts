import type { AttributeNote } from '../model/run.js';
import type { Touched } from './attributes.js';
import type { RunContext } from './context.js';
import { findCreated, undoPass } from './undo-pass.js';
import { howOf, isConflict, isMoving, toNote, type Verdict } from './undo-verdict.js';

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

/**
 * Puts attributes back, last touched first, except that traffic returns last: members are not sent to what is still
 * broken.
 *
 * Reads before it writes, goes on after an error, tries again, and believes only what it reads in the end. Never
 * throws for what AWS says: what could not be put back is in `remaining`.
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
  context.journal.undone(
    settled
      .filter((verdict) => !late.includes(verdict))
      .map((verdict) => ({ change: verdict.item.change, how: howOf(verdict, written) })),
  );
  const restored = settled.filter((verdict) => verdict.state === 'restored' && !late.includes(verdict));
  return {
    restored: restored.filter((verdict) => written.has(verdict.item.change)).length,
    already: restored.filter((verdict) => !written.has(verdict.item.change)).length,
    conflicts: settled.filter((verdict) => isConflict(verdict)).map(toNote),
    remaining: [...[...open.keys()].flatMap((change) => notes.get(change) ?? []), ...late].map(toNote),
  };
}

interface Progress {
  readonly pass: number;
  readonly startedAt: number;
  readonly verdicts: readonly Verdict[];
}

function isHopeless({ pass, startedAt, verdicts }: Progress, { clock }: RunContext): boolean {
  const moving = verdicts.some(isMoving);
  return moving ? clock.now() - startedAt > MOVING_MS : pass + 1 >= PASSES;
}

function waitAfter(pass: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** pass);
}

/**
 * Calls whose answers never came may take effect after all: wait for them, then look once more, and put back what
 * they did.
 */
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
  await findCreated(
    doubtful.map((verdict) => verdict.item),
    context,
  );
  const again = await undoPass(
    doubtful.map((verdict) => verdict.item),
    { pass: 1, written: new Set(), context },
  );
  const changed = new Map(
    again.filter((verdict) => verdict.state === 'waiting').map((verdict) => [verdict.item.change, verdict]),
  );
  return settled.filter((verdict) => changed.has(verdict.item.change));
}
