import type { Fault, FaultRequest, ProtoChange } from './fault.js';
import { pickInstances } from './pick.js';

/**
 * Takes members of a group out of service without touching them: out of the load balancers, not replaced, the group's
 * capacity less by as many. The gentlest way to lose capacity.
 */
export const instanceStandby: Fault = {
  name: 'instance-standby',
  title: 'Instances stand by',
  does: [
    'Puts the drawn members of Auto Scaling groups on standby, with their groups’ capacity less by as',
    'many; a least size that forbids it is lowered first.',
  ].join(' '),
  fidelity: 'the load balancer drains connections first; nothing fails in mid-request',
  scopes: ['instance', 'az'],
  params: {},
  attributes: ['asg.minSize', 'instance.standby'],
  irreversible: [],
  changes: (request) => {
    const { chosen, drawn, passedOver } = pickInstances(request);
    const members = chosen.filter((instance) => isInService(instance, request));
    const others = chosen.filter((instance) => !members.includes(instance));
    return {
      drawn,
      leftAlone: [
        ...passedOver,
        ...others.map(({ id }) => ({ what: id, why: 'is not in service in an Auto Scaling group' })),
      ],
      changes: [
        ...roomBelow(members, request),
        ...members.map((instance) => ({
          kind: 'reversible' as const,
          attribute: 'instance.standby' as const,
          resource: { type: 'instance' as const, region: instance.region, id: instance.id, zone: instance.zone },
          before: 'InService',
          after: 'Standby',
          memo: { group: instance.group ?? '' },
        })),
      ],
    };
  },
};

type Member = { readonly id: string; readonly region: string; readonly group: string | undefined };

function isInService(instance: Member, { targets }: FaultRequest): boolean {
  const group = targets.regions
    .find(({ region }) => region === instance.region)
    ?.groups.find(({ name }) => name === instance.group);
  return group?.members.some(({ id, lifecycle }) => id === instance.id && lifecycle === 'InService') ?? false;
}

/** A group's least size is lowered where it would forbid to go below it: AWS refuses the standby otherwise. */
function roomBelow(members: readonly Member[], { targets }: FaultRequest): readonly ProtoChange[] {
  return targets.regions.flatMap(({ region, groups }) =>
    groups.flatMap((group) => {
      const leaving = members.filter((member) => member.region === region && member.group === group.name).length;
      const least = group.desired - leaving;
      if (leaving === 0 || least >= group.min) return [];
      return [
        {
          kind: 'reversible' as const,
          attribute: 'asg.minSize' as const,
          resource: { type: 'asg' as const, region, id: group.name },
          before: group.min,
          after: Math.max(0, least),
        },
      ];
    }),
  );
}
