import {
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { expect } from 'vitest';
import { groupNow, refusal, stayingIn, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST, SIZES, ZONES } from '../contract-world.js';
import { asg, end, GROUP, suspend, update } from './group-calls.js';

const resume = (cloud: CloudUnderTest, ...names: string[]): Promise<unknown> =>
  asg(cloud).send(new ResumeProcessesCommand({ ...GROUP, ScalingProcesses: names }));

async function suspended(cloud: CloudUnderTest): Promise<readonly string[]> {
  const { SuspendedProcesses = [] } = await groupNow(cloud, EAST, 'web');
  return SuspendedProcesses.map((process) => process.ProcessName ?? '').sort();
}

/** What freezing and pre-warming rest on. */
export const autoScalingCases = casesOf('auto-scaling', [
  {
    id: 'groups/unknown-process',
    title: 'a process that does not exist is not suspended',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      expect(await refusal(suspend(cloud, 'Lunch'))).toBe('ValidationError');
      expect(await suspended(cloud)).toEqual([]);
    },
  },
  {
    id: 'groups/unknown-group',
    title: 'a group that does not exist can not be changed',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      const nobody = { AutoScalingGroupName: 'nobody' };
      expect(await refusal(asg(cloud).send(new SuspendProcessesCommand(nobody)))).toBe('ValidationError');
      expect(await refusal(asg(cloud).send(new UpdateAutoScalingGroupCommand({ ...nobody, MinSize: 1 })))).toBe(
        'ValidationError',
      );
    },
  },
  {
    id: 'groups/unknown-name',
    title: 'a name that no group has is left out of a listing, which is no error',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      const names = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['nobody', 'web'] });
      const { AutoScalingGroups = [] } = await asg(cloud).send(names);
      expect(AutoScalingGroups.map((group) => group.AutoScalingGroupName)).toEqual(['web']);
    },
  },
  {
    id: 'groups/above-max',
    title: 'a desired capacity beyond the bounds is refused and changes nothing',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      const set = (size: number): Promise<unknown> =>
        asg(cloud).send(new SetDesiredCapacityCommand({ ...GROUP, DesiredCapacity: size }));
      expect(await refusal(set(SIZES.web.max + 1))).toBe('ValidationError');
      expect(await refusal(set(SIZES.web.min - 1))).toBe('ValidationError');
      expect((await groupNow(cloud, EAST, 'web')).DesiredCapacity).toBe(SIZES.web.desired);
    },
  },
  {
    id: 'groups/min-above-max',
    title: 'a minimum above the maximum is refused',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      expect(await refusal(update(cloud, { MinSize: SIZES.web.max + 1 }))).toBe('ValidationError');
      expect((await groupNow(cloud, EAST, 'web')).MinSize).toBe(SIZES.web.min);
    },
  },
  {
    id: 'groups/end-stranger',
    title: 'ending an instance that no group has is refused',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      expect(await refusal(end(cloud, 'i-0123456789abcdef0', true))).toBe('ValidationError');
    },
  },
  {
    id: 'groups/end-below-min',
    title: 'a group at its minimum does not shrink',
    async run(cloud) {
      const [id = ''] = await cloud.group(EAST, 'web');
      await update(cloud, { MinSize: SIZES.web.desired });
      expect(await refusal(end(cloud, id, true))).toBe('ValidationError');
      expect((await groupNow(cloud, EAST, 'web')).DesiredCapacity).toBe(SIZES.web.desired);
    },
  },
  {
    id: 'groups/described',
    title: 'a group is shown with its sizes, zones, subnets, tags and healthy members in service',
    async run(cloud) {
      const ids = await cloud.group(EAST, 'web');
      const { subnets } = await cloud.network(EAST);
      const { min, desired, max } = SIZES.web;
      const group = await groupNow(cloud, EAST, 'web');
      expect(group).toMatchObject({ MinSize: min, DesiredCapacity: desired, MaxSize: max });
      expect((group.AvailabilityZones ?? []).toSorted()).toEqual(ZONES[EAST]);
      expect(group.VPCZoneIdentifier?.split(',').sort()).toEqual([...subnets].sort());
      expect(group.Tags?.find((tag) => tag.Key === 'app')?.Value).toBe('web');
      expect(stayingIn(group)).toEqual([...ids].sort());
      const states = new Set(group.Instances?.map((one) => `${one.LifecycleState} ${one.HealthStatus?.toLowerCase()}`));
      expect(states).toEqual(new Set(['InService healthy']));
    },
  },
  {
    id: 'groups/member-zones',
    title: 'a member is listed in the zone that its instance is in',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      const { Instances = [] } = await groupNow(cloud, EAST, 'web');
      expect(Instances.map((member) => member.AvailabilityZone).sort()).toEqual(
        there(ZONES[EAST]).flatMap((zone) => [zone, zone]),
      );
    },
  },
  {
    id: 'groups/by-tag',
    title: 'a filter on a tag finds the groups that have it',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await cloud.group(EAST, 'api');
      const filter = new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'tag:app', Values: ['api'] }] });
      const { AutoScalingGroups = [] } = await asg(cloud).send(filter);
      expect(AutoScalingGroups.map((group) => group.AutoScalingGroupName)).toEqual(['api']);
    },
  },
  {
    id: 'groups/suspend',
    title: 'processes are suspended and resumed as a set, and twice is once',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await suspend(cloud, 'Launch');
      await suspend(cloud, 'Launch', 'Terminate');
      await suspend(cloud, 'Launch', 'Terminate');
      expect(await suspended(cloud)).toEqual(['Launch', 'Terminate']);
      await resume(cloud, 'Terminate', 'HealthCheck');
      await resume(cloud, 'Terminate', 'HealthCheck');
      expect(await suspended(cloud)).toEqual(['Launch']);
    },
  },
  {
    id: 'groups/suspend-all',
    title: 'to name no process means all of them',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await asg(cloud).send(new SuspendProcessesCommand(GROUP));
      expect(await suspended(cloud)).toEqual([
        'AZRebalance',
        'AddToLoadBalancer',
        'AlarmNotification',
        'HealthCheck',
        'InstanceRefresh',
        'Launch',
        'ReplaceUnhealthy',
        'ScheduledActions',
        'Terminate',
      ]);
      await asg(cloud).send(new ResumeProcessesCommand(GROUP));
      expect(await suspended(cloud)).toEqual([]);
    },
  },
  {
    id: 'groups/min-lifts',
    title: 'a minimum above the capacity lifts the capacity with it',
    async run(cloud) {
      await cloud.group(EAST, 'web');
      await update(cloud, { MinSize: 6 });
      expect(await groupNow(cloud, EAST, 'web')).toMatchObject({ MinSize: 6, DesiredCapacity: 6 });
    },
  },
]);
