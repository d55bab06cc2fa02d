import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
  type SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { SimAws } from '../../../src/world/aws/sim-aws.js';
import type { Stress } from '../../../src/world/ports.js';
import { moreClients, type MoreClients } from './more-clients.js';
import {
  EAST,
  MINUTE,
  openSmall,
  present,
  SECOND,
  servingOf,
  SMALL_WORLD,
  WEST,
  zonesOf,
  type Small,
} from './small-world.js';

interface Rig extends Small, MoreClients {
  /** Running instances of the group playback, two a zone. */
  readonly ids: string[];
}

async function open(behaviour: Partial<SimBehaviour> = {}): Promise<Rig> {
  const small = openSmall(behaviour);
  const more = moreClients(small);
  const { InstanceInformationList: all = [] } = await more.ssm.send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'tag:Name', Values: ['playback'] }] }),
  );
  return { ...small, ...more, ids: all.map(({ InstanceId }) => present(InstanceId)) };
}

const CPU: Partial<SendCommandCommandInput> = {
  DocumentName: 'AWSFIS-Run-CPU-Stress',
  Parameters: { DurationSeconds: ['60'], LoadPercent: ['80'] },
};

async function send({ ssm }: Rig, input: Partial<SendCommandCommandInput>): Promise<string> {
  const { Command } = await ssm.send(new SendCommandCommand({ DocumentName: undefined, ...input }));
  return present(Command?.CommandId);
}

function script({ ids }: Rig, ...commands: string[]): Partial<SendCommandCommandInput> {
  return { DocumentName: 'AWS-RunShellScript', Parameters: { commands }, InstanceIds: [present(ids[0])] };
}

function invocation(
  { ssm }: Rig,
  CommandId: string,
  InstanceId: string | undefined,
): Promise<GetCommandInvocationCommandOutput> {
  return ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
}

function stressIn({ sim }: Rig): readonly (Stress | undefined)[] {
  return zonesOf(sim, 'playback').map(({ stress }) => stress);
}

