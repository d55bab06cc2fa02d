import {
  CreateNetworkAclCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  GetExperimentCommand,
  GetExperimentTemplateCommand,
  ListExperimentsCommand,
  ListExperimentTemplatesCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  type CreateExperimentTemplateCommandInput,
  type Experiment,
  type FisClient,
} from '@aws-sdk/client-fis';
import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import { moreClients } from './more-clients.js';
import { MINUTE, openSmall, present, SECOND, servingOf, SMALL_WORLD, zonesOf, type Small } from './small-world.js';

interface Rig extends Small {
  readonly fis: FisClient;
}

async function open(behaviour: Partial<SimBehaviour> = {}): Promise<Rig> {
  const small = openSmall(behaviour);
  return { ...small, fis: await moreClients(small).fis() };
}

type Template = CreateExperimentTemplateCommandInput;
type Action = NonNullable<Template['actions']>[string];
type Target = NonNullable<Template['targets']>[string];

const PLAYBACK: Target = {
  resourceType: 'aws:ec2:instance',
  resourceTags: { team: 'streaming' },
  selectionMode: 'ALL',
};
const ZONE_A: Target = {
  resourceType: 'aws:ec2:subnet',
  parameters: { availabilityZoneIdentifier: 'us-east-1a' },
  selectionMode: 'ALL',
};
const STOP: Action = {
  actionId: 'aws:ec2:stop-instances',
  parameters: { startInstancesAfterDuration: 'PT3M' },
  targets: { Instances: 'some' },
};
const CUT: Action = {
  actionId: 'aws:network:disrupt-connectivity',
  parameters: { duration: 'PT2M', scope: 'all' },
  targets: { Subnets: 'some' },
};
const WAIT: Action = { actionId: 'aws:fis:wait', parameters: { duration: 'PT5M' } };

function template(action: Action, target?: Target, more: Partial<Template> = {}): Template {
  return {
    description: 'a test',
    roleArn: 'arn:aws:iam::123456789012:role/fis',
    stopConditions: [{ source: 'none' }],
    ...(target ? { targets: { some: target } } : {}),
    actions: { it: action },
    ...more,
  };
}

async function start({ fis }: Rig, input: Template): Promise<string> {
  const { experimentTemplate } = await fis.send(new CreateExperimentTemplateCommand(input));
  const { experiment } = await fis.send(new StartExperimentCommand({ experimentTemplateId: experimentTemplate?.id }));
  return present(experiment?.id);
}

async function experiment({ fis }: Rig, id: string): Promise<Experiment> {
  return present((await fis.send(new GetExperimentCommand({ id }))).experiment);
}

const statusOf = async (rig: Rig, id: string): Promise<string | undefined> => (await experiment(rig, id)).state?.status;

async function stopped({ ec2 }: Rig): Promise<readonly string[]> {
  const Filters = [{ Name: 'instance-state-name', Values: ['stopping', 'stopped'] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => present(InstanceId)));
}

/** A group that leaves its members alone. */
async function frozen(rig: Rig): Promise<Rig> {
  await rig.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'playback' }));
  return rig;
}

describe('a template that is refused', () => {
  it.each([
    [
      'an action that is not simulated',
      template({ actionId: 'aws:rds:failover-db-cluster' }),
      /aws:rds:failover-db-cluster/,
    ],
    [
      'a scope that is not simulated',
      template({ ...CUT, parameters: { duration: 'PT2M', scope: 's3' } }, ZONE_A),
      /scope s3/,
    ],
    ['an action without its target', template(STOP), /needs a target Instances/],
    ['a target of another kind', template(STOP, ZONE_A), /works on aws:ec2:instance/],
    [
      'a filter that is not simulated',
      template(STOP, { ...PLAYBACK, filters: [{ path: 'Mood', values: ['good'] }] }),
      /Mood/,
    ],
    ['an odd selection mode', template(STOP, { ...PLAYBACK, selectionMode: 'SOME' }), /SOME/],
    ['a duration below a minute', template({ ...WAIT, parameters: { duration: 'PT5S' } }), /PT5S/],
    ['an action that waits for itself', template({ ...WAIT, startAfter: ['it'] }), /cannot start after it/],
    ['no stop conditions', template(WAIT, undefined, { stopConditions: [] }), /stopConditions/],
    ['no role', template(WAIT, undefined, { roleArn: 'me' }), /roleArn/],
  ])('has %s', async (_what, input, message) => {
    const { fis } = await open();
    const creation = fis.send(new CreateExperimentTemplateCommand(input));
    await expect(creation).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('is one that is not there', async () => {
    const { fis } = await open();
    const absent = { name: 'ResourceNotFoundException' };
    await expect(fis.send(new GetExperimentTemplateCommand({ id: 'EXTno' }))).rejects.toMatchObject(absent);
    await expect(fis.send(new StartExperimentCommand({ experimentTemplateId: 'EXTno' }))).rejects.toMatchObject(absent);
    await expect(fis.send(new StopExperimentCommand({ id: 'EXPno' }))).rejects.toMatchObject(absent);
  });
});

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
      reason: expect.stringContaining('terminated'),
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

describe('experiments and templates', () => {
  it('are the same for the same client token', async () => {
    const { fis } = await open();
    const input = { ...template(WAIT), clientToken: 't' };
    const first = await fis.send(new CreateExperimentTemplateCommand(input));
    const second = await fis.send(new CreateExperimentTemplateCommand(input));
    expect(second.experimentTemplate?.id).toBe(first.experimentTemplate?.id);
    const begin = { experimentTemplateId: first.experimentTemplate?.id, clientToken: 't' };
    const one = await fis.send(new StartExperimentCommand(begin));
    expect((await fis.send(new StartExperimentCommand(begin))).experiment?.id).toBe(one.experiment?.id);
  });

  it('are listed page by page, and templates can be deleted', async () => {
    const rig = await open({ pageSize: 2 });
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) ids.push(await start(rig, template(WAIT)));
    const first = await rig.fis.send(new ListExperimentsCommand({}));
    const second = await rig.fis.send(new ListExperimentsCommand({ nextToken: present(first.nextToken) }));
    const listed = [...(first.experiments ?? []), ...(second.experiments ?? [])].map(({ id }) => id);
    expect(listed).toEqual([...ids].reverse());
    const { experimentTemplates: [one] = [] } = await rig.fis.send(new ListExperimentTemplatesCommand({}));
    await rig.fis.send(new DeleteExperimentTemplateCommand({ id: one?.id }));
    const gone = rig.fis.send(new GetExperimentTemplateCommand({ id: one?.id }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
