import type { Fault } from './fault.js';
import { freezeOwners } from './owners.js';
import { pickInstances } from './pick.js';

/**
 * Takes instances off the network one by one: each is moved into a security group without rules. The instances go on
 * running, and their groups do not replace them meanwhile.
 */
export const instanceIsolate: Fault = {
  name: 'instance-isolate',
  title: 'Instances lose their network',
  does: [
    'Moves the drawn instances into a security group without rules, and keeps their groups from replacing',
    'them.',
  ].join(' '),
  fidelity: 'a tracked connection may go on until it is idle; DNS to the VPC resolver and instance metadata go on',
  scopes: ['instance', 'az'],
  params: {},
  attributes: ['asg.suspendedProcesses', 'securityGroup.exists', 'instance.securityGroups'],
  irreversible: [],
  changes: (request) => {
    const { chosen, drawn, passedOver } = pickInstances(request);
    const several = chosen.filter((instance) => instance.interfaces > 1);
    const single = chosen.filter((instance) => instance.interfaces <= 1 && instance.vpc !== undefined);
    const alone = single.filter((instance) => instance.securityGroups.length > 0);
    const groupless = single.filter((instance) => instance.securityGroups.length === 0);
    const places = new Map(alone.map(({ region, vpc = '' }) => [aloneHandle(vpc), { region, vpc }]));
    return {
      drawn,
      leftAlone: [
        ...passedOver,
        ...several.map(({ id }) => ({ what: id, why: 'has several network interfaces, each with its own groups' })),
        // AWS has no instance without a group, and no call that would bring that back
        ...groupless.map(({ id }) => ({ what: id, why: 'is in no security group that it could be put back into' })),
      ],
      changes: [
        ...freezeOwners(alone, request),
        ...[...places].map(([handle, { region, vpc }]) => ({
          kind: 'reversible' as const,
          attribute: 'securityGroup.exists' as const,
          resource: { type: 'security-group' as const, region, id: handle },
          before: null,
          after: { vpc },
        })),
        ...alone.map((instance) => ({
          kind: 'reversible' as const,
          attribute: 'instance.securityGroups' as const,
          resource: { type: 'instance' as const, region: instance.region, id: instance.id, zone: instance.zone },
          before: [...instance.securityGroups],
          after: { $created: aloneHandle(instance.vpc ?? '') },
        })),
      ],
    };
  },
};

function aloneHandle(vpc: string): string {
  return `alone-${vpc}`;
}
