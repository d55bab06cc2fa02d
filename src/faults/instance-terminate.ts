import type { Fault } from './fault.js';
import { pickInstances } from './pick.js';

/** Chaos Monkey's own: ends instances for good, to see whether their group replaces them before anyone notices. */
export const instanceTerminate: Fault = {
  name: 'instance-terminate',
  title: 'Instances are terminated',
  does: 'Terminates the drawn instances. Their groups are expected to replace them.',
  fidelity: 'the instance and its instance-store data are gone for good; an orderly shutdown, not a power cut',
  scopes: ['instance'],
  params: {},
  attributes: [],
  irreversible: ['instance.terminate'],
  changes: (request) => {
    const { chosen, passedOver } = pickInstances(request);
    return {
      leftAlone: passedOver,
      changes: chosen.map((instance) => ({
        kind: 'irreversible' as const,
        attribute: 'instance.terminate' as const,
        resource: { type: 'instance' as const, region: instance.region, id: instance.id, zone: instance.zone },
        loses: `${instance.id}${instance.group ? ` of group ${instance.group}` : ', which no group replaces'}`,
      })),
    };
  },
};
