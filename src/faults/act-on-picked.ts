import type { IrreversibleKind } from '../model/change.js';
import type { FaultChanges, FaultRequest } from './fault.js';
import { pickInstances, type Picked } from './pick.js';

/** Draws instances and does something to each that can't be undone. `loses` says what is lost with one of them. */
export function actOnPicked(
  request: FaultRequest,
  attribute: IrreversibleKind,
  loses: (instance: Picked['chosen'][number]) => string,
): FaultChanges {
  const { chosen, drawn, passedOver } = pickInstances(request);
  return {
    drawn,
    leftAlone: passedOver,
    changes: chosen.map((instance) => ({
      kind: 'irreversible',
      attribute,
      resource: { type: 'instance', region: instance.region, id: instance.id, zone: instance.zone },
      loses: loses(instance),
    })),
  };
}
