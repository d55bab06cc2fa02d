import { permitFor } from '../aws/guard.js';
import {
  readAttributes,
  resolved,
  type Relation,
  type Write,
  type WriteContext,
  type WriteOutcome,
} from '../changes/driver.js';
import { actIrreversibly } from '../changes/irreversible.js';
import type { Look } from '../changes/look.js';
import { driverOf } from '../changes/registry.js';
import { batchesOf, stagesOf } from '../changes/stages.js';
import { attributeKey, type AnyChange, type AttributeKind, type Change } from '../model/change.js';
import { KongError, messageOf } from '../model/errors.js';
import { sameJson } from '../model/json.js';
import { resourceKey } from '../model/resource.js';
import { touchedAttributes } from './attributes.js';
import { standingsOf } from './standing.js';
import { readContext, untilCancelled, type RunContext } from './context.js';
import { awaitInSync, notePending } from './in-sync.js';

/** How long reads may lag behind writes before an injected change counts as not having taken hold. */
const TAKES_HOLD_MS = 60_000;
const READ_AGAIN_MS = 1_000;
/** Reads may lag so far behind writes: one that is no older tells no less than one of now. */
const PLAN_IS_FRESH_MS = 10_000;

/** What of a run's plan is being applied, for the counters on the screen. */
export interface Progress {
  readonly title: string;
  readonly of: number;
}

/**
 * Applies changes: journal, call, and at the end a read that proves that each of them took hold, everywhere.
 *
 * @throws Cancelled when the signal fires: nothing more is sent; what was on its way is in `context.inFlight`
 * @throws KongError the first failure, or NOT_VERIFIED
 */
export async function applyChanges(
  changes: readonly AnyChange[],
  progress: Progress,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  const reversible = changes.filter((change) => change.kind === 'reversible');
  let done = 0;
  for (const stage of stagesOf(changes)) {
    await untilCancelled(applyStage(stage, context, signal), signal, context.inFlight);
    done += stage.length;
    context.emit({ type: 'changes', direction: 'apply', done, of: progress.of, title: progress.title });
  }
  await untilCancelled(verifyApplied(reversible, context, signal), signal, context.inFlight);
  context.journal.tookHold(reversible);
  await awaitInSync(context, signal);
}

async function applyStage(stage: readonly AnyChange[], context: RunContext, signal: AbortSignal): Promise<void> {
  const reversible = stage.filter((change) => change.kind === 'reversible');
  const [first] = reversible;
  if (first) {
    const look = { resources: reversible.map((change) => change.resource) };
    await assertUntouched(first.attribute, reversible, { context, look });
    const journaled = context.journal.intend(reversible);
    const { expiresAt, undoTags } = context;
    const write = { ...readContext(context, look), permit: permitFor(journaled, signal), expiresAt, undoTags };
    const outcomes = await Promise.all(
      batchesOf(first.attribute, reversible).map((batch) => writeBatch(first.attribute, batch.map(toWrite), write)),
    );
    notePending(first.attribute, outcomes.flat(), context);
    for (const outcome of outcomes.flat()) {
      if (!outcome.ok) continue;
      if (outcome.created !== undefined) remember(reversible, outcome.change, outcome.created, context);
      context.journal.done(outcome.change, outcome.created);
    }
    const failed = outcomes.flat().filter((outcome) => !outcome.ok);
    failed.forEach((outcome) => context.journal.failed(outcome.change, messageOf(outcome.error)));
    if (failed[0]) throw failed[0].error;
  }
  for (const change of stage) {
    if (change.kind !== 'irreversible') continue;
    const permit = permitFor(context.journal.intendIrreversible(change), signal);
    try {
      await actIrreversibly(change, { cloud: context.cloud, permit, clock: context.clock });
    } catch (error) {
      // without an answer it may have been done: that is left open
      if (error instanceof KongError && !error.unanswered) context.journal.failed(change.id, error.message);
      throw error;
    }
    context.journal.done(change.id);
  }
}

/** A batch that can't even be tried must not keep the drill from waiting for the others' answers. */
async function writeBatch(
  attribute: AttributeKind,
  writes: readonly Write[],
  context: WriteContext,
): Promise<readonly WriteOutcome[]> {
  try {
    return await driverOf(attribute).write(writes, context);
  } catch (error) {
    return writes.map(({ change }) => ({ change, ok: false as const, error }));
  }
}

/**
 * Refuses to overwrite what someone else set since the plan was made, or since the step before: it could not be put
 * back. What autoscaling moves is its own business.
 */
