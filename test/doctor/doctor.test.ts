import { CreateNetworkAclCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { permitFor } from '../../src/aws/guard.js';
import { isMutating } from '../../src/aws/operations.js';
import { creationTags } from '../../src/changes/creation-tags.js';
import { examine, exitCodeOfChecks } from '../../src/doctor/doctor.js';
import { permissionChecks } from '../../src/doctor/permission-checks.js';
import { stateChecks } from '../../src/doctor/state-checks.js';
import { lockPaths } from '../../src/drill/lock.js';
import type { Check } from '../../src/model/checkup.js';
import { KongError } from '../../src/model/errors.js';
import type { Environment } from '../../src/plan/environment.js';
import { MemoryFiles } from '../support/memory-files.js';
import { NOBODY_LIVES, requestFor, withName } from './request.js';
import { SIMULATED } from '../support/simulated.js';
import { openBench, planOn, readExperiment, STATE, type Around, type Bench } from '../support/sim-drill.js';

async function checksFor(name: string, set: readonly string[] = [], bench = openBench()): Promise<readonly Check[]> {
  return examine(requestFor(bench, await planOn(bench, readExperiment(name, set))));
}

/** CloudWatch with two of three datapoints missing, as where a metric is published less often than it is read. */
const everyThird: Around = async (command, answer) => {
  const result = await answer();
  if (command !== 'GetMetricDataCommand') return result;
  const { output } = result as { output: { MetricDataResults?: { Timestamps?: Date[]; Values?: number[] }[] } };
  for (const one of output.MetricDataResults ?? []) {
    const times = one.Timestamps ?? [];
    const kept = times.map((time) => time.getTime() % 30_000 === 0);
    one.Timestamps = times.filter((_, i) => kept[i]);
    one.Values = (one.Values ?? []).filter((_, i) => kept[i]);
  }
  return result;
};

describe('a checkup', () => {
  it('fails for an SLI without data, and says since when', async () => {
    const set = ['slis.latency-p99.cloudwatch.metric.name=Latenzy'];
    const checks = await checksFor('kong-us-east-1', set);
    const failing = checks.filter(({ status }) => status === 'failed');
    expect(failing).toMatchObject([
      { name: 'sli latency-p99 us-west-2', message: 'no datapoint in the last 5m', code: 'SLI_NO_DATA' },
    ]);
    expect(exitCodeOfChecks(checks)).toBe(3);
  });

  it('warns of a period that is shorter than what is published', async () => {
    const checks = await checksFor('kong-us-east-1', [], openBench({ around: everyThird }));
    expect(withName(checks, 'sli latency-p99')).toMatchObject([{ status: 'warning', fix: 'set its period to 30s' }]);
  });

  it('fails for an abort rule that could never fire', async () => {
    const checks = await checksFor('kong-us-east-1', ['abort.when.0.breach=< 0%']);
    const [rule] = withName(checks, 'abort stream-starts');
    expect(rule).toMatchObject({ status: 'failed', code: 'REFUSED' });
    expect(rule?.message).toContain('can never fire');
  });

  it('finds what a run of long ago left, by its tags, and how it is put back', async () => {
    const bench = openBench();
    const run = '20250101T000000Z-abcdef';
    const left = await createAcl(bench, { run, expiresAt: '2025-01-02T00:00:00.000Z' });
    const checks = await checksFor('monkey-stop', [], bench);
    expect(withName(checks, `tags ${run}`)).toMatchObject([
      { status: 'failed', code: 'STILL_CHANGED', fix: `kong rollback --by-tag --run ${run}` },
    ]);
    expect(withName(checks, `tags ${run}`)[0]?.message).toContain(left);
    expect(exitCodeOfChecks(checks)).toBe(4);
  });

  it('only warns of what has not expired: its run may go on elsewhere', async () => {
    const bench = openBench();
    const later = new Date(bench.clock.now() + 3_600_000).toISOString();
    await createAcl(bench, { run: '20250101T000000Z-abcdef', expiresAt: later });
    expect(withName(await checksFor('monkey-stop', [], bench), 'tags')).toMatchObject([{ status: 'warning' }]);
  });

  it('warns of a VPC whose network ACLs are at the quota', async () => {
    const bench = openBench();
    const plan = await planOn(bench, readExperiment('kong-us-east-1'));
    for (let i = 0; i < 199; i++) await createAcl(bench, { run: undefined, expiresAt: '' });
    const checks = await examine(requestFor(bench, plan));
    expect(withName(checks, 'quota vpc-')).toMatchObject([{ status: 'warning' }]);
    expect(withName(checks, 'quota vpc-')[0]?.message).toContain('200 and 1 more, of 200');
  });

  it('without a target says what it could not look at, and fails for nothing', async () => {
    const checks = await examine(requestFor(openBench(), undefined));
    expect(withName(checks, 'plan')).toMatchObject([{ status: 'unknown', fix: 'kong doctor TARGET' }]);
    expect(exitCodeOfChecks(checks)).toBe(0);
  });

  it('of a world that is well says so of every part, and sends nothing that changes it', async () => {
    const sent: string[] = [];
    const around: Around = (command, answer) => {
      sent.push(command);
      return answer();
    };
    const checks = await checksFor('kong-us-east-1', [], openBench({ around }));
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.length).toBeGreaterThan(15);
    expect(sent.filter(isMutating)).toEqual([]);
  });
});

