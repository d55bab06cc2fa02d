import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type Filter,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { eventually, NO_SUCH, refusal, statesOf, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST, WEST, ZONES } from '../contract-world.js';

/** Instances of a group that leaves them alone. */
async function instances(cloud: CloudUnderTest): Promise<readonly string[]> {
  const ids = await cloud.group(EAST, 'web');
  await cloud.aws.autoScaling(EAST).send(new SuspendProcessesCommand({ AutoScalingGroupName: 'web' }));
  return ids;
}

const ec2 = (cloud: CloudUnderTest): ReturnType<CloudUnderTest['aws']['ec2']> => cloud.aws.ec2(EAST);
const byId = (ids: readonly string[]): readonly Filter[] => [{ Name: 'instance-id', Values: [...ids] }];

/** Waits until they are all in a state; the states that they are in then. */
async function arrive(cloud: CloudUnderTest, ids: readonly string[], state: string): Promise<readonly string[]> {
  const read = async (): Promise<readonly string[]> => [...(await statesOf(cloud, EAST, byId(ids))).values()];
  return eventually(cloud, read, (states) => states.length === ids.length && states.every((one) => one === state));
}

async function stopped(cloud: CloudUnderTest): Promise<string> {
  const id = there((await instances(cloud))[0]);
  await ec2(cloud).send(new StopInstancesCommand({ InstanceIds: [id] }));
  expect(await arrive(cloud, [id], 'stopped')).toEqual(['stopped']);
  return id;
}

async function terminated(cloud: CloudUnderTest): Promise<string> {
  const id = there((await instances(cloud))[0]);
  await ec2(cloud).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(await arrive(cloud, [id], 'terminated')).toEqual(['terminated']);
  return id;
}

