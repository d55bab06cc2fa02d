import type { ProtoChange, TargetRegion } from '../faults/fault.js';

type Group = TargetRegion['groups'][number];

/**
 * Makes survivors ready: desired capacity up to a multiple of what it is, at most the group's maximum, and the least
 * size with it so that autoscaling does not take it back. In this order: AWS refuses a least size above the desired
 * capacity.
 *
 * @param capacity - 1.5 for 150 %
 */
export function prewarmChanges({ region, groups }: TargetRegion, capacity: number): readonly ProtoChange[] {
  const raised = groups
    .map((group) => ({ group, size: Math.min(group.max, wantedSize(group, capacity)) }))
    .filter(({ group, size }) => size > group.desired);
  const resource = (name: string): ProtoChange['resource'] => ({ type: 'asg', region, id: name });
  return [
    ...raised.map(({ group, size }) => ({
      kind: 'reversible' as const,
      attribute: 'asg.desiredCapacity' as const,
      resource: resource(group.name),
      before: group.desired,
      after: size,
      memo: group.members.map((member) => member.id),
    })),
    ...raised.map(({ group, size }) => ({
      kind: 'reversible' as const,
      attribute: 'asg.minSize' as const,
      resource: resource(group.name),
      before: group.min,
      after: size,
    })),
  ];
}

function wantedSize({ desired }: Group, capacity: number): number {
  return Math.ceil(desired * capacity);
}

/** Which groups can't be made ready as far as asked, and how far they can: their maximum is in the way. */
export function prewarmNotes(
  { region, groups }: Pick<TargetRegion, 'region' | 'groups'>,
  capacity: number,
): readonly string[] {
  const percent = (share: number): string => `${Math.floor(share * 100)} %`;
  return groups
    .filter((group) => group.desired > 0 && wantedSize(group, capacity) > group.max)
    .map(({ name, desired, max }) => {
      const reached = max > desired ? `to its maximum, ${percent(max / desired)}` : 'not at all, it is at its maximum';
      return `${region}/${name} is prewarmed ${reached} (${max} instances), where ${percent(capacity)} are asked for`;
    });
}

/**
 * Keeps survivors from shrinking while they are needed: their least size is what they have now. Traffic that leaves
 * again at the return would otherwise have them scale in just before it is over.
 */
export function pinChanges({ region, groups }: TargetRegion): readonly ProtoChange[] {
  return groups
    .filter((group) => group.desired > group.min)
    .map((group) => ({
      kind: 'reversible',
      attribute: 'asg.minSize',
      resource: { type: 'asg', region, id: group.name },
      before: group.min,
      after: group.desired,
    }));
}
