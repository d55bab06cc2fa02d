import { createHash } from 'node:crypto';
import { canonical, parseJson } from '../model/json.js';
import type { Plan } from '../model/plan.js';

/** A digest of what a plan would do: a saved plan whose changes or experiment were edited does not match its own. */
export function fingerprintOf(plan: Pick<Plan, 'experiment' | 'steps' | 'account' | 'on'>): string {
  const text = canonical(parseJson(JSON.stringify([plan.on, plan.account, plan.experiment, plan.steps])));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
