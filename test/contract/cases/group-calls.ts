import {
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { eventually, groupNow, stayingIn } from '../assertions.js';
import type { CloudUnderTest } from '../cloud.js';
import { EAST, SIZES } from '../contract-world.js';

/** The group that these calls are about. */
export const GROUP = { AutoScalingGroupName: 'web' };

export const asg = (cloud: CloudUnderTest): ReturnType<CloudUnderTest['aws']['autoScaling']> =>
  cloud.aws.autoScaling(EAST);

export const suspend = (cloud: CloudUnderTest, ...names: string[]): Promise<unknown> =>
  asg(cloud).send(new SuspendProcessesCommand({ ...GROUP, ScalingProcesses: names }));

export const update = (cloud: CloudUnderTest, sizes: Partial<UpdateAutoScalingGroupCommandInput>): Promise<unknown> =>
  asg(cloud).send(new UpdateAutoScalingGroupCommand({ ...GROUP, ...sizes }));

/** Ends a member, with its place or without. */
export const end = (cloud: CloudUnderTest, id: string, decrement: boolean): Promise<unknown> =>
  asg(cloud).send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: decrement }),
  );

export const members = async (cloud: CloudUnderTest): Promise<readonly string[]> =>
  stayingIn(await groupNow(cloud, EAST, 'web'));

/** Waits for what is said of the members; they are what they are after that. */
export const membersOnce = (
  cloud: CloudUnderTest,
  holds: (ids: readonly string[]) => boolean,
): Promise<readonly string[]> => eventually(cloud, () => members(cloud), holds);

/** Waits until a member is gone and as many as before are there again. */
export const replaced = (cloud: CloudUnderTest, id: string): Promise<readonly string[]> =>
  membersOnce(cloud, (now) => !now.includes(id) && now.length === SIZES.web.desired);
