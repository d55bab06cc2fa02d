import { KongError, messageOf } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import { fingerprintOf } from './fingerprint.js';

/**
 * A plan that `kong plan --out` wrote. Its fingerprint must fit: what is applied is what was reviewed.
 *
 * @throws KongError BAD_PLAN
 */
export function parseSavedPlan(text: string, file: string): Plan {
  const value = parse(text, file);
  if (!isPlan(value))
    throw new KongError('BAD_PLAN', `${file} is not a plan that kong wrote`, {
      fix: '`kong plan TARGET --out FILE` makes one',
    });
  let fingerprint: string;
  try {
    fingerprint = fingerprintOf(value);
  } catch (cause) {
    throw new KongError('BAD_PLAN', `${file} is not a whole plan: ${messageOf(cause)}`, {
      cause,
      fix: 'make the plan anew',
    });
  }
  if (fingerprint !== value.fingerprint) {
    throw new KongError('BAD_PLAN', `${file} was changed after kong wrote it`, {
      fix: 'make the plan anew, and edit the experiment instead',
    });
  }
  return value;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KongError('BAD_PLAN', `${file} is not JSON: ${messageOf(cause)}`, {
      cause,
      fix: '`kong plan TARGET --out FILE` makes a plan',
    });
  }
}

/** The fingerprint vouches for the rest against mistakes; it is no signature, and who may edit a plan may run kong. */
function isPlan(value: unknown): value is Plan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 'kong/plan/v1' &&
    'fingerprint' in value &&
    typeof value.fingerprint === 'string' &&
    'steps' in value &&
    Array.isArray(value.steps) &&
    'experiment' in value &&
    typeof value.experiment === 'object'
  );
}
