import type { BeginEntry } from '../model/journal.js';
import { overridesOf, type Plan } from '../model/plan.js';

/** What a person decided about a run, for its journal: the gates passed by name, and the saved plan. */
export function decidedOf(plan: Plan): Pick<BeginEntry, 'overrides' | 'plan'> {
  const overrides = overridesOf(plan);
  return {
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(plan.saved === undefined ? {} : { plan: plan.saved.id }),
  };
}