describe('a command that is refused', () => {
  it.each([
    ['an instance that is not there', { ...CPU, InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceId'],
    ['a document that is not there', { DocumentName: 'Mine', InstanceIds: [] }, 'InvalidDocument'],
    ["a document of AWS's that is not simulated", { DocumentName: 'AWS-RunPatchBaseline' }, 'NotImplemented'],
    ['a document without what it needs', { DocumentName: 'AWSFIS-Run-CPU-Stress' }, 'InvalidParameters'],
    [
      'a parameter that a document does not have',
      { ...CPU, Parameters: { DurationSeconds: ['60'], Odd: ['1'] } },
      'InvalidParameters',
    ],
    ['a number that is none', { ...CPU, Parameters: { DurationSeconds: ['soon'] } }, 'InvalidParameters'],
    ['neither instances nor targets', { ...CPU, InstanceIds: [] }, 'ValidationException'],
    ['output to a bucket, which is not simulated', { ...CPU, OutputS3BucketName: 'b' }, 'NotImplemented'],
  ])('is for %s', async (_what, input, name) => {
    const rig = await open();
    const InstanceIds = [present(rig.ids[0])];
    const given: Partial<SendCommandCommandInput> = input;
    const whole = given.DocumentName === 'Mine' ? { ...given, InstanceIds } : { InstanceIds, ...given };
    await expect(send(rig, whole)).rejects.toMatchObject({ name });
  });

  it('is for an instance that does not run', async () => {
    const rig = await open();
    const [first] = rig.ids;
    await rig.ec2.send(new StopInstancesCommand({ InstanceIds: [present(first)] }));
    await expect(send(rig, { ...CPU, InstanceIds: [present(first)] })).rejects.toMatchObject({
      name: 'InvalidInstanceId',
    });
  });

  it('is unknown to an instance that it was not sent to', async () => {
    const rig = await open();
    const id = await send(rig, { ...CPU, InstanceIds: [present(rig.ids[0])] });
    await expect(invocation(rig, id, rig.ids[1])).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    const elsewhere = moreClients(rig, WEST);
    await expect(elsewhere.ssm.send(new CancelCommandCommand({ CommandId: id }))).rejects.toMatchObject({
      name: 'InvalidCommandId',
    });
  });
});

describe('a command', () => {
  it('is pending, in progress and then a success, with what the script said', async () => {
    const rig = await open();
    const id = await send(rig, script(rig, 'echo "hello there"', 'sleep 30'));
    expect(await invocation(rig, id, rig.ids[0])).toMatchObject({ Status: 'Pending', ResponseCode: -1 });
    rig.pass(2 * SECOND);
    expect(await invocation(rig, id, rig.ids[0])).toMatchObject({ Status: 'InProgress', StandardOutputContent: '' });
    rig.pass(MINUTE);
    expect(await invocation(rig, id, rig.ids[0])).toMatchObject({
      Status: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'hello there\n',
    });
  });

  it('fails where the simulated instance does not know what it is told', async () => {
    const rig = await open();
    const id = await send(rig, script(rig, 'iptables -A INPUT -j DROP'));
    rig.pass(MINUTE);
    expect(await invocation(rig, id, rig.ids[0])).toMatchObject({
      Status: 'Failed',
      ResponseCode: 127,
      StandardErrorContent: 'sh: iptables: command not found\n',
    });
  });

  it('is given up where its instance went down', async () => {
    const rig = await open();
    const id = await send(rig, script(rig, 'sleep 30'));
    rig.pass(5 * SECOND);
    await rig.ec2.send(new StopInstancesCommand({ InstanceIds: [present(rig.ids[0])] }));
    rig.pass(5 * MINUTE);
    expect(await invocation(rig, id, rig.ids[0])).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
    });
  });

  it('goes to all that a tag names, so many at once', async () => {
    const rig = await open();
    const id = await send(rig, { ...CPU, Targets: [{ Key: 'tag:Name', Values: ['playback'] }], MaxConcurrency: '50%' });
    rig.pass(5 * SECOND);
    const { CommandInvocations: all = [] } = await rig.ssm.send(new ListCommandInvocationsCommand({ CommandId: id }));
    expect(all.map(({ Status }) => Status).sort()).toEqual([
      'InProgress',
      'InProgress',
      'InProgress',
      'Pending',
      'Pending',
      'Pending',
    ]);
    rig.pass(3 * MINUTE);
    const { Commands: [command] = [] } = await rig.ssm.send(new ListCommandsCommand({ CommandId: id }));
    expect(command).toMatchObject({ Status: 'Success', TargetCount: 6, CompletedCount: 6, ErrorCount: 0 });
  });

  it('spares the others after too many failures', async () => {
    const rig = await open();
    const InstanceIds = rig.ids.slice(0, 3);
    const id = await send(rig, { ...script(rig, 'false'), InstanceIds, MaxConcurrency: '1' });
    rig.pass(MINUTE);
    const { CommandInvocations: all = [] } = await rig.ssm.send(new ListCommandInvocationsCommand({ CommandId: id }));
    expect(all.map(({ StatusDetails }) => StatusDetails)).toEqual(['Failed', 'Terminated', 'Terminated']);
  });

  it('has an answer of its own where a tag names nobody', async () => {
    const rig = await open();
    const id = await send(rig, { ...CPU, Targets: [{ Key: 'tag:Name', Values: ['nobody'] }] });
    const { Commands } = await rig.ssm.send(new ListCommandsCommand({ CommandId: id }));
    expect(Commands).toMatchObject([{ StatusDetails: 'NoInstancesInTag', TargetCount: 0 }]);
  });

  it('is listed page by page, the newest first', async () => {
    const rig = await open({ pageSize: 2 });
    const sent: string[] = [];
    for (let n = 0; n < 3; n++) sent.push(await send(rig, { ...CPU, InstanceIds: [present(rig.ids[0])] }));
    const first = await rig.ssm.send(new ListCommandsCommand({}));
    const second = await rig.ssm.send(new ListCommandsCommand({ NextToken: first.NextToken }));
    const listed = [...(first.Commands ?? []), ...(second.Commands ?? [])].map(({ CommandId }) => CommandId);
    expect(listed).toEqual([...sent].reverse());
    expect(second.NextToken).toBeUndefined();
  });
});