/** What stopping and terminating instances rests on, and what an inventory reads of them. */
export const instanceCases = casesOf('ec2', [
  {
    id: 'instances/unknown',
    title: 'describing an instance by an id that is gone is refused, filtering for it finds none',
    async run(cloud) {
      const named = new DescribeInstancesCommand({ InstanceIds: [NO_SUCH.instance] });
      expect(await refusal(ec2(cloud).send(named))).toBe('InvalidInstanceID.NotFound');
      expect(await statesOf(cloud, EAST, byId([NO_SUCH.instance]))).toEqual(new Map());
    },
  },
  {
    id: 'instances/unknown-filter',
    title: 'a filter that does not exist is refused by name, not taken for a match',
    async run(cloud) {
      await instances(cloud);
      const odd = statesOf(cloud, EAST, [{ Name: 'colour', Values: ['red'] }]);
      expect(await refusal(odd)).toBe('InvalidParameterValue');
    },
  },
  {
    id: 'instances/all-or-nothing',
    title: 'a stop that names one unknown instance is refused and stops none of the others',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      const stop = new StopInstancesCommand({ InstanceIds: [id, NO_SUCH.instance] });
      expect(await refusal(ec2(cloud).send(stop))).toBe('InvalidInstanceID.NotFound');
      expect(await statesOf(cloud, EAST, byId([id]))).toEqual(new Map([[id, 'running']]));
    },
  },
  {
    id: 'instances/other-region',
    title: 'an instance is unknown in another region',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      await cloud.network(WEST);
      const stop = new StopInstancesCommand({ InstanceIds: [id] });
      expect(await refusal(cloud.aws.ec2(WEST).send(stop))).toBe('InvalidInstanceID.NotFound');
    },
  },
  {
    id: 'instances/stop-terminated',
    title: 'a terminated instance can not be stopped',
    async run(cloud) {
      const stop = new StopInstancesCommand({ InstanceIds: [await terminated(cloud)] });
      expect(await refusal(ec2(cloud).send(stop))).toBe('IncorrectInstanceState');
    },
  },
  {
    id: 'instances/start-terminated',
    title: 'a terminated instance can not be started',
    async run(cloud) {
      const start = new StartInstancesCommand({ InstanceIds: [await terminated(cloud)] });
      expect(await refusal(ec2(cloud).send(start))).toBe('IncorrectInstanceState');
    },
  },
  {
    id: 'instances/dry-run',
    title: 'a dry run of a stop or a termination is refused as such and has no effect',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      const input = { InstanceIds: [id], DryRun: true };
      expect(await refusal(ec2(cloud).send(new StopInstancesCommand(input)))).toBe('DryRunOperation');
      expect(await refusal(ec2(cloud).send(new TerminateInstancesCommand(input)))).toBe('DryRunOperation');
      expect(await statesOf(cloud, EAST, byId([id]))).toEqual(new Map([[id, 'running']]));
    },
  },
  {
    id: 'instances/stop-start',
    title: 'an instance stops and starts again, and the answers tell the state before',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      const stop = await ec2(cloud).send(new StopInstancesCommand({ InstanceIds: [id] }));
      expect(stop.StoppingInstances).toMatchObject([{ InstanceId: id, PreviousState: { Name: 'running' } }]);
      expect(await arrive(cloud, [id], 'stopped')).toEqual(['stopped']);
      const start = await ec2(cloud).send(new StartInstancesCommand({ InstanceIds: [id] }));
      expect(start.StartingInstances).toMatchObject([{ InstanceId: id, PreviousState: { Name: 'stopped' } }]);
      expect(await arrive(cloud, [id], 'running')).toEqual(['running']);
    },
  },
  {
    id: 'instances/statuses',
    title: 'states are listed of every instance where that is asked for, and else of those that run',
    async run(cloud) {
      const id = await stopped(cloud);
      const list = async (IncludeAllInstances: boolean): Promise<ReadonlyMap<string, string | undefined>> => {
        const answer = await ec2(cloud).send(new DescribeInstanceStatusCommand({ IncludeAllInstances }));
        return new Map((answer.InstanceStatuses ?? []).map((one) => [one.InstanceId ?? '', one.InstanceState?.Name]));
      };
      expect((await list(true)).get(id)).toBe('stopped');
      const running = await list(false);
      expect(running.has(id)).toBe(false);
      expect(new Set(running.values())).toEqual(new Set(['running']));
    },
  },
  {
    id: 'instances/stop-twice',
    title: 'stopping what is stopped and starting what runs are no errors',
    async run(cloud) {
      const id = await stopped(cloud);
      await ec2(cloud).send(new StopInstancesCommand({ InstanceIds: [id] }));
      expect(await arrive(cloud, [id], 'stopped')).toEqual(['stopped']);
      await ec2(cloud).send(new StartInstancesCommand({ InstanceIds: [id] }));
      expect(await arrive(cloud, [id], 'running')).toEqual(['running']);
      await ec2(cloud).send(new StartInstancesCommand({ InstanceIds: [id] }));
      expect(await arrive(cloud, [id], 'running')).toEqual(['running']);
    },
  },
  {
    id: 'instances/terminate-twice',
    title: 'terminating twice is no error, and the instance is still listed as terminated',
    async run(cloud) {
      const id = await terminated(cloud);
      await ec2(cloud).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      expect(await statesOf(cloud, EAST, byId([id]))).toEqual(new Map([[id, 'terminated']]));
    },
  },
  {
    id: 'instances/reboot',
    title: 'an instance that reboots stays running',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      await ec2(cloud).send(new RebootInstancesCommand({ InstanceIds: [id] }));
      expect(await statesOf(cloud, EAST, byId([id]))).toEqual(new Map([[id, 'running']]));
    },
  },
  {
    id: 'instances/by-state',
    title: 'a filter on the state finds those that are in one of the states',
    async run(cloud) {
      const id = await stopped(cloud);
      const inState = async (...Values: string[]): Promise<readonly string[]> => [
        ...(await statesOf(cloud, EAST, [{ Name: 'instance-state-name', Values }])).keys(),
      ];
      expect(await inState('stopped')).toEqual([id]);
      expect(await inState('running')).not.toContain(id);
      const all = await cloud.group(EAST, 'web');
      expect(await inState('running', 'stopped')).toEqual(expect.arrayContaining([...all]));
    },
  },
  {
    id: 'instances/by-zone',
    title: 'a filter on the zone finds those that are in it',
    async run(cloud) {
      const ids = await instances(cloud);
      const inZone = { Name: 'availability-zone', Values: [there(ZONES[EAST]?.[0])] };
      const filters = [inZone, { Name: 'tag:app', Values: ['web'] }];
      const found = [...(await statesOf(cloud, EAST, filters)).keys()];
      expect(found).toHaveLength(ids.length / 2);
      expect(ids).toEqual(expect.arrayContaining(found));
    },
  },
  {
    id: 'instances/by-subnet',
    title: 'a filter on the subnet finds those that are in it',
    async run(cloud) {
      const ids = await instances(cloud);
      const { subnets } = await cloud.network(EAST);
      const filters = [
        { Name: 'subnet-id', Values: [there(subnets[1])] },
        { Name: 'tag:app', Values: ['web'] },
      ];
      const found = [...(await statesOf(cloud, EAST, filters)).keys()];
      expect(found).toHaveLength(ids.length / 2);
      expect(ids).toEqual(expect.arrayContaining(found));
    },
  },
  {
    id: 'instances/by-tag',
    title: 'a filter on a tag takes wildcards',
    async run(cloud) {
      const ids = await instances(cloud);
      expect((await statesOf(cloud, EAST, [{ Name: 'tag:app', Values: ['w?b'] }])).size).toBe(ids.length);
      expect((await statesOf(cloud, EAST, [{ Name: 'tag:app', Values: ['nothing*'] }])).size).toBe(0);
    },
  },
  {
    id: 'instances/described',
    title: 'an instance is shown with its zone, its subnet, its tags and the group that it is in',
    async run(cloud) {
      const [id = ''] = await instances(cloud);
      const { subnets } = await cloud.network(EAST);
      const answer = await ec2(cloud).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const instance = answer.Reservations?.[0]?.Instances?.[0];
      const zone = ZONES[EAST]?.[subnets.indexOf(instance?.SubnetId ?? '')];
      expect(zone).toBeDefined();
      expect(instance).toMatchObject({ State: { Name: 'running' }, Placement: { AvailabilityZone: zone } });
      const tags = new Map((instance?.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
      expect(tags.get('app')).toBe('web');
      expect(tags.get('aws:autoscaling:groupName')).toBe('web');
    },
  },
]);
