import type { Step } from '../model/experiment.js';
import { waitMs } from './forecast.js';

/** How long a step that changes something may take beside its waits: reads have to show it by then. */
const STEP_MS = 60_000;
/** Where the experiment sets no limit to its rollback. */
const ROLLBACK_MS = 60_000;

/**
 * The longest that a fault may be there: from its step to its restore, or to the end of the method, with the time that
 * the steps between may take and a rollback; in whole seconds. What ends by itself ends then.
 */
export function lastsSeconds(method: readonly Step[], index: number, rollbackWithinMs: number | undefined): number {
  // its restore takes the time of a rollback
  const own = whileThere(method, index);
  const ms = own.reduce((total, one) => total + waitMs(one) + changesMs(one), 0) + (rollbackWithinMs ?? ROLLBACK_MS);
  return Math.ceil(ms / 1_000);
}

/** The shortest that a fault is meant to be there: the waits until its restore, or to the end; in milliseconds. */
export function meantMs(method: readonly Step[], index: number): number {
  return whileThere(method, index).reduce((total, one) => total + waitMs(one), 0);
}

/** A fault's own step, and those before its restore. */
function whileThere(method: readonly Step[], index: number): readonly Step[] {
  const step = method[index];
  const name = step?.kind === 'fault' ? step.fault : '';
  const later = method.slice(index + 1);
  const restored = later.findIndex((one) => one.kind === 'restore' && one.what === name);
  return [...(step ? [step] : []), ...(restored < 0 ? later : later.slice(0, restored))];
}

/** A ramp changes something with each of its steps. */
function changesMs(step: Step): number {
  if (step.kind === 'hold') return 0;
  return STEP_MS * ('steps' in step ? step.steps.length : 1);
}
