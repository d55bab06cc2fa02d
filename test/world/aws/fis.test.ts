import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateNetworkAclCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import { StopExperimentCommand } from '@aws-sdk/client-fis';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import {
  CUT,
  experiment,
  open,
  PLAYBACK,
  start,
  statusOf,
  STOP,
  stopped,
  template,
  WAIT,
  ZONE_A,
  type Rig,
} from './fis-rig.js';
import { MINUTE, present, SECOND, servingOf, SMALL_WORLD, zonesOf } from './small-world.js';

/** A group that leaves its members alone. */
async function frozen(rig: Rig): Promise<Rig> {
  await rig.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'playback' }));
  return rig;
}

describe('an experiment', () => {
  it('stops instances and starts them again after a while', async () => {
    const rig = await frozen(await open());
    const id = await start(rig, template(STOP, PLAYBACK));
    expect(await statusOf(rig, id)).toBe('initiating');
    rig.pass(5 * SECOND);
    expect(await experiment(rig, id)).toMatchObject({
      state: { status: 'running' },
      actions: { it: { state: { status: 'running' } } },
    });
    expect(await stopped(rig)).toHaveLength(6);
    rig.pass(6 * MINUTE);
    expect(await experiment(rig, id)).toMatchObject({ state: { status: 'completed' } });
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('fails where the instances that it would start were replaced meanwhile', async () => {
    const rig = await open();
    const id = await start(rig, template(STOP, PLAYBACK));
    rig.pass(5 * MINUTE);
    expect((await experiment(rig, id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('terminated') as string,
    });
  });

  it.each([
    ['COUNT(2)', 2],
    ['PERCENT(50)', 3],
    ['PERCENT(40)', 2],
  ])('chooses %s of six by the seed', async (selectionMode, count) => {
    const chosen = async (): Promise<readonly string[]> => {
      const rig = await frozen(await open());
      await start(rig, template(STOP, { ...PLAYBACK, selectionMode }));
      rig.pass(5 * SECOND);
      return stopped(rig);
    };
    const first = await chosen();
    expect(first).toHaveLength(count);
    expect(await chosen()).toEqual(first);
  });

  it('finds instances by filters', async () => {
    const rig = await frozen(await open());
    const filters = [{ path: 'Placement.AvailabilityZone', values: ['us-east-1b'] }];
    await start(rig, template(STOP, { ...PLAYBACK, filters }));
    rig.pass(5 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 0, 2]);
  });

  it.each([
    ['fail', 'failed'],
    ['skip', 'completed'],
  ] as const)('that finds nobody and is to %s is %s', async (emptyTargetResolutionMode, status) => {
    const rig = await open();
    const nobody = { ...PLAYBACK, resourceTags: { team: 'nobody' } };
    const id = await start(rig, template(STOP, nobody, { experimentOptions: { emptyTargetResolutionMode } }));
    rig.pass(5 * SECOND);
    expect(await statusOf(rig, id)).toBe(status);
  });

  it('cuts a zone off behind a network ACL of its own, and puts back what was there', async () => {
    const rig = await open();
    const id = await start(rig, template(CUT, ZONE_A));
    rig.pass(5 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([0, 2, 2]);
    const Filters = [{ Name: 'tag:managedByFIS', Values: ['true'] }];
    expect((await rig.ec2.send(new DescribeNetworkAclsCommand({ Filters }))).NetworkAcls).toHaveLength(1);
    rig.pass(2 * MINUTE);
    expect(await statusOf(rig, id)).toBe('completed');
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
    expect((await rig.ec2.send(new DescribeNetworkAclsCommand({ Filters }))).NetworkAcls).toEqual([]);
  });

  it('keeps a load balancer out of a zone as long as it says, or until it is stopped', async () => {
    const rig = await open();
    const parameters = {
      duration: 'PT3M',
      availabilityZoneIdentifier: 'us-east-1a',
      managedResourceTypes: 'ALB',
      zonalAutoshiftStatus: 'ANY',
    };
    const actionId = 'aws:arc:start-zonal-autoshift';
    const resourceType = 'aws:arc:zonal-shift-managed-resource';
    const shift = template(
      { actionId, parameters, targets: { ManagedResources: 'some' } },
      { resourceType, resourceTags: { team: 'streaming' }, selectionMode: 'ALL' },
    );
    const id = await start(rig, shift);
    rig.pass(5 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([0, 2, 2]);
    rig.pass(4 * MINUTE);
    expect(await statusOf(rig, id)).toBe('completed');
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
    const again = await start(rig, shift);
    rig.pass(5 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([0, 2, 2]);
    await rig.fis.send(new StopExperimentCommand({ id: again }));
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('leaves a subnet where somebody else has put it meanwhile', async () => {
    const rig = await open();
    await start(rig, template(CUT, ZONE_A));
    rig.pass(5 * SECOND);
    const Filters = [{ Name: 'tag:managedByFIS', Values: ['true'] }];
    const { NetworkAcls: [clone] = [] } = await rig.ec2.send(new DescribeNetworkAclsCommand({ Filters }));
    const { NetworkAcl } = await rig.ec2.send(new CreateNetworkAclCommand({ VpcId: clone?.VpcId }));
    const AssociationId = clone?.Associations?.[0]?.NetworkAclAssociationId;
    const NetworkAclId = present(NetworkAcl?.NetworkAclId);
    await rig.ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
    rig.pass(3 * MINUTE);
    const found = await rig.ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [NetworkAclId] }));
    expect(found.NetworkAcls?.[0]?.Associations).toHaveLength(1);
  });

  it('runs a document, which ends with its action', async () => {
    const rig = await open();
    const parameters = {
      documentArn: 'arn:aws:ssm:us-east-1::document/AWSFIS-Run-CPU-Stress',
      documentParameters: '{"DurationSeconds":"600"}',
      duration: 'PT1M',
    };
    const action = { actionId: 'aws:ssm:send-command', parameters, targets: { Instances: 'some' } };
    const id = await start(rig, template(action, PLAYBACK));
    rig.pass(10 * SECOND);
    expect(zonesOf(rig.sim, 'playback')[0]?.stress).toMatchObject({ cpuRatio: 1 });
    rig.pass(2 * MINUTE);
    expect(zonesOf(rig.sim, 'playback')[0]?.stress).toBeUndefined();
    expect(await statusOf(rig, id)).toBe('completed');
  });

  it('begins an action when those before it have ended', async () => {
    const rig = await open();
    const actions = { first: WAIT, then: { ...CUT, startAfter: ['first'] } };
    const id = await start(rig, template(WAIT, ZONE_A, { actions }));
    rig.pass(MINUTE);
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
    rig.pass(5 * MINUTE);
    expect(servingOf(rig.sim, 'playback')).toEqual([0, 2, 2]);
    rig.pass(5 * MINUTE);
    expect(await statusOf(rig, id)).toBe('completed');
  });

  it('that is stopped puts back what it can, and cancels what has not begun', async () => {
    const rig = await frozen(await open());
    const actions = { it: STOP, later: { ...WAIT, startAfter: ['it'] } };
    const id = await start(rig, template(STOP, PLAYBACK, { actions }));
    rig.pass(5 * SECOND);
    await rig.fis.send(new StopExperimentCommand({ id }));
    // what is still stopping can't be started yet
    expect(await statusOf(rig, id)).toBe('stopping');
    rig.pass(3 * MINUTE);
    expect(await experiment(rig, id)).toMatchObject({
      state: { status: 'stopped' },
      actions: { it: { state: { status: 'stopped' } }, later: { state: { status: 'cancelled' } } },
    });
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
    await expect(rig.fis.send(new StopExperimentCommand({ id }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is halted by its stop condition', async () => {
    const rig = await open();
    await rig.cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'slo',
        Namespace: 'Small',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    const value = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:slo';
    const id = await start(rig, template(CUT, ZONE_A, { stopConditions: [{ source: 'aws:cloudwatch:alarm', value }] }));
    rig.pass(5 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([0, 2, 2]);
    await rig.cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'slo', StateValue: 'ALARM', StateReason: 'x' }));
    expect((await experiment(rig, id)).state).toEqual({
      status: 'stopped',
      reason: 'Experiment halted by stop condition.',
    });
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('goes on, and puts back, in a process that goes on with the world', async () => {
    const rig = await open();
    await start(rig, template(CUT, ZONE_A));
    rig.pass(5 * SECOND);
    const sim = SimAws.restore({ world: SMALL_WORLD, seed: 1, random: seededRandom(1) }, rig.sim.takeChanges());
    expect(servingOf(sim, 'playback')).toEqual([0, 2, 2]);
    sim.advanceTo(rig.clock.now() + 3 * MINUTE);
    expect(servingOf(sim, 'playback')).toEqual([2, 2, 2]);
  });
});
