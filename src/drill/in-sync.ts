import type { WriteOutcome } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import type { AttributeKind } from '../model/change.js';
import { KongError, messageOf } from '../model/errors.js';
import { readContext, type RunContext } from './context.js';

/**
 * How long a change of DNS may be on its way to Route 53's own servers: it says 60 seconds, as a rule.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
 */
const INJECTED_MS = 120_000;
const PUT_BACK_MS = 60_000;
/** A propagation takes some ten seconds, and Route 53 answers five calls a second for a whole account. */
const ASK_EVERY_MS = 5_000;

/** Remembers what a write said is on its way. */
export function notePending(attribute: AttributeKind, outcomes: readonly WriteOutcome[], context: RunContext): void {
  for (const outcome of outcomes) {
    if (outcome.ok && outcome.pending !== undefined) context.pending.set(outcome.pending, attribute);
  }
}

/**
 * Waits until all that was injected has reached everybody: until then a shift has not happened.
 *
 * @throws Cancelled when the signal fires
 * @throws KongError NOT_VERIFIED where it takes too long, and what the service says where it can't be asked
 */
export async function awaitInSync(context: RunContext, signal: AbortSignal): Promise<void> {
  const late = await stillPending(context, INJECTED_MS, signal);
  if (late.length === 0) return;
  if (context.onLate) {
    context.pending.clear();
    return context.onLate(`${lateText(late)} within ${INJECTED_MS / 1_000}s`);
  }
  throw new KongError('NOT_VERIFIED', `${lateText(late)} within ${INJECTED_MS / 1_000}s`, {
    fix: 'look at the health of Route 53, then drill again',
  });
}

/**
 * Waits, after an undo, until what was put back has reached everybody. Nothing could be done about it, so it is told
 * and does not fail.
 */
export async function awaitPutBack(context: RunContext): Promise<void> {
  try {
    const late = await stillPending(context, PUT_BACK_MS);
    if (late.length > 0) {
      const message = `everything is written back, but ${lateText(late)} within ${PUT_BACK_MS / 1_000}s: it will be by itself`;
      context.emit({ type: 'warning', message });
    }
  } catch (error) {
    const message = `everything is written back; whether it has reached resolvers is not known: ${messageOf(error)}`;
    context.emit({ type: 'warning', message });
  }
}

function lateText(late: readonly string[]): string {
  return `Route 53 was not in sync about ${late.join(', ')}`;
}

async function stillPending(context: RunContext, withinMs: number, signal?: AbortSignal): Promise<readonly string[]> {
  const { clock, pending } = context;
  const deadlineMs = clock.now() + withinMs;
  while (pending.size > 0 && clock.now() < deadlineMs) {
    await clock.sleep(ASK_EVERY_MS, signal);
    await askAgain(context);
  }
  return [...pending.keys()];
}

async function askAgain(context: RunContext): Promise<void> {
  const { pending } = context;
  for (const attribute of new Set(pending.values())) {
    const asked = [...pending].filter(([, own]) => own === attribute).map(([id]) => id);
    const open = (await driverOf(attribute).stillPending?.(asked, readContext(context))) ?? [];
    for (const id of asked) if (!open.includes(id)) pending.delete(id);
  }
}
