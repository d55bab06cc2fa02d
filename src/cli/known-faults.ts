import type { FaultSpec } from '../experiment/known.js';
import { FAULTS } from '../faults/registry.js';

/** The faults as the experiment parser checks them. */
export function knownFaults(): readonly FaultSpec[] {
  return FAULTS.map(({ name, scopes, params, afterShift = false }) => ({
    name,
    scopes,
    params,
    afterShift,
  }));
}
