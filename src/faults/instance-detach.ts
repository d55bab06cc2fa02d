import { targetId } from '../changes/target-name.js';
import type { Fault } from './fault.js';
import { pickInstances } from './pick.js';

/** Takes instances away from their load balancers: they run and are healthy, and nobody is sent to them. */
export const instanceDetach: Fault = {
  name: 'instance-detach',
  title: 'Instances leave their load balancers',
  does: 'Deregisters the drawn instances from every target group that they are in.',
  fidelity: 'connections that are open are drained; callers that do not go through the load balancer are not affected',
  scopes: ['instance', 'az'],
  params: {},
  attributes: ['target.registered'],
  irreversible: [],
  needs: ['targets'],
  changes: (request) => {
    const { chosen, drawn, passedOver } = pickInstances(request);
    const registrations = request.inventory.regions.flatMap((one) => one.targets ?? []);
    const of = (id: string): typeof registrations => registrations.filter((target) => target.instance === id);
    return {
      drawn,
      leftAlone: [
        ...passedOver,
        ...chosen
          .filter(({ id }) => of(id).length === 0)
          .map(({ id }) => ({ what: id, why: 'is registered with no load balancer' })),
      ],
      changes: chosen.flatMap((instance) =>
        of(instance.id).map((target) => ({
          kind: 'reversible' as const,
          attribute: 'target.registered' as const,
          resource: {
            type: 'target' as const,
            region: instance.region,
            id: targetId(target),
            zone: instance.zone,
            name: `${instance.id} in ${target.name}`,
          },
          before: true,
          after: false,
        })),
      ),
    };
  },
};
