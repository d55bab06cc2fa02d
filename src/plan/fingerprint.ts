import { createHash } from 'node:crypto';
import { canonical, parseJson } from '../model/json.js';
import type { Plan } from '../model/plan.js';

/** A digest of a plan without its fingerprint: a saved plan that was edited, gates and all, does not match its own. */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  const text = canonical(parseJson(JSON.stringify({ ...plan, fingerprint: '' })));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