async function assertUntouched(
  attribute: AttributeKind,
  changes: readonly Change[],
  { context, look }: { readonly context: RunContext; readonly look: Look },
): Promise<void> {
  const driver = driverOf(attribute);
  if (driver.foreign === 'leave') return;
  const touched = new Map(
    touchedAttributes(context.journal.entries)
      .filter((item) => !item.undone)
      .map((item) => [attributeKey(item), item]),
  );
  if (isFresh(context) && !changes.some((change) => touched.has(attributeKey(change)))) return;
  const current = await readAttributes(
    driver,
    changes.map((change) => change.resource),
    readContext(context, look),
  );
  for (const change of changes) {
    const known = touched.get(attributeKey(change));
    const ours = (known?.ours ?? [change.after]).map((value) => resolved(value, context.created));
    const now = current.get(resourceKey(change.resource));
    const relation = now === undefined ? 'gone' : driver.relate({ before: change.before, ours }, now);
    if (relation === 'before' || (known && relation === 'after')) continue;
    const what = `${attribute} of ${resourceKey(change.resource)}`;
    throw new KongError(
      'NOT_VERIFIED',
      now === undefined ? `${what} is not there any more` : `${what} is ${JSON.stringify(now)}, set by someone else`,
      { fix: 'find out who changes it, then plan again' },
    );
  }
}

/** Whether the plan's own reading is no older than what a reading of now might still show. */
function isFresh({ clock, plannedAtMs = -Infinity }: RunContext): boolean {
  return clock.now() - plannedAtMs <= PLAN_IS_FRESH_MS;
}

function toWrite(change: Change): Write {
  return {
    change: change.id,
    resource: change.resource,
    before: change.before,
    after: change.after,
    memo: change.memo ?? null,
    to: 'after',
  };
}

function remember(changes: readonly Change[], id: string, created: string, context: RunContext): void {
  const change = changes.find((one) => one.id === id);
  if (change) context.created.set(change.resource.id, created);
}

/** Asks the world, not the answers of the calls: every attribute must read as it was set. */
async function verifyApplied(changes: readonly Change[], context: RunContext, signal: AbortSignal): Promise<void> {
  const deadline = context.clock.now() + TAKES_HOLD_MS;
  let waiting = lastOfEach(changes);
  for (;;) {
    waiting = await notYet(waiting, context);
    if (waiting.length === 0) return;
    if (context.clock.now() >= deadline) break;
    await context.clock.sleep(READ_AGAIN_MS, signal);
  }
  const some = waiting
    .slice(0, 3)
    .map((change) => `${change.attribute} of ${resourceKey(change.resource)}`)
    .join(', ');
  throw new KongError(
    'NOT_VERIFIED',
    `${waiting.length} changes did not take hold within ${TAKES_HOLD_MS / 1_000}s: ${some}`,
    { fix: 'look whether something else manages these resources' },
  );
}

function lastOfEach(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [attributeKey(change), change])).values()];
}

async function notYet(changes: readonly Change[], context: RunContext): Promise<readonly Change[]> {
  const look = { resources: changes.map((change) => change.resource) };
  const kept = await Promise.all(
    stagesOf([...changes].sort((a, b) => (a.attribute < b.attribute ? -1 : 1))).map(async (stage) => {
      const [first] = stage;
      if (!first) return [];
      const driver = driverOf(first.attribute);
      if (driver.standingOf) return stillBeginning(stage, context);
      const current = await readAttributes(
        driver,
        stage.map((change) => change.resource),
        readContext(context, look),
      );
      return stage.filter((change) => {
        const value = current.get(resourceKey(change.resource));
        if (value === undefined) return true;
        assertMayTakeHold(change, driver.failure?.(value));
        return !hasTakenHold(
          change,
          driver.relate({ before: change.before, ours: [resolved(change.after, context.created)] }, value),
        );
      });
    }),
  );
  return kept.flat();
}

/** @throws KongError NOT_VERIFIED where it never will */
function assertMayTakeHold({ attribute, resource }: Change, failure: string | undefined): void {
  if (failure === undefined) return;
  throw new KongError('NOT_VERIFIED', `${attribute} of ${resourceKey(resource)} came to nothing on ${failure}`, {
    fix: 'mend what keeps it from working there, or leave that out of the blast radius',
  });
}

/** What goes on by itself has begun, or is over already; what was ended by something else never took hold. */
async function stillBeginning(stage: readonly Change[], context: RunContext): Promise<readonly Change[]> {
  const standings = await standingsOf(stage, context);
  const broken = standings.flatMap(({ standing }) => (standing.kind === 'broken' ? [standing.why] : []));
  if (broken[0] !== undefined) throw new KongError('NOT_VERIFIED', broken.join('; '));
  const beginning = standings.filter(({ standing }) => standing.kind === 'beginning');
  return stage.filter((change) => beginning.some(({ item }) => item === change));
}

/**
 * On its way is enough (an instance that is stopping serves nobody); the last step of a return sets what was there
 * before the drill.
 */
function hasTakenHold(change: Change, relation: Relation): boolean {
  if (relation === 'before') return sameJson(change.before, change.after);
  return relation === 'after' || relation === 'moving';
}
