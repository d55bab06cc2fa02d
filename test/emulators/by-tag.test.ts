import { rmSync } from 'node:fs';
import path from 'node:path';
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateTagsCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateExperimentTemplateCommand, FisClient, ListExperimentTemplatesCommand } from '@aws-sdk/client-fis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IN_THE_HOLD, longDrill, runOf, until, isThere, runFile } from './fast-drill.js';
import { emulatorEnv, startKong } from './kong.js';
import { missingMoto } from './moto.js';
import { clientConfig } from './snapshot.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();
const REGIONS = ['--regions', 'us-east-1,us-west-2'];
const STRANGER = '20260101T000000Z-abcdef';

async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

function ec2Of({ endpoint }: WireWorld): EC2Client {
  const client = new EC2Client(clientConfig(endpoint, 'us-east-1'));
  onTestFinished(() => client.destroy());
  return client;
}

describe.skipIf(missing !== undefined)('kong rollback --by-tag over the wire', () => {
  it('puts a killed drill back with no file of it left, once it has expired, and touches nothing else', async () => {
    const world = await newWorld();
    const ec2 = ec2Of(world);
    await tagAnAclWithRules(ec2);
    const before = await world.snapshot();
    const killed = { signalAfter: { output: IN_THE_HOLD, signal: 'SIGKILL' as const } };
    expect((await world.kong(longDrill(world), killed)).signal).toBe('SIGKILL');
    const run = runOf(world.home);
    rmSync(path.join(world.home, '.kong'), { recursive: true });
    const rollback = ['rollback', '--by-tag', '--on', 'aws', ...REGIONS];

    const early = await world.kong(rollback);
    expect(early.stdout, early.stderr).toContain(`left alone: ${run}`);
    expect(await world.snapshot()).not.toEqual(before);

    await expire(ec2, run);
    await leaveATemplate(world, run);
    const exit = await world.kong(rollback);
    expect(exit.stdout, exit.stderr).toContain('everything is restored');
    expect(exit.stdout).toContain(`carries the tag of run ${STRANGER} and is not touched`);
    expect(exit.code).toBe(0);
    expect(await world.snapshot()).toEqual(before);
    expect(await templatesIn(world)).toEqual(['theirs']);
  });

  it('is refused for a run that is alive, named or not, and says where to look when it does not know', async () => {
    const world = await newWorld();
    const own = { cwd: world.home, env: emulatorEnv(world.endpoint) };
    const drill = startKong(longDrill(world), own);
    const isInTheHold = (): boolean => runFile(world.home, 'events.ndjson').includes('"title":"hold');
    await until(() => isThere(isInTheHold), { withinMs: 60_000, what: 'the drill is in its hold' });
    const run = runOf(world.home);
    const rollback = ['rollback', '--by-tag', '--on', 'aws'];
    const nowhere = await world.kong(rollback);
    expect(nowhere.stderr).toContain('--regions us-east-1,us-west-2');
    expect(nowhere.code).toBe(2);
    const named = await world.kong([...rollback, ...REGIONS, '--run', run]);
    expect(named.stderr).toContain(`run ${run} is still going`);
    expect(named.code).toBe(3);
    const any = await world.kong([...rollback, ...REGIONS, '--older-than', '0s']);
    expect(any.stdout, any.stderr).toContain(`left alone: ${run}`);
    drill.child.kill('SIGINT');
    expect((await drill.finished).code).toBe(130);
  });
});

/** Someone's own ACL with a tag that is none of its business. */
async function tagAnAclWithRules(ec2: EC2Client): Promise<void> {
  const { NetworkAcls: [acl] = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const { NetworkAcl: made } = await ec2.send(new CreateNetworkAclCommand({ VpcId: acl?.VpcId }));
  const NetworkAclId = made?.NetworkAclId;
  const rule = { RuleNumber: 100, Protocol: '-1', RuleAction: 'allow', Egress: false, CidrBlock: '0.0.0.0/0' } as const;
  await ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...rule }));
  const Tags = [
    { Key: 'kong:run', Value: STRANGER },
    { Key: 'kong:handle', Value: 'deny' },
    { Key: 'kong:expires', Value: '2026-01-02T00:00:00.000Z' },
  ];
  await ec2.send(new CreateTagsCommand({ Resources: [NetworkAclId ?? ''], Tags }));
}

function fisOf({ endpoint }: WireWorld): FisClient {
  const client = new FisClient(clientConfig(endpoint, 'us-east-1'));
  onTestFinished(() => client.destroy());
  return client;
}

/** Templates of AWS FIS: one of the run, and one of somebody else. */
async function leaveATemplate(world: WireWorld, run: string): Promise<void> {
  const own = {
    ...{ 'kong:run': run, 'kong:handle': 'fis-us-east-1', 'kong:expires': '2026-01-02T00:00:00.000Z' },
    'kong:undo:1': 'fisExperiment.running null * - fis-us-east-1-run',
  };
  const actions = { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } };
  const rest = { roleArn: 'arn:aws:iam::123456789012:role/fis', stopConditions: [{ source: 'none' }], actions };
  const client = fisOf(world);
  for (const [description, tags] of [
    ['kong: a drill', own],
    ['theirs', {}],
  ] as const) {
    await client.send(new CreateExperimentTemplateCommand({ ...rest, description, tags, clientToken: description }));
  }
  expect(await templatesIn(world)).toHaveLength(2);
}

async function templatesIn(world: WireWorld): Promise<readonly (string | undefined)[]> {
  const { experimentTemplates = [] } = await fisOf(world).send(new ListExperimentTemplatesCommand({}));
  return experimentTemplates.map(({ description }) => description);
}

async function expire(ec2: EC2Client, run: string): Promise<void> {
  const Filters = [{ Name: 'tag:kong:run', Values: [run] }];
  const { NetworkAcls: acls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters }));
  const Resources = acls.map(({ NetworkAclId = '' }) => NetworkAclId);
  expect(Resources).toHaveLength(1);
  const Tags = [{ Key: 'kong:expires', Value: new Date(Date.now() - 1_000).toISOString() }];
  await ec2.send(new CreateTagsCommand({ Resources, Tags }));
}
