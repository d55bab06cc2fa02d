import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';

/**
 * The region in which an instance is; undefined where none of them knows it. A filter, so that an unknown id is no
 * error.
 */
export async function readInstanceRegion(
  id: string,
  regions: readonly string[],
  cloud: Cloud,
): Promise<string | undefined> {
  const found = await Promise.all(
    regions.map(async (region) => {
      const answer = await cloud
        .ec2(region)
        .send(new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [id] }] }));
      return (answer.Reservations ?? []).some((reservation) => (reservation.Instances ?? []).length > 0)
        ? [region]
        : [];
    }),
  );
  return found.flat()[0];
}
