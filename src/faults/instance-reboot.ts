import { actOnPicked } from './act-on-picked.js';
import type { Fault } from './fault.js';

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
  changes: (request) =>
    actOnPicked(
      request,
      'instance.reboot',
      ({ id, group }) => `what runs on ${id}${group ? ` of group ${group}` : ''}`,
    ),
};
