import {
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  ModifyInstanceAttributeCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import {
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { RUN_TAG } from '../../src/changes/creation-tags.js';
import { routeOf } from '../../src/changes/route-name.js';
import { targetOf } from '../../src/changes/target-name.js';
import { RUN, type Lab } from './lab.js';
import { changes, conflictsOf, meddled, nth } from './meddling.js';
import { expectRecovery, prepare, remainingOf } from './trials.js';

const EAST = 'us-east-1';
/** Some polls after the injection. */
const IN_THE_HOLD = { command: 'GetMetricDataCommand', nth: 8 };

async function instance(lab: Lab, id: string): Promise<Instance> {
  const { Reservations: found = [] } = await lab.rival
    .ec2(EAST)
    .send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const [own] = found.flatMap(({ Instances = [] }) => Instances);
  if (!own) throw new Error(`no instance ${id}`);
  return own;
}

async function setGroups(lab: Lab, InstanceId: string, Groups: string[]): Promise<void> {
  await lab.rival.ec2(EAST).send(new ModifyInstanceAttributeCommand({ InstanceId, Groups }));
}

/** The security group that the run made. */
async function ownGroup(lab: Lab): Promise<string> {
  const Filters = [{ Name: `tag:${RUN_TAG}`, Values: [RUN] }];
  const { SecurityGroups: [own] = [] } = await lab.rival.ec2(EAST).send(new DescribeSecurityGroupsCommand({ Filters }));
  return own?.GroupId ?? '';
}

describe('what someone else changes while a drill holds', () => {
  it('is left alone and listed: the security groups of an instance', async () => {
    const prepared = await prepare('monkey-isolate');
    const { lab } = prepared;
    const { id } = nth(changes(prepared, 'instance.securityGroups'), 0).resource;
    const { VpcId } = await instance(lab, id);
    const theirs = { GroupName: 'theirs', Description: 'theirs', VpcId };
    const { GroupId = '' } = await lab.rival.ec2(EAST).send(new CreateSecurityGroupCommand(theirs));
    const result = await meddled(prepared, IN_THE_HOLD, () => setGroups(lab, id, [GroupId]));
    expect(conflictsOf(result)).toEqual([`instance.securityGroups instance us-east-1/${id}`]);
    expect(remainingOf(result)).toEqual([]);
    expect((await instance(lab, id)).SecurityGroups?.map((group) => group.GroupId)).toEqual([GroupId]);
    expect((await lab.snapshot()).leftovers).toEqual([]);
  });

  it('is listed as remaining: a security group of the run that someone put an instance of theirs into', async () => {
    const prepared = await prepare('monkey-isolate');
    const { lab } = prepared;
    const hit = new Set(changes(prepared, 'instance.securityGroups').map(({ resource }) => resource.id));
    const { Reservations: there = [] } = await lab.rival.ec2(EAST).send(new DescribeInstancesCommand({}));
    const theirs = there.flatMap(({ Instances = [] }) => Instances).find((one) => !hit.has(one.InstanceId ?? ''));
    const id = theirs?.InstanceId ?? '';
    const result = await meddled(prepared, IN_THE_HOLD, async () => setGroups(lab, id, [await ownGroup(lab)]));
    expect(result.exitCode).toBe(4);
    expect(result.rollback.remaining.map(({ attribute }) => attribute)).toEqual(['securityGroup.exists']);
    await setGroups(
      lab,
      id,
      (theirs?.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId),
    );
    await expectRecovery(prepared, 'after the instance was given back');
  });

  it('is listed: an instance in standby that someone took out of its group', async () => {
    const prepared = await prepare('monkey-standby');
    const { id } = nth(changes(prepared, 'instance.standby'), 0).resource;
    const groups = prepared.lab.rival.autoScaling(EAST);
    const { AutoScalingInstances: [own] = [] } = await groups.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [id] }),
    );
    const group = { AutoScalingGroupName: own?.AutoScalingGroupName, ShouldDecrementDesiredCapacity: false };
    const result = await meddled(prepared, IN_THE_HOLD, () =>
      groups.send(new DetachInstancesCommand({ ...group, InstanceIds: [id] })),
    );
    expect(conflictsOf(result)).toEqual([`instance.standby instance us-east-1/${id}`]);
    expect(remainingOf(result)).toEqual([]);
  });

  it('is left alone and listed: the subnets of a group', async () => {
    const prepared = await prepare('gorilla-power-us-east-1a');
    const { lab } = prepared;
    const { resource, before } = nth(changes(prepared, 'asg.subnets'), 0);
    const [first = '', ...others] = listOf(before);
    const one = { AutoScalingGroupName: resource.id, VPCZoneIdentifier: others.at(-1) ?? first };
    const result = await meddled(prepared, IN_THE_HOLD, () =>
      lab.rival.autoScaling(EAST).send(new UpdateAutoScalingGroupCommand(one)),
    );
    expect(conflictsOf(result)).toEqual([`asg.subnets asg us-east-1/${resource.id}`]);
    expect(remainingOf(result)).toEqual([]);
  });

  it('is simply back: a rule of the run that someone deleted', async () => {
    const prepared = await prepare('edge-down-us-east-1');
    const { lab } = prepared;
    const { id: ListenerArn } = nth(changes(prepared, 'listenerRule.exists'), 0).resource;
    const elb = lab.rival.elb(EAST);
    const result = await meddled(prepared, IN_THE_HOLD, async () => {
      const { Rules: rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
      const own = rules.find(({ Actions }) => Actions?.[0]?.FixedResponseConfig?.MessageBody?.includes(RUN) === true);
      await elb.send(new DeleteRuleCommand({ RuleArn: own?.RuleArn }));
    });
    expect(result.rollback).toMatchObject({ conflicts: [], remaining: [] });
  });

  it('is left alone and listed: a route that someone sent elsewhere', async () => {
    const prepared = await prepare('split-brain');
    const { lab } = prepared;
    const { resource } = nth(changes(prepared, 'route.target'), 0);
    const { table: RouteTableId, destination: DestinationCidrBlock } = routeOf(resource.id);
    const ec2 = lab.rival.ec2(resource.region);
    const { Reservations: [some] = [] } = await ec2.send(new DescribeInstancesCommand({}));
    const elsewhere = { RouteTableId, DestinationCidrBlock, InstanceId: some?.Instances?.[0]?.InstanceId };
    // two regions a poll
    const at = { ...IN_THE_HOLD, nth: 2 * IN_THE_HOLD.nth };
    const result = await meddled(prepared, at, () => ec2.send(new CreateRouteCommand(elsewhere)));
    expect(conflictsOf(result)).toEqual([`route.target route ${resource.region}/${resource.id}`]);
    expect(remainingOf(result)).toEqual([]);
  });

  it('is simply back: a target that someone registered again', async () => {
    const prepared = await prepare('monkey-detach');
    const { lab } = prepared;
    const {
      targetGroup: TargetGroupArn,
      instance: Id,
      port: Port,
    } = targetOf(nth(changes(prepared, 'target.registered'), 0).resource.id);
    const elb = lab.rival.elb(EAST);
    const result = await meddled(prepared, { command: 'RegisterTargetsCommand', nth: 1 }, () =>
      elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port }] })),
    );
    expect(result.rollback).toMatchObject({ conflicts: [], remaining: [] });
    const { TargetHealthDescriptions: now = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    expect(now.map(({ Target }) => Target?.Id)).toContain(Id);
  });
});

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
