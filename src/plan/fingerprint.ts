import { createHash } from 'node:crypto';
import { canonical, parseJson } from '../model/json.js';
import type { Plan } from '../model/plan.js';

/** A digest of a plan without its fingerprint: a saved plan that was edited, gates and all, does not match its own. */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  return digestOf({ ...plan, fingerprint: '' });
}

/** A digest of plain data, whatever the order of its keys: 32 hexadecimal digits. */
export function digestOf(data: object): string {
  return createHash('sha256').update(canonical(parseJson(JSON.stringify(data)))).digest('hex').slice(0, 32);
}
