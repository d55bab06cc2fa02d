import { attributeKey } from './change.js';
import { restoreNameOf } from './experiment.js';
import type { PlannedStep } from './plan.js';

/**
 * What a restore puts back, by attribute: all that its fault set, but for what something else that still stands set
 * too. That goes back with the last of them: a group that two faults froze is not to heal while one of them goes on.
 */
export function restoredBy(restore: PlannedStep, all: readonly PlannedStep[]): ReadonlySet<string> {
  const { step } = restore;
  if (step.kind !== 'restore') return new Set();
  const before = all.slice(0, all.indexOf(restore));
  const held = new Set(before.filter((one, at) => isStanding(one, at, before, step.what)).flatMap(attributesOf));
  const own = before.filter((one) => restoreNameOf(one.step) === step.what).flatMap(attributesOf);
  return new Set(own.filter((key) => !held.has(key)));
}

/** Whether something else was done, and has not been restored since. */
function isStanding({ step }: PlannedStep, at: number, before: readonly PlannedStep[], what: string): boolean {
  const name = restoreNameOf(step);
  if (name === what) return false;
  return !before.some((later, place) => place > at && later.step.kind === 'restore' && later.step.what === name);
}

function attributesOf({ batches }: PlannedStep): readonly string[] {
  return batches.flat().flatMap((change) => (change.kind === 'reversible' ? [attributeKey(change)] : []));
}
