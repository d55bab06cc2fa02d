import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import type { ResourceRef } from '../model/resource.js';
import { byRegion } from './driver.js';

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

/** Reads groups by name, a hundred a call, regions side by side. */
export async function readGroupsNamed(resources: readonly ResourceRef[], cloud: Cloud): Promise<readonly NamedGroup[]> {
  const read = byRegion(resources).flatMap(([region, groups]) =>
    chunks(
      groups.map((group) => group.id),
      100,
    ).map((names) =>
      allPages(async (token) => {
        const answer = await cloud
          .autoScaling(region)
          .send(
            new DescribeAutoScalingGroupsCommand({
              AutoScalingGroupNames: [...names],
              MaxRecords: 100,
              NextToken: token,
            }),
          );
        const items = (answer.AutoScalingGroups ?? []).map((group) => ({
          name: group.AutoScalingGroupName ?? '',
          suspended: (group.SuspendedProcesses ?? []).map((process) => process.ProcessName ?? '').sort(),
          min: group.MinSize ?? 0,
          desired: group.DesiredCapacity ?? 0,
          subnets: subnetsOf(group.VPCZoneIdentifier),
          members: (group.Instances ?? []).filter(isStaying).map((member) => member.InstanceId ?? ''),
        }));
        return { items, next: answer.NextToken };
      }),
    ),
  );
  return (await Promise.all(read)).flat();
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
