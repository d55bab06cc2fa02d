import type { Fault } from './fault.js';
import { pickInstances } from './pick.js';

/** Restarts instances where they are: what runs on them is cut off, and comes back by itself. */
export const instanceReboot: Fault = {
  name: 'instance-reboot',
  title: 'Instances reboot',
  does: 'Reboots the drawn instances.',
  fidelity: 'AWS asks the system to shut down in order, and only cuts the power after four minutes',
  scopes: ['instance'],
  params: {},
  attributes: [],
  irreversible: ['instance.reboot'],
  changes: (request) => {
    const { chosen, passedOver } = pickInstances(request);
    return {
      leftAlone: passedOver,
      changes: chosen.map((instance) => ({
        kind: 'irreversible' as const,
        attribute: 'instance.reboot' as const,
        resource: { type: 'instance' as const, region: instance.region, id: instance.id, zone: instance.zone },
        loses: `what runs on ${instance.id}${instance.group ? ` of group ${instance.group}` : ''}`,
      })),
    };
  },
};
