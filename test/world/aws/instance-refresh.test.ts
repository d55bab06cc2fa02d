import {
  CancelInstanceRefreshCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  type InstanceRefresh,
  type RefreshPreferences,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { MINUTE, openSmall, present, SECOND, servingOf, type Small } from './small-world.js';

const AutoScalingGroupName = 'playback';

function start({ autoScaling }: Small, Preferences: RefreshPreferences = {}): Promise<unknown> {
  return autoScaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }));
}

async function refreshes({ autoScaling }: Small): Promise<readonly InstanceRefresh[]> {
  const answer = await autoScaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
  return answer.InstanceRefreshes ?? [];
}

async function members({ autoScaling }: Small): Promise<readonly string[]> {
  const asked = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] });
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(asked);
  return present(group?.Instances).map(({ InstanceId }) => present(InstanceId));
}

const serving = ({ sim }: Small): number => servingOf(sim, AutoScalingGroupName).reduce((sum, one) => sum + one, 0);

describe('an instance refresh that is refused', () => {
  it('is a second one beside the first', async () => {
    const small = openSmall();
    await start(small);
    await expect(start(small)).rejects.toMatchObject({ name: 'InstanceRefreshInProgress' });
  });

  it('is one with what is not simulated, by name', async () => {
    const small = openSmall();
    await expect(start(small, { CheckpointPercentages: [50] })).rejects.toThrow(/CheckpointPercentages/);
  });

  it('is cancelled where there is none', async () => {
    const cancel = new CancelInstanceRefreshCommand({ AutoScalingGroupName });
    await expect(openSmall().autoScaling.send(cancel)).rejects.toMatchObject({ name: 'ActiveInstanceRefreshNotFound' });
  });
});

describe('an instance refresh', () => {
  it('replaces every member, never too many at once, and says how far it is', async () => {
    const small = openSmall();
    const before = await members(small);
    await start(small, { MinHealthyPercentage: 50 });
    expect(await refreshes(small)).toMatchObject([{ Status: 'Pending', PercentageComplete: 0, InstancesToUpdate: 6 }]);
    let fewest = Infinity;
    const done: (number | undefined)[] = [];
    for (let i = 0; i < 120; i++) {
      small.pass(10 * SECOND);
      fewest = Math.min(fewest, serving(small));
      done.push((await refreshes(small))[0]?.PercentageComplete);
    }
    expect(await refreshes(small)).toMatchObject([
      { Status: 'Successful', PercentageComplete: 100, InstancesToUpdate: 0 },
    ]);
    expect(done).toContain(50);
    expect(done).toEqual([...done].sort((a = 0, b = 0) => a - b));
    expect(fewest).toBe(3);
    expect((await members(small)).filter((id) => before.includes(id))).toEqual([]);
    expect(serving(small)).toBe(6);
  });

  it('goes one by one where all but a tenth must be healthy', async () => {
    const small = openSmall();
    await start(small);
    small.pass(30 * SECOND);
    expect(await refreshes(small)).toMatchObject([{ Status: 'InProgress', InstancesToUpdate: 5 }]);
    small.pass(20 * MINUTE);
    expect(await refreshes(small)).toMatchObject([{ Status: 'Successful' }]);
  });

  it('stands still while the group may not launch', async () => {
    const small = openSmall();
    const suspend = new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Launch'] });
    await small.autoScaling.send(suspend);
    await start(small);
    small.pass(5 * MINUTE);
    expect(await refreshes(small)).toMatchObject([{ Status: 'Pending', InstancesToUpdate: 6 }]);
    expect(serving(small)).toBe(6);
  });

  it('that is cancelled leaves what it has done, and another may begin', async () => {
    const small = openSmall();
    await start(small);
    small.pass(30 * SECOND);
    await small.autoScaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    expect(await refreshes(small)).toMatchObject([{ Status: 'Cancelling' }]);
    small.pass(5 * MINUTE);
    expect(await refreshes(small)).toMatchObject([{ Status: 'Cancelled', InstancesToUpdate: 5 }]);
    await start(small);
    expect(await refreshes(small)).toMatchObject([{ Status: 'Pending' }, { Status: 'Cancelled' }]);
  });
});
