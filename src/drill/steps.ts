import { driverOf } from '../changes/registry.js';
import { waitMs } from '../plan/forecast.js';
import { restoredBy } from '../model/restored.js';
import { attributeKey } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Step } from '../model/experiment.js';
import type { PlannedStep } from '../model/plan.js';
import { applyChanges } from './apply.js';
import { touchedAttributes, type Touched } from './attributes.js';
import type { RunContext } from './context.js';
import { undo } from './undo.js';

/** A step of a plan and the steps around it: a restore has to know what its fault changed. */
export interface StepRequest {
  readonly planned: PlannedStep;
  readonly all: readonly PlannedStep[];
  readonly context: RunContext;
  readonly signal: AbortSignal;
  /** Keeps the traffic of an escape out. */
  readonly stay: (step: Extract<Step, { kind: 'stay' }>) => Promise<void>;
}

/**
 * Carries out one step of the method.
 *
 * @throws Cancelled when the signal fires; a restore goes on to its end all the same
 */
export async function runStep({ planned, all, context, signal, stay }: StepRequest): Promise<void> {
  const { step } = planned;
  switch (step.kind) {
    case 'observe':
    case 'hold':
      await begin(planned, context, signal);
      return context.clock.sleep(waitMs(step), signal);
    case 'stay':
      return stay(step);
    case 'restore':
      return restore(step.what, restoredBy(planned, all), context);
    case 'prewarm':
    case 'fault':
    case 'switch':
    case 'isolate':
      return inOrder(planned, context, signal);
    case 'shift':
    case 'return':
      return ramp(planned, step, context, signal);
  }
}

/** Each batch has taken hold before the next begins: what is only rehearsed is proven before anything is changed. */
async function inOrder({ batches, title }: PlannedStep, context: RunContext, signal: AbortSignal): Promise<void> {
  for (const batch of batches.length > 0 ? batches : [[]]) {
    await applyChanges(batch, { title, of: batch.length }, context, signal);
  }
}

/** Step by step, and within each tier by tier: the next one moves once the one before is in sync. */
async function ramp(
  { batches, title }: PlannedStep,
  { steps, everyMs, tiers = [[]] }: Extract<Step, { kind: 'shift' | 'return' }>,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, batch] of batches.entries()) {
    const step = Math.floor(index / tiers.length);
    const tier = index % tiers.length;
    if (index > 0 && tier === 0) await context.clock.sleep(everyMs, signal);
    const which = tiers.length > 1 ? `, tier ${tier + 1} of ${tiers.length}` : '';
    const progress = { title: `${title}, ${step + 1} of ${steps.length}${which}`, of: batch.length };
    await applyChanges(batch, progress, context, signal);
  }
}

/** What is made at the beginning of a wait: markers. */
async function begin({ batches, title }: PlannedStep, context: RunContext, signal: AbortSignal): Promise<void> {
  const changes = batches.flat();
  if (changes.length > 0) await applyChanges(changes, { title, of: changes.length }, context, signal);
}

async function restore(what: string, own: ReadonlySet<string>, context: RunContext): Promise<void> {
  const touched = touchedAttributes(context.journal.entries).filter((item) => !item.undone);
  const isOwn = (item: Touched): boolean => own.has(attributeKey(item));
  const goesOn = touched.some((item) => !isOwn(item));
  // what was created carries the tags that tell how to undo the rest: the rollback takes it away at the end
  const mine = touched.filter((item) => isOwn(item) && !(goesOn && driverOf(item.attribute).role === 'made'));
  const report = await undo(mine, `restore ${what}`, context);
  if (report.remaining.length === 0) return;
  throw new KongError('NOT_VERIFIED', `${report.remaining.length} changes of ${what} could not be put back`, {
    fix: 'the rollback tries again',
  });
}
