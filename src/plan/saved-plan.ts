import { formatDuration } from '../model/duration.js';
import { KongError, messageOf } from '../model/errors.js';
import type { Plan, SavedAs } from '../model/plan.js';
import { fingerprintOf } from './fingerprint.js';
import { isPlan } from './plan-shape.js';

/** How long a plan may be drilled when nothing else is said: 24 hours. */
export const PLAN_VALID_MS = 24 * 3_600_000;

/** The longest that may be asked for: 30 days. */
const LONGEST_VALID_MS = 30 * PLAN_VALID_MS;

/** A plan that was given its life: it can be drilled once, from a file. */
export type SavedPlan = Plan & { readonly saved: SavedAs };

/** How a plan is saved. */
export interface SaveRequest extends Omit<SavedAs, 'savedAt' | 'expiresAt'> {
  /** The machine's own time, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Milliseconds, above 0 and at most 30 days. */
  readonly validMs: number;
}

/**
 * A plan with an id and an end, its fingerprint over all of it.
 *
 * @throws KongError BAD_ARGUMENT for a time that is none
 */
export function asSaved(plan: Plan, { nowMs, validMs, ...rest }: SaveRequest): SavedPlan {
  if (!(validMs > 0) || validMs > LONGEST_VALID_MS) {
    throw new KongError('BAD_ARGUMENT', `a plan can't be valid for ${formatDuration(validMs)}`, {
      fix: 'more than 0, and at most 720h: --expires 2h',
    });
  }
  const iso = (ms: number): string => new Date(ms).toISOString();
  const saved: SavedAs = { ...rest, savedAt: iso(nowMs), expiresAt: iso(nowMs + validMs) };
  return { ...plan, saved, fingerprint: fingerprintOf({ ...plan, saved }) };
}

/**
 * A plan that `kong plan` wrote. Its fingerprint must fit: what is applied is what was reviewed. It vouches against
 * mistakes; it is no signature, and who may edit a plan may run kong.
 *
 * @throws KongError BAD_PLAN
 */
export function parseSavedPlan(text: string, file: string): SavedPlan {
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
  if (!isSaved(value)) {
    throw new KongError('BAD_PLAN', `${file} is the plan of a run, and not one that was saved for a drill`, {
      fix: '`kong plan TARGET --out FILE` makes one',
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

/** The id names a file, so it must be one that kong makes, whatever the fingerprint says. */
function isSaved(plan: Plan): plan is SavedPlan {
  const { saved } = plan;
  return (
    typeof saved === 'object' &&
    /^[A-Za-z0-9-]{1,100}$/.test(saved.id) &&
    !Number.isNaN(Date.parse(saved.expiresAt)) &&
    Array.isArray(saved.set)
  );
}
