import type { AttributeNote, RunEventBody } from '../model/run.js';
import type { Touched } from './attributes.js';
import type { RunContext } from './context.js';
import { Doubt } from './undo-doubt.js';
import { findCreated, undoPass } from './undo-pass.js';
import { howOf, isConflict, isMoving, toNote, verdictOf, type Verdict } from './undo-verdict.js';

/** What an undo achieved, proven by reading. */
export interface UndoReport {
  /** Attributes that read as before now and did not when it began, or that were put back on suspicion. */
  readonly restored: number;
  /** Attributes that read as before already. */
  readonly already: number;
  readonly conflicts: readonly AttributeNote[];
  readonly remaining: readonly AttributeNote[];
}

/** Before an undo, or where there was nothing to undo. */
export const NOTHING_UNDONE: UndoReport = { restored: 0, already: 0, conflicts: [], remaining: [] };

/** How long what could not be put back is tried again: longer than a minute's loss of the network. */
const PATIENCE_MS = 90_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** A stopping instance takes minutes at times; it can only be started when it has stopped. */
const MOVING_MS = 10 * 60_000;

/**
 * Puts attributes back, last touched first, except that traffic returns late: members are not sent to what is still
 * broken, and keep the capacity that was made for them until they have left it.
 *
 * Reads before it writes, goes on after an error, tries again, and believes only what it reads in the end, once no
 * call can contradict it any more. Never throws for what AWS says: what could not be put back is in `remaining`.
 */
export async function undo(items: readonly Touched[], title: string, context: RunContext): Promise<UndoReport> {
  const open = new Map(items.filter((item) => !item.undone).map((item) => [item.change, item]));
  const total = open.size;
  const settled: Verdict[] = [];
  const notes = new Map<string, Verdict>();
  const doubt = new Doubt(context);
  const startedAt = context.clock.now();
  // what is about to be overwritten need not arrive
  context.pending.clear();
  for (let pass = 0; open.size > 0; pass++) {
    await findCreated([...open.values()], context);
    const verdicts = await undoPass([...open.values()], doubt, context);
    for (const verdict of verdicts) {
      notes.set(verdict.item.change, verdict);
      if (verdict.state === 'waiting') continue;
      open.delete(verdict.item.change);
      settled.push(verdict);
    }
    context.emit({ type: 'changes', direction: 'undo', done: total - open.size, of: total, title });
    if (open.size === 0 || isHopeless(verdicts, context.clock.now() - startedAt)) break;
    await context.clock.sleep(waitAfter(pass));
  }
  context.journal.undone(
    settled.map((verdict) => ({ change: verdict.item.change, how: howOf(verdict, doubt.written) })),
  );
  const restored = settled.filter((verdict) => verdict.state === 'restored');
  return {
    restored: restored.filter((verdict) => doubt.written.has(verdict.item.change)).length,
    already: restored.filter((verdict) => !doubt.written.has(verdict.item.change)).length,
    conflicts: [...leftAlone(items), ...settled].filter((verdict) => isConflict(verdict)).map(toNote),
    remaining: [...open.keys()].flatMap((change) => notes.get(change) ?? []).map(toNote),
  };
}

/** What an earlier undo of the same run, a step of its method, left alone: it is still to be told. */
function leftAlone(items: readonly Touched[]): readonly Verdict[] {
  return items.flatMap((item) =>
    item.how === 'gone' || item.how === 'foreign' ? [verdictOf(item, item.how)] : [],
  );
}

/** What only needs time gets it, and what waits for that waits as well. */
function isHopeless(verdicts: readonly Verdict[], passedMs: number): boolean {
  return passedMs >= (verdicts.some(isMoving) ? MOVING_MS : PATIENCE_MS);
}

function waitAfter(pass: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** pass);
}

/** How an undo is told as it ends. */
export function restoredEvent({ restored, already, conflicts, remaining }: UndoReport): RunEventBody {
  const left = { conflicts: conflicts.length, remaining: remaining.length };
  return { type: 'restored', restored: restored + already, ...left };
}
