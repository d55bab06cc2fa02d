import { actOnPicked } from './act-on-picked.js';
import type { Fault } from './fault.js';

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
  changes: (request) =>
    actOnPicked(
      request,
      'instance.terminate',
      ({ id, group }) => `${id}${group ? ` of group ${group}` : ', which no group replaces'}`,
    ),
};
