import type { Gate } from '../../model/plan.js';
import type { Movable } from '../shift.js';
import { gate, type GateRequest } from './gate.js';

/** Whether traffic can be moved at all, and has somewhere to go: asked where the method shifts it. */
export function trafficGates({ movable }: GateRequest): readonly Gate[] {
  if (!movable) return [];
  return [
    gate({
      name: 'records',
      code: 'EMPTY_TARGET',
      passed: movable.records.length + movable.primaries.length > 0,
      message: canMove(movable),
      fix: 'records are matched by a region in their target or set identifier; check blastRadius.select.domains',
    }),
    gate({
      name: 'survivors',
      code: 'REFUSED',
      passed: movable.stranded.length === 0,
      message:
        movable.stranded.length === 0
          ? 'every name has a survivor that answers'
          : `no survivor answers for ${movable.stranded.join(', ')}`,
      fix: 'give the name a weighted record, or the secondary of a failover pair, in a surviving region first',
    }),
  ];
}

function canMove({ records, primaries }: Movable): string {
  const kinds = [
    ...(records.length > 0 ? [`${records.length} weighted records can be shifted`] : []),
    ...(primaries.length > 0 ? [`${primaries.length} primaries can be failed over`] : []),
  ];
  return kinds.length > 0 ? kinds.join(', ') : 'no weighted record and no primary sends traffic to the region';
}
