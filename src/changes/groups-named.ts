import { DescribeAutoScalingGroupsCommand, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { allPages, chunks } from '../inventory/paging.js';
import type { ResourceRef } from '../model/resource.js';
import { byRegion, type ReadContext } from './driver.js';
import { sharedRead } from './look.js';

/** What the group drivers read of an Auto Scaling group. */
export interface NamedGroup {
  readonly name: string;
  readonly suspended: readonly string[];
  readonly min: number;
  readonly desired: number;
  /** Sorted. */
  readonly subnets: readonly string[];
  /** Ids of those that are not on their way out, oldest listing first. */
  readonly members: readonly string[];
}

/** Reads groups by name, a hundred a call, regions side by side; for several attributes of theirs once a look. */
export async function readGroupsNamed(
  resources: readonly ResourceRef[],
  context: ReadContext,
): Promise<readonly NamedGroup[]> {
  const read = byRegion(resources).map(async ([region, groups]) => {
    const names = new Set(groups.map((group) => group.id));
    const there = await groupsIn(region, [...names], context);
    return there.filter(({ name }) => names.has(name));
  });
  return (await Promise.all(read)).flat();
}

const groupsIn = sharedRead('asg', async (region, names, { cloud }): Promise<readonly NamedGroup[]> => {
  const read = chunks(names, 100).map((some) =>
    allPages(async (token) => {
      const answer = await cloud
        .autoScaling(region)
        .send(
          new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [...some], MaxRecords: 100, NextToken: token }),
        );
      return { items: (answer.AutoScalingGroups ?? []).map(toNamed), next: answer.NextToken };
    }),
  );
  return (await Promise.all(read)).flat();
});

function toNamed(group: AutoScalingGroup): NamedGroup {
  return {
    name: group.AutoScalingGroupName ?? '',
    suspended: (group.SuspendedProcesses ?? []).map((process) => process.ProcessName ?? '').sort(),
    min: group.MinSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    subnets: subnetsOf(group.VPCZoneIdentifier),
    members: (group.Instances ?? []).filter(isStaying).map((member) => member.InstanceId ?? ''),
  };
}

/** The ids in a group's list of subnets, sorted. */
export function subnetsOf(list: string | undefined): readonly string[] {
  const ids = (list ?? '').split(',').map((id) => id.trim());
  return ids.filter((id) => id !== '').sort();
}

/** A member that is leaving no longer counts towards the desired capacity: ending it again would take away another. */
function isStaying({ LifecycleState: state = '' }: { readonly LifecycleState?: string | undefined }): boolean {
  return !/^(Terminat|Detach)/.test(state);
}
