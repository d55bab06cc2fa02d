import { DescribeAutoScalingGroupsCommand, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, DescribeNetworkAclsCommand, type Filter } from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import type { CloudUnderTest } from './cloud.js';

/** The name of the error with which a call is refused; fails where it is not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return 'not refused';
}

/** Reads until it holds, or until the cloud's patience is over: the last reading is then what is asserted on. */
export async function eventually<T>(
  cloud: CloudUnderTest,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> {
  const { clock, patienceMs } = cloud;
  const deadlineMs = clock.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (holds(value) || clock.now() >= deadlineMs) return value;
    await clock.sleep(patienceMs / 20);
  }
}

/** Something that has to be there. */
export function there<T>(value: T | undefined | null, what = 'it'): T {
  if (value === undefined || value === null) return expect.fail(`${what} is not there`);
  return value;
}

/** Ids that no resource has, of the right form. */
export const NO_SUCH = {
  subnet: 'subnet-0123456789abcdef0',
  instance: 'i-0123456789abcdef0',
  acl: 'acl-0123456789abcdef0',
  association: 'aclassoc-0123456789abcdef0',
} as const;

/** Subnet id to its association, as one subnet's filter shows it. */
export async function associationOf(
  cloud: CloudUnderTest,
  region: string,
  subnet: string,
): Promise<{ readonly id: string; readonly acl: string }> {
  const { NetworkAcls = [] } = await cloud.aws
    .ec2(region)
    .send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnet] }] }));
  const found = NetworkAcls.flatMap((acl) => acl.Associations ?? []).filter((one) => one.SubnetId === subnet);
  expect(found).toHaveLength(1);
  return { id: there(found[0]?.NetworkAclAssociationId), acl: there(found[0]?.NetworkAclId) };
}

/** Every instance that matches, over all pages, by id: its state. */
export async function statesOf(
  cloud: CloudUnderTest,
  region: string,
  filters: readonly Filter[],
): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  let token: string | undefined;
  do {
    const answer = await cloud.aws
      .ec2(region)
      .send(new DescribeInstancesCommand({ Filters: [...filters], NextToken: token }));
    for (const instance of (answer.Reservations ?? []).flatMap((one) => one.Instances ?? []))
      states.set(instance.InstanceId ?? '', instance.State?.Name ?? '');
    token = answer.NextToken;
  } while (token !== undefined && token !== '');
  return states;
}

/** One group as it is now. */
export async function groupNow(cloud: CloudUnderTest, region: string, name: string): Promise<AutoScalingGroup> {
  const { AutoScalingGroups: [group] = [] } = await cloud.aws
    .autoScaling(region)
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  return there(group, name);
}

/** Ids of a group's members that stay, sorted. */
export function stayingIn(group: AutoScalingGroup): readonly string[] {
  return (group.Instances ?? [])
    .filter((member) => !member.LifecycleState?.startsWith('Terminat'))
    .map((member) => member.InstanceId ?? '')
    .sort();
}
