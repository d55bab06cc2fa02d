import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  StartInstanceRefreshCommand,
} from '@aws-sdk/client-auto-scaling';
import { expect } from 'vitest';
import { eventually, refusal } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

const web = { AutoScalingGroupName: 'web' };

async function statuses(cloud: CloudUnderTest): Promise<readonly (string | undefined)[]> {
  const answer = await cloud.aws.autoScaling(EAST).send(new DescribeInstanceRefreshesCommand(web));
  return (answer.InstanceRefreshes ?? []).map(({ Status }) => Status);
}

/** Deployments that a drill keeps out of the way of. */
export const refreshCases = casesOf('auto-scaling', [
  {
    id: 'refreshes/none',
    title: 'a group that nobody refreshes has no refresh',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      expect(await statuses(cloud)).toEqual([]);
    },
  },
  {
    id: 'refreshes/under-way',
    title: 'a refresh is under way until it is cancelled, and no second one begins meanwhile',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      const client = cloud.aws.autoScaling(EAST);
      await client.send(new StartInstanceRefreshCommand(web));
      expect(['Pending', 'InProgress']).toContain((await statuses(cloud))[0]);
      expect(await refusal(client.send(new StartInstanceRefreshCommand(web)))).toMatch(/^InstanceRefreshInProgress/);
      await client.send(new CancelInstanceRefreshCommand(web));
      const last = await eventually(
        cloud,
        () => statuses(cloud),
        ([status]) => status === 'Cancelled',
      );
      expect(last).toEqual(['Cancelled']);
    },
  },
]);
