import type { FaultSpec } from '../experiment/known.js';
import { canFis } from '../faults/fis-parts.js';
import { FAULTS } from '../faults/registry.js';

/** The faults as the experiment parser checks them. */
export function knownFaults(): readonly FaultSpec[] {
  return FAULTS.map((fault) => ({
    name: fault.name,
    scopes: fault.scopes,
    params: fault.params,
    afterShift: fault.afterShift ?? false,
    exactlyOne: fault.exactlyOne ?? [],
    lasting: fault.attributes.length > 0,
    different: fault.different ?? [],
    needsFisRole: (params) => fault.needsFisRole?.(params) === true,
    byFis: canFis(fault),
  }));
}
