import { permitFor } from '../aws/guard.js';
import { resolved, type Relation, type Write } from '../changes/driver.js';
import { terminateInstance } from '../changes/instance-terminate.js';
import { driverOf } from '../changes/registry.js';
import { attributeKey, type AnyChange, type Change } from '../model/change.js';
import { KongError, messageOf } from '../model/errors.js';
import { sameJson } from '../model/json.js';
import { resourceKey } from '../model/resource.js';
import { readContext, untilCancelled, type RunContext } from './context.js';
import { batchesOf, stagesOf } from './stages.js';

/** How long reads may lag behind writes before an injected change counts as not having taken hold. */
const TAKES_HOLD_MS = 60_000;
const READ_AGAIN_MS = 1_000;

/** What of a run's plan is being applied, for the counters on the screen. */
export interface Progress {
  readonly title: string;
  readonly of: number;
}

/**
 * Applies changes: journal, call, and at the end a read that proves that each of them took hold.
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
  let done = 0;
  for (const stage of stagesOf(changes)) {
    await untilCancelled(applyStage(stage, context, signal), signal, context.inFlight);
    done += stage.length;
    context.emit({ type: 'changes', direction: 'apply', done, of: progress.of, title: progress.title });
  }
  await untilCancelled(
    verifyApplied(
      changes.filter((change) => change.kind === 'reversible'),
      context,
      signal,
    ),
    signal,
    context.inFlight,
  );
}

async function applyStage(stage: readonly AnyChange[], context: RunContext, signal: AbortSignal): Promise<void> {
  const reversible = stage.filter((change) => change.kind === 'reversible');
  const [first] = reversible;
  if (first) {
    const journaled = context.journal.intend(reversible);
    const write = { ...readContext(context), permit: permitFor(journaled, signal), expiresAt: context.expiresAt };
    const outcomes = await Promise.all(
      batchesOf(first.attribute, reversible).map((batch) => driverOf(first.attribute).write(batch.map(toWrite), write)),
    );
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
    await terminateInstance(change, context.cloud, permit);
    context.journal.done(change.id);
  }
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
    {
      fix: 'look whether something else manages these resources',
    },
  );
}

function lastOfEach(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [attributeKey(change), change])).values()];
}

async function notYet(changes: readonly Change[], context: RunContext): Promise<readonly Change[]> {
  const kept = await Promise.all(
    stagesOf([...changes].sort((a, b) => (a.attribute < b.attribute ? -1 : 1))).map(async (stage) => {
      const [first] = stage;
      if (!first) return [];
      const driver = driverOf(first.attribute);
      const current = await driver.readMany(
        stage.map((change) => change.resource),
        readContext(context),
      );
      return stage.filter((change) => {
        const value = current.get(change.resource.id);
        if (value === undefined) return true;
        return !hasTakenHold(
          change,
          driver.relate({ before: change.before, ours: [resolved(change.after, context.created)] }, value),
        );
      });
    }),
  );
  return kept.flat();
}

/**
 * On its way is enough (an instance that is stopping serves nobody); the last step of a return sets what was there
 * before the drill.
 */
function hasTakenHold(change: Change, relation: Relation): boolean {
  if (relation === 'before') return sameJson(change.before, change.after);
  return relation === 'after' || relation === 'moving';
}
