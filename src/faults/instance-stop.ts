import type { Fault } from './fault.js';
import { freezeOwners } from './owners.js';
import { pickInstances } from './pick.js';

/**
 * Stops instances, and starts them again at the end. Their groups do not replace them meanwhile: a replaced instance
 * could not be brought back.
 */
export const instanceStop: Fault = {
  name: 'instance-stop',
  title: 'Instances stop',
  does: [
    'Stops the drawn instances and keeps their groups from replacing them; they are started again at the',
    'end.',
  ].join(' '),
  fidelity: 'the system shuts down in order; instance-store data is lost; a public address that is not elastic changes',
  scopes: ['instance', 'az', 'region'],
  params: {},
  attributes: ['asg.suspendedProcesses', 'instance.state'],
  irreversible: [],
  changes: (request) => {
    const { chosen, drawn, passedOver } = pickInstances(request);
    return {
      drawn,
      leftAlone: passedOver,
      changes: [
        ...freezeOwners(chosen, request),
        ...chosen.map((instance) => ({
          kind: 'reversible' as const,
          attribute: 'instance.state' as const,
          resource: { type: 'instance' as const, region: instance.region, id: instance.id, zone: instance.zone },
          before: 'running',
          after: 'stopped',
        })),
      ],
    };
  },
};
