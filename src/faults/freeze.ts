import type { ProtoChange, TargetRegion } from './fault.js';

/** Everything by which a group would act on instances that are only unreachable. */
export const ALL_PROCESSES = [
  'AZRebalance',
  'AlarmNotification',
  'HealthCheck',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
] as const;

/** What makes a group replace or move instances; it can still scale out on load. */
export const HEALING_PROCESSES = ['AZRebalance', 'HealthCheck', 'ReplaceUnhealthy', 'Terminate'] as const;

/**
 * Suspends processes of each group, as a delta: what was suspended before stays so afterwards.
 *
 * First of all changes, so that no group starts to heal what the fault is about to break.
 */
export function freeze(
  region: string,
  groups: TargetRegion['groups'],
  processes: readonly string[],
): readonly ProtoChange[] {
  return groups.flatMap((group) => {
    const after = [...new Set([...group.suspended, ...processes])].sort();
    if (after.length === group.suspended.length) return [];
    return [
      {
        kind: 'reversible' as const,
        attribute: 'asg.suspendedProcesses' as const,
        resource: { type: 'asg' as const, region, id: group.name },
        before: [...group.suspended].sort(),
        after,
      },
    ];
  });
}