async function createAcl(
  { cloud, world }: Bench,
  { run, expiresAt }: { readonly run: string | undefined; readonly expiresAt: string },
): Promise<string> {
  const { Vpcs } = await vpcsOf(cloud);
  const tags = run === undefined ? [] : [...creationTags({ run, handle: 'h', expiresAt })];
  const command = new CreateNetworkAclCommand({
    VpcId: Vpcs[0] ?? world.name,
    TagSpecifications: [{ ResourceType: 'network-acl', Tags: tags }],
  });
  const permit = permitFor({ changes: ['c1'] }, new AbortController().signal);
  const answer = await cloud.ec2('us-east-1').send(permit.for(command));
  return answer.NetworkAcl?.NetworkAclId ?? '';
}

async function vpcsOf(cloud: Bench['cloud']): Promise<{ readonly Vpcs: readonly string[] }> {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  const { Vpcs = [] } = await cloud.ec2('us-east-1').send(new DescribeVpcsCommand({}));
  return { Vpcs: Vpcs.map(({ VpcId = '' }) => VpcId) };
}

describe('the permissions', () => {
  const LOOPBACK: Environment = { ...SIMULATED, on: 'aws', endpoint: 'http://127.0.0.1:5000' };
  const AMAZON: Environment = { ...SIMULATED, on: 'aws', amazon: true };
  const answer = { host: 'sts.us-east-1.amazonaws.com', serverMs: undefined, askedMs: 0, answeredMs: 0 };

  function denying(...commands: readonly string[]): Around {
    return (command, send) => {
      if (!commands.includes(command)) return send();
      throw Object.assign(new Error('you are not authorized'), { name: 'UnauthorizedOperation' });
    };
  }

  async function asked(environment: Environment, name: string, around: Around): Promise<readonly Check[]> {
    const { cloud, clock } = openBench({ around });
    const plan = await planOn(openBench(), readExperiment(name));
    const arn = 'arn:aws:sts::123456789012:assumed-role/drills/ci';
    const nowMs = clock.now();
    return permissionChecks({ cloud, environment, answer, arn, regions: plan.regions, reads: undefined, plan, nowMs });
  }

  it('fail one by one where reading is denied, all of them at once', async () => {
    const around = denying('DescribeVpcsCommand', 'DescribeLoadBalancersCommand');
    const checks = await asked(LOOPBACK, 'monkey-stop', around);
    expect(checks.filter(({ status }) => status === 'failed')).toMatchObject([
      { name: 'permissions.read ec2:DescribeVpcs', code: 'ACCESS_DENIED' },
      { name: 'permissions.read elasticloadbalancing:DescribeLoadBalancers', code: 'ACCESS_DENIED' },
    ]);
    expect(exitCodeOfChecks(checks)).toBe(5);
  });

  it('to change something are unknown on an emulator, which is sent no dry run', async () => {
    const sent: string[] = [];
    const around: Around = (command, send) => {
      sent.push(command);
      return send();
    };
    const checks = await asked(LOOPBACK, 'kong-us-east-1', around);
    expect(withName(checks, 'permissions.write')).toMatchObject([{ status: 'unknown' }]);
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.filter(isMutating)).toEqual([]);
  });

  it('are asked of Amazon by DryRun, and of what has none the command that tells is given', async () => {
    const checks = await asked(AMAZON, 'kong-us-east-1', denying('ReplaceNetworkAclAssociationCommand'));
    const writes = withName(checks, 'permissions.write');
    expect(writes.find(({ status }) => status === 'ok')?.message).toContain('ec2:CreateNetworkAcl');
    expect(writes.find(({ status }) => status === 'failed')?.name).toContain('ec2:ReplaceNetworkAclAssociation');
    const untold = writes.find(({ status }) => status === 'unknown');
    expect(untold?.message).toContain('route53:ChangeResourceRecordSets');
    expect(untold?.fix).toContain('--policy-source-arn arn:aws:iam::123456789012:role/drills --action-names');
  });
});

describe('the state', () => {
  const stateOf = (files: MemoryFiles, more = {}): readonly Check[] =>
    stateChecks({ state: STATE, files, clock: openBench().clock, ...NOBODY_LIVES, ...more });

  it('fails where it can not be written to', () => {
    const files = new MemoryFiles();
    files.beforeWrite = () => {
      throw new KongError('STATE_NOT_WRITABLE', 'the disk is full');
    };
    expect(stateOf(files)).toMatchObject([{ status: 'failed', code: 'STATE_NOT_WRITABLE' }]);
  });

  it('warns where others may read it', () => {
    expect(stateOf(new MemoryFiles(), { fileMode: () => 0o644 })[0]).toMatchObject({ status: 'warning' });
  });

  it('names the lock of a drill that is dead, and counts those of the living', () => {
    const files = new MemoryFiles();
    const [path = ''] = lockPaths(STATE, { on: 'sim', endpoint: null, account: 'x', regions: [] });
    const holder = {
      run: 'r1',
      experiment: 'e',
      host: 'test',
      pid: 7,
      since: '2026-01-01T00:00:00Z',
      heartbeat: '2026-01-01T00:00:00Z',
    };
    files.write(path, JSON.stringify(holder));
    expect(withName(stateOf(files), 'state.locks r1')).toMatchObject([{ status: 'warning' }]);
    const alive = withName(stateOf(files, { isAlive: () => true }), 'state.locks');
    expect(alive).toMatchObject([{ status: 'ok', message: '1 held by drills that are alive' }]);
  });

  it('is as it was when the checkup is over', () => {
    const files = new MemoryFiles();
    stateOf(files);
    expect([...files.contents.keys()]).toEqual([]);
  });
});
