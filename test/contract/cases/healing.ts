import { DescribeScalingActivitiesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { eventually, groupNow, there } from '../assertions.js';
import { casesOf } from '../cloud.js';
import { EAST, SIZES, ZONES } from '../contract-world.js';
import { asg, end, GROUP, membersOnce, replaced, suspend, update } from './group-calls.js';

/** What a group does by itself: "did the system replace it?" rests on it. */
export const healingCases = casesOf('auto-scaling', [
  {
    id: 'groups/suspended-launch',
    title: 'a group whose Launch is suspended replaces nobody',
    async run(cloud) {
      const [id = ''] = await cloud.group(EAST, 'web');
      await suspend(cloud, 'Launch');
      await cloud.aws.ec2(EAST).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      // it has all the time that a group would take
      const now = await membersOnce(cloud, (all) => all.length > SIZES.web.desired);
      expect(now.filter((one) => one !== id)).toHaveLength(SIZES.web.desired - 1);
    },
  },
  {
    id: 'groups/suspended-all',
    title: 'a group whose processes are all suspended keeps a stopped member',
    async run(cloud) {
      const ids = await cloud.group(EAST, 'web');
      await asg(cloud).send(new SuspendProcessesCommand(GROUP));
      await cloud.aws.ec2(EAST).send(new StopInstancesCommand({ InstanceIds: ids.slice(0, 1) }));
      const now = await membersOnce(cloud, (all) => all.length !== SIZES.web.desired);
      expect(now).toEqual([...ids].sort());
    },
  },
  {
    id: 'groups/replaces-terminated',
    title: 'a member that was terminated is replaced',
    async run(cloud) {
      const [id = ''] = await cloud.group(EAST, 'web');
      await cloud.aws.ec2(EAST).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      const now = await replaced(cloud, id);
      expect(now).not.toContain(id);
      expect(now).toHaveLength(SIZES.web.desired);
    },
  },
  {
    id: 'groups/replaces-stopped',
    title: 'a member that was stopped is replaced',
    async run(cloud) {
      const [id = ''] = await cloud.group(EAST, 'web');
      await cloud.aws.ec2(EAST).send(new StopInstancesCommand({ InstanceIds: [id] }));
      expect(await replaced(cloud, id)).not.toContain(id);
    },
  },
  {
    id: 'groups/spread',
    title: 'a group that grows stays as even over its zones as it was',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await update(cloud, { DesiredCapacity: 6 });
      const group = await eventually(
        cloud,
        () => groupNow(cloud, EAST, 'web'),
        (now) => now.Instances?.length === 6,
      );
      const zones = (group.Instances ?? []).map((member) => member.AvailabilityZone).sort();
      expect(zones).toEqual(there(ZONES[EAST]).flatMap((zone) => [zone, zone, zone]));
    },
  },
  {
    id: 'groups/resize',
    title: 'a group grows to its new capacity and keeps the members that it had',
    async run(cloud) {
      const before = await cloud.group(EAST, 'web');
      await update(cloud, { MinSize: 5, DesiredCapacity: 6 });
      expect(await groupNow(cloud, EAST, 'web')).toMatchObject({ MinSize: 5, DesiredCapacity: 6 });
      const now = await membersOnce(cloud, (all) => all.length === 6);
      expect(now).toHaveLength(6);
      expect(now).toEqual(expect.arrayContaining([...before]));
    },
  },
  {
    id: 'groups/end-and-shrink',
    title: 'ending a member with its place takes away that one and no other',
    async run(cloud) {
      const [id = '', ...others] = await cloud.group(EAST, 'web');
      await end(cloud, id, true);
      expect((await groupNow(cloud, EAST, 'web')).DesiredCapacity).toBe(SIZES.web.desired - 1);
      const now = await membersOnce(cloud, (all) => !all.includes(id));
      expect(now).toEqual([...others].sort());
    },
  },
  {
    id: 'groups/end-and-replace',
    title: 'ending a member without its place has it replaced',
    async run(cloud) {
      const [id = ''] = await cloud.group(EAST, 'web');
      await end(cloud, id, false);
      expect((await groupNow(cloud, EAST, 'web')).DesiredCapacity).toBe(SIZES.web.desired);
      const now = await replaced(cloud, id);
      expect(now).not.toContain(id);
      expect(now).toHaveLength(SIZES.web.desired);
    },
  },
  {
    id: 'groups/activities',
    title: 'what a group did is listed, with how it went',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await update(cloud, { DesiredCapacity: 5 });
      const read = async (): Promise<readonly string[]> => {
        const answer = await asg(cloud).send(new DescribeScalingActivitiesCommand(GROUP));
        return (answer.Activities ?? []).map((activity) => activity.Description ?? '');
      };
      const told = await eventually(cloud, read, (all) => all.length > 0);
      expect(told.some((text) => text.startsWith('Launching a new EC2 instance'))).toBe(true);
    },
  },
]);
