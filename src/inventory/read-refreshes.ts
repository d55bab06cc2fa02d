import { DescribeInstanceRefreshesCommand } from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';

/** An instance refresh that is under way: the group is replacing its members. */
export interface Refresh {
  readonly region: string;
  readonly group: string;
  readonly status: string;
}

/** Every status in which a refresh has not ended. */
const UNDER_WAY = ['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking'];

/**
 * The instance refreshes that are under way in some groups. AWS takes one group a call, and lists the newest first: one
 * can only begin when the last has ended, so the first page is enough.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
 */
export async function readRefreshes(
  groups: readonly { readonly region: string; readonly name: string }[],
  cloud: Cloud,
): Promise<readonly Refresh[]> {
  const read = await Promise.all(
    groups.map(async ({ region, name }) => {
      const answer = await cloud
        .autoScaling(region)
        .send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name, MaxRecords: 10 }));
      return (answer.InstanceRefreshes ?? []).map(({ Status }) => ({ region, group: name, status: Status ?? '' }));
    }),
  );
  return read.flat().filter(({ status }) => UNDER_WAY.includes(status));
}
