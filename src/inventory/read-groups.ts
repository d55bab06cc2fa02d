import { DescribeAutoScalingGroupsCommand, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';
import type { Group } from '../model/inventory.js';
import { allPages } from './paging.js';
import { tagsOf } from './tags.js';

/** Every Auto Scaling group of a region. */
export function readGroups(region: string, cloud: Cloud): Promise<readonly Group[]> {
  return allPages(async (token) => {
    const answer = await cloud
      .autoScaling(region)
      .send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 100, NextToken: token }));
    return { items: (answer.AutoScalingGroups ?? []).map(toGroup), next: answer.NextToken };
  });
}

function toGroup(group: AutoScalingGroup): Group {
  return {
    name: group.AutoScalingGroupName ?? '',
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    subnets: (group.VPCZoneIdentifier ?? '')
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    zones: group.AvailabilityZones ?? [],
    suspended: (group.SuspendedProcesses ?? []).map((process) => process.ProcessName ?? '').sort(),
    members: (group.Instances ?? []).map((member) => ({
      id: member.InstanceId ?? '',
      zone: member.AvailabilityZone ?? '',
      lifecycle: member.LifecycleState ?? '',
      healthy: member.HealthStatus?.toLowerCase() === 'healthy',
    })),
    tags: tagsOf(group.Tags),
  };
}
