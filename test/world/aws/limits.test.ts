import {
  CreateNetworkAclCommand,
  DescribeNetworkAclsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BEHAVIOUR } from '../../../src/world/aws/behaviour.js';
import { openSmall, present, SECOND, type Small } from './small-world.js';

async function makeAcl({ ec2 }: Small, more: object = {}): Promise<unknown> {
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({}));
  return ec2.send(new CreateNetworkAclCommand({ VpcId: present(vpc?.VpcId), ...more }));
}

/** How many calls in a row are answered before one is refused, and with what. */
async function burst(call: () => Promise<unknown>, most: number): Promise<readonly [number, string]> {
  for (let n = 0; n < most; n++) {
    try {
      await call();
    } catch (error) {
      return [n, error instanceof Error ? error.name : ''];
    }
  }
  return [most, ''];
}

describe('quotas', () => {
  it('allow two hundred network ACLs a VPC, the default one among them', async () => {
    const small = openSmall();
    expect(await burst(() => makeAcl(small), 250)).toEqual([199, 'NetworkAclLimitExceeded']);
  });

  it('allow fifty tags at the creation of a network ACL', async () => {
    const tags = (count: number): object => {
      const Tags = Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '' }));
      return { TagSpecifications: [{ ResourceType: 'network-acl', Tags }] };
    };
    const small = openSmall();
    await makeAcl(small, tags(50));
    await expect(makeAcl(small, tags(51))).rejects.toMatchObject({ name: 'TagLimitExceeded' });
  });
});

describe('throttling', () => {
  it('gives each changing action of EC2 a bucket of its own, smaller than those that describe', async () => {
    const small = openSmall({ throttle: DEFAULT_BEHAVIOUR.throttle });
    const vpc = present((await small.ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId);
    const create = (): Promise<unknown> => small.ec2.send(new CreateNetworkAclCommand({ VpcId: vpc }));
    expect(await burst(create, 200)).toEqual([50, 'RequestLimitExceeded']);
    const describe = (): Promise<unknown> => small.ec2.send(new DescribeNetworkAclsCommand({}));
    expect(await burst(describe, 200)).toEqual([100, 'RequestLimitExceeded']);
    await small.ec2.send(new DescribeSubnetsCommand({}));
    small.pass(SECOND);
    expect(await burst(create, 200)).toEqual([5, 'RequestLimitExceeded']);
  });

  it('takes the rate of one operation before that of its kind', async () => {
    const throttle = { 'EC2/read': { burst: 9, perSecond: 1 }, 'EC2/DescribeVpcs': { burst: 2, perSecond: 1 } };
    const small = openSmall({ throttle });
    expect(await burst(() => small.ec2.send(new DescribeVpcsCommand({})), 20)).toEqual([2, 'RequestLimitExceeded']);
  });

  it('counts the instances that a call names, and takes nothing for a call that it refuses', async () => {
    const throttle = { 'EC2/StopInstances/resources': { burst: 3, perSecond: 1 } };
    const { ec2 } = openSmall({ throttle });
    const InstanceIds = Array.from({ length: 4 }, (_, i) => `i-${i}`);
    const stop = (count: number) => ec2.send(new StopInstancesCommand({ InstanceIds: InstanceIds.slice(0, count) }));
    await expect(stop(4)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    // it gets as far as the instances, which are not there
    await expect(stop(3)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    await expect(stop(1)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  });

  it('lets five calls a second through to Route 53', async () => {
    const small = openSmall({ throttle: DEFAULT_BEHAVIOUR.throttle });
    const list = (): Promise<unknown> => small.route53.send(new ListHostedZonesCommand({}));
    expect(await burst(list, 20)).toEqual([5, 'Throttling']);
    small.pass(SECOND);
    expect(await burst(list, 20)).toEqual([5, 'Throttling']);
  });
});
