import type { ProtoChange, TargetRegion } from '../faults/fault.js';

/**
 * Makes survivors ready: desired capacity up to a multiple of what it is, at most the group's maximum, and the least
 * size with it so that autoscaling does not take it back. In this order: AWS refuses a least size above the desired
 * capacity.
 *
 * @param capacity - 1.5 for 150 %
 */
export function prewarmChanges({ region, groups }: TargetRegion, capacity: number): readonly ProtoChange[] {
  const raised = groups
    .map((group) => ({ group, size: Math.min(group.max, Math.ceil(group.desired * capacity)) }))
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