describe('what a command does to traffic', () => {
  it('is felt from when it begins to when it ends by itself', async () => {
    const rig = await open();
    await send(rig, { ...CPU, InstanceIds: rig.ids });
    expect(stressIn(rig)).toEqual([undefined, undefined, undefined]);
    rig.pass(2 * SECOND);
    expect(stressIn(rig)[0]).toMatchObject({ cpuRatio: 0.8, capacityRatio: 0.5, slowRatio: 0, lostRatio: 0 });
    rig.pass(2 * MINUTE);
    expect(stressIn(rig)).toEqual([undefined, undefined, undefined]);
  });

  it('ends soon after it is cancelled', async () => {
    const rig = await open();
    const CommandId = await send(rig, { ...CPU, InstanceIds: rig.ids });
    rig.pass(2 * SECOND);
    await rig.ssm.send(new CancelCommandCommand({ CommandId }));
    expect(await invocation(rig, CommandId, rig.ids[0])).toMatchObject({ Status: 'Cancelling' });
    rig.pass(10 * SECOND);
    expect(await invocation(rig, CommandId, rig.ids[0])).toMatchObject({ Status: 'Cancelled' });
    expect(stressIn(rig)).toEqual([undefined, undefined, undefined]);
  });

  it('never begins where it is cancelled before', async () => {
    const rig = await open();
    const CommandId = await send(rig, { ...CPU, InstanceIds: rig.ids });
    await rig.ssm.send(new CancelCommandCommand({ CommandId }));
    rig.pass(5 * SECOND);
    expect(stressIn(rig)).toEqual([undefined, undefined, undefined]);
  });

  it('is a share where it is on some of the instances only', async () => {
    const rig = await open();
    await send(rig, {
      DocumentName: 'AWSFIS-Run-Network-Latency',
      Parameters: { DurationSeconds: ['60'], DelayMilliseconds: ['300'] },
      InstanceIds: [present(rig.ids[0])],
    });
    rig.pass(2 * SECOND);
    expect(stressIn(rig)[0]).toMatchObject({ slowRatio: 0.5, addedMs: 300 });
    expect(stressIn(rig).slice(1)).toEqual([undefined, undefined]);
  });

  it('cuts off whose port is closed, until it is over', async () => {
    const rig = await open();
    await send(rig, {
      DocumentName: 'AWSFIS-Run-Network-Blackhole-Port',
      Parameters: { DurationSeconds: ['60'], Protocol: ['tcp'], Port: ['443'] },
      InstanceIds: [present(rig.ids[0])],
    });
    rig.pass(2 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([1, 2, 2]);
    rig.pass(2 * MINUTE);
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('is none where another port is closed', async () => {
    const rig = await open();
    await send(rig, {
      DocumentName: 'AWSFIS-Run-Network-Blackhole-Port',
      Parameters: { DurationSeconds: ['60'], Protocol: ['tcp'], Port: ['9042'] },
      InstanceIds: rig.ids,
    });
    rig.pass(2 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('is a process that serves again when it was started again', async () => {
    const rig = await open();
    const kill = { DocumentName: 'AWSFIS-Run-Kill-Process', InstanceIds: [present(rig.ids[0])] };
    const missed = await send(rig, { ...kill, Parameters: { ProcessName: ['nobody'] } });
    rig.pass(5 * SECOND);
    expect(await invocation(rig, missed, rig.ids[0])).toMatchObject({ Status: 'Failed', ResponseCode: 1 });
    await send(rig, { ...kill, Parameters: { ProcessName: ['playback'] } });
    rig.pass(2 * SECOND);
    expect(servingOf(rig.sim, 'playback')).toEqual([1, 2, 2]);
    rig.pass(MINUTE);
    expect(servingOf(rig.sim, 'playback')).toEqual([2, 2, 2]);
  });

  it('goes on, and ends, in a process that goes on with the world', async () => {
    const rig = await open();
    const CommandId = await send(rig, { ...CPU, InstanceIds: rig.ids });
    rig.pass(5 * SECOND);
    const rows = rig.sim.takeChanges();
    const sim = SimAws.restore({ world: SMALL_WORLD, seed: 1, random: seededRandom(1) }, rows);
    expect(zonesOf(sim, 'playback')[0]?.stress).toMatchObject({ cpuRatio: 0.8 });
    sim.advanceTo(rig.clock.now() + 2 * MINUTE);
    expect(zonesOf(sim, 'playback')[0]?.stress).toBeUndefined();
    const input = { CommandId, InstanceId: rig.ids[0] };
    const call = { service: 'SSM' as const, command: 'GetCommandInvocationCommand', region: EAST, input };
    expect(sim.handle({ ...call, nowMs: sim.nowMs })).toMatchObject({ Status: 'Success' });
  });
});

describe('agents', () => {
  it('answer where instances run', async () => {
    const rig = await open();
    await rig.ec2.send(new StopInstancesCommand({ InstanceIds: [present(rig.ids[0])] }));
    const lost = await rig.ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: 'PingStatus', Values: ['ConnectionLost'] }] }),
    );
    expect(lost.InstanceInformationList?.map(({ InstanceId }) => InstanceId)).toEqual([rig.ids[0]]);
  });
});
