import {
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROCESSES } from '../../../src/world/aws/reconcile.js';
import { Timers, type Timer } from '../../../src/world/aws/timers.js';
import { MINUTE, openSmall, present, SECOND, servingOf, zonesOf, type Small } from './small-world.js';

const AutoScalingGroupName = 'playback';

type Blow =
  | { readonly kind: 'stop' | 'terminate'; readonly members: readonly number[] }
  | { readonly kind: 'size'; readonly desired: number }
  | { readonly kind: 'suspend' | 'resume'; readonly processes: readonly string[] };

const members = fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 });
// whom a group launches without AddToLoadBalancer stays out of the load balancer for good: no size makes up for that
const healing = PROCESSES.filter((process) => process !== 'AddToLoadBalancer');
const processes = fc.subarray(healing, { minLength: 1 });
const blow: fc.Arbitrary<Blow> = fc.oneof(
  fc.record({ kind: fc.constantFrom('stop' as const, 'terminate' as const), members }),
  fc.record({ kind: fc.constant('size' as const), desired: fc.integer({ min: 3, max: 12 }) }),
  fc.record({ kind: fc.constantFrom('suspend' as const, 'resume' as const), processes }),
);

/** Ids of the members that are picked, as far as there are so many. */
async function picked({ autoScaling }: Small, numbers: readonly number[]): Promise<string[]> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] });
  const running = present((await autoScaling.send(command)).AutoScalingGroups?.[0]?.Instances);
  return numbers.flatMap((number) => running[number]?.InstanceId ?? []);
}

/** A stop of what can't be stopped is AWS's to refuse, and no part of this. */
async function strike(small: Small, one: Blow): Promise<void> {
  const { ec2, autoScaling } = small;
  const InstanceIds = 'members' in one ? await picked(small, one.members) : [];
  const ScalingProcesses = 'processes' in one ? [...one.processes] : [];
  switch (one.kind) {
    case 'stop':
      await ec2.send(new StopInstancesCommand({ InstanceIds })).catch(() => undefined);
      return;
    case 'terminate':
      await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      return;
    case 'size':
      await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: one.desired }));
      return;
    case 'suspend':
      await autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
      return;
    case 'resume':
      await autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
      return;
  }
}

describe('a group after whatever has happened to it', () => {
  it('comes back to its size, even over its zones, once nothing is suspended', async () => {
    const blows = fc.array(fc.tuple(blow, fc.integer({ min: 0, max: 200 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(blows, async (all) => {
        const small = openSmall();
        let desired = 6;
        for (const [one, seconds] of all) {
          await strike(small, one);
          if (one.kind === 'size') ({ desired } = one);
          small.pass(seconds * SECOND);
        }
        await small.autoScaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
        small.pass(30 * MINUTE);
        const serving = servingOf(small.sim, AutoScalingGroupName);
        expect(serving.reduce((sum, zone) => sum + zone, 0)).toBe(desired);
        expect(Math.max(...serving) - Math.min(...serving)).toBeLessThanOrEqual(1);
        expect(zonesOf(small.sim, AutoScalingGroupName).map((zone) => zone.total)).toEqual(serving);
      }),
      { numRuns: 60 },
    );
  });
});

describe('timers', () => {
  it('come in the order of their moments, and by kind and id at the same moment', () => {
    const timer: fc.Arbitrary<Timer> = fc.record({
      atMs: fc.nat(5),
      kind: fc.constantFrom('instance', 'group', 'dns'),
      id: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(timer), (all) => {
        const timers = new Timers();
        for (const one of all) timers.add(one);
        const taken: string[] = [];
        for (let one = timers.takeDue(5); one; one = timers.takeDue(5)) taken.push(`${one.atMs} ${one.kind} ${one.id}`);
        expect(taken).toEqual(all.map((one) => `${one.atMs} ${one.kind} ${one.id}`).toSorted());
      }),
    );
  });

  it('are left alone until their moment', () => {
    const timers = new Timers();
    timers.add({ atMs: 10, kind: 'dns', id: 'a' });
    expect(timers.takeDue(9)).toBeUndefined();
    expect(timers.takeDue(10)?.id).toBe('a');
  });
});
