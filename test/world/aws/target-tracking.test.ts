import { DescribeAutoScalingGroupsCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { EAST, MINUTE, openSmall, SECOND, servingOf, type Small } from './small-world.js';

const AutoScalingGroupName = 'playback';

async function desired({ autoScaling }: Small): Promise<number | undefined> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] });
  const { AutoScalingGroups } = await autoScaling.send(command);
  return AutoScalingGroups?.[0]?.DesiredCapacity;
}

/** Tells the group every second how busy it is. */
function busy({ sim, pass, clock }: Small, utilisation: number, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += SECOND) {
    pass(SECOND);
    sim.observe({ region: EAST, group: 'playback', utilisation, atMs: clock.now() });
  }
}

describe('target tracking', () => {
  it('grows by what it takes once the group has been too busy for a minute', async () => {
    const small = openSmall();
    busy(small, 0.75, 59 * SECOND);
    expect(await desired(small)).toBe(6);
    busy(small, 0.75, 2 * SECOND);
    expect(await desired(small)).toBe(9);
    small.pass(2 * MINUTE);
    expect(servingOf(small.sim, 'playback')).toEqual([3, 3, 3]);
  });

  it('never grows beyond the maximum, nor by the same load twice', async () => {
    const small = openSmall();
    busy(small, 0.75, 80 * SECOND);
    expect(await desired(small)).toBe(9);
    busy(small, 2, 5 * MINUTE);
    expect(await desired(small)).toBe(12);
  });

  it('shrinks late and little by little, down to the minimum', async () => {
    const small = openSmall();
    busy(small, 0.1, 14 * MINUTE);
    expect(await desired(small)).toBe(6);
    busy(small, 0.1, 2 * MINUTE);
    expect(await desired(small)).toBe(5);
    busy(small, 0.1, 30 * MINUTE);
    expect(await desired(small)).toBe(3);
  });

  it('leaves a group alone that is a little below its target', async () => {
    const small = openSmall();
    busy(small, 0.46, 30 * MINUTE);
    expect(await desired(small)).toBe(6);
  });

  it('does nothing while AlarmNotification is suspended', async () => {
    const small = openSmall();
    const ScalingProcesses = ['AlarmNotification'];
    await small.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
    busy(small, 1, 5 * MINUTE);
    expect(await desired(small)).toBe(6);
  });
});
