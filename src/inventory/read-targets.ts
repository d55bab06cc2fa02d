import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../aws/cloud.js';
import type { Target } from '../model/inventory.js';
import { allPages } from './paging.js';

/**
 * Every instance of a region that a load balancer sends to, whatever its health: one listing, and one call for each
 * target group.
 */
export async function readTargets(region: string, cloud: Cloud): Promise<readonly Target[]> {
  const groups = await allPages(async (marker) => {
    const answer = await cloud.elb(region).send(new DescribeTargetGroupsCommand({ Marker: marker }));
    return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
  });
  const targets = await Promise.all(
    groups
      // addresses, functions and load balancers are no instances
      .filter((group) => (group.TargetType ?? 'instance') === 'instance')
      .map(async ({ TargetGroupArn = '', TargetGroupName = '', LoadBalancerArns = [] }) => {
        const answer = await cloud.elb(region).send(new DescribeTargetHealthCommand({ TargetGroupArn }));
        return (answer.TargetHealthDescriptions ?? [])
          .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
          .map(({ Target }) => ({
            targetGroup: TargetGroupArn,
            name: TargetGroupName,
            instance: Target?.Id ?? '',
            port: Target?.Port ?? 0,
            balancers: LoadBalancerArns,
          }));
      }),
  );
  return targets.flat();
}
