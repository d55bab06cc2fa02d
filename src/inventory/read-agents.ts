import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import type { InstanceAgent } from '../model/inventory.js';
import { allPages } from './paging.js';

const PAGE = 50;

/**
 * Every agent of a region that Systems Manager knows, online or not: one listing.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
 */
export async function readAgents(region: string, cloud: Cloud): Promise<readonly InstanceAgent[]> {
  return allPages(async (token) => {
    const page = new DescribeInstanceInformationCommand({ MaxResults: PAGE, NextToken: token });
    const answer = await cloud.ssm(region).send(page);
    const items = (answer.InstanceInformationList ?? []).map((one) => ({
      instance: one.InstanceId ?? '',
      status: one.PingStatus ?? 'unknown',
      platform: one.PlatformType ?? 'an unknown system',
    }));
    return { items, next: answer.NextToken };
  });
}
