import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoScalingClient, SetDesiredCapacityCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../../src/model/change.js';
import type { Plan } from '../../src/model/plan.js';
import type { Result } from '../../src/model/run.js';
import { emulatorEnv, runKong, type KongExit } from './kong.js';
import { missingMoto, startMoto } from './moto.js';

const missing = await missingMoto();
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A moto with the default world in it, which stands still: what is refused needs no traffic. */
async function newStill(): Promise<Still> {
  const moto = await startMoto();
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  onTestFinished(async () => {
    await moto.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const env = emulatorEnv(moto.endpoint);
  const kong = (args: readonly string[]): Promise<KongExit> => runKong(args, { cwd: home, env });
  const up = await kong(['world', 'up', '--once', '--endpoint-url', moto.endpoint]);
  if (up.code !== 0) throw new Error(up.stderr);
  return { endpoint: moto.endpoint, home, kong, port: new URL(moto.endpoint).port };
}

interface Still {
  readonly endpoint: string;
  readonly home: string;
  readonly port: string;
  readonly kong: (args: readonly string[]) => Promise<KongExit>;
}

const result = (exit: KongExit): Result => JSON.parse(exit.stdout) as Result;
const differences = (exit: KongExit): readonly { readonly attribute: string }[] =>
  result(exit).error?.gates?.flatMap((gate) => gate.differences ?? []) ?? [];

describe.skipIf(missing !== undefined)('a saved plan over the wire', () => {
  it('is refused when what it touches has drifted, with a line for each attribute, in text and JSON', async () => {
    const { endpoint, home, kong } = await newStill();
    const there = ['--on', 'aws', '--endpoint-url', endpoint];
    await kong(['plan', 'us-east-1a', ...there, '--out', 'plan.json']);
    const plan = JSON.parse(readFileSync(path.join(home, 'plan.json'), 'utf8')) as Plan;
    const subnet = plan.steps
      .flatMap((step) => step.batches.flat())
      .find((one) => one.attribute === 'subnet.networkAcl');
    const ec2 = new EC2Client({ endpoint, region: 'us-east-1', credentials });
    const scaling = new AutoScalingClient({ endpoint, region: 'us-east-1', credentials });
    const group = { AutoScalingGroupName: 'edge' };

    await scaling.send(new SuspendProcessesCommand({ ...group, ScalingProcesses: ['AZRebalance'] }));
    const suspended = await kong(['drill', 'plan.json', ...there, '--format', 'json']);
    expect(suspended.code, suspended.stderr).toBe(3);
    expect(differences(suspended)).toContainEqual(
      expect.objectContaining({ resource: 'asg us-east-1/edge', planned: [], now: ['AZRebalance'] }),
    );
    const text = await kong(['drill', 'plan.json', ...there]);
    expect(text.stdout).toContain('asg us-east-1/edge suspendedProcesses: planned [], now [AZRebalance]');

    await scaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity: 9 }));
    const grown = await kong(['drill', 'plan.json', ...there, '--format', 'json']);
    expect(differences(grown)).toContainEqual(
      expect.objectContaining({ resource: 'group us-east-1/edge', attribute: 'instances hit', planned: 2 }),
    );

    await ec2.send(
      new CreateTagsCommand({ Resources: [subnet?.resource.id ?? ''], Tags: [{ Key: 'kong:protect', Value: 'yes' }] }),
    );
    const kept = await kong(['plan', 'plan.json', ...there]);
    expect(kept.code).toBe(3);
    expect(kept.stdout.replace(/\s+/g, ' ')).toContain('leaves it alone: it carries the tag kong:protect');
    expect(kept.stdout).toContain((subnet as Change | undefined)?.before);
  });

  it('is refused at another endpoint, and where nobody says that it is for AWS', async () => {
    const { endpoint, kong, port } = await newStill();
    await kong(['plan', 'us-east-1a', '--on', 'aws', '--endpoint-url', endpoint, '--out', 'plan.json']);
    const elsewhere = await kong(['drill', 'plan.json', '--on', 'aws', '--endpoint-url', `http://localhost:${port}`]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain(`--endpoint-url ${endpoint}, or make the plan anew`);
    const simulated = await kong(['drill', 'plan.json']);
    expect(simulated.code).toBe(2);
    expect(simulated.stderr).toContain('--on aws');
  });

  it('stands for a confirmation, but not for that of an override', async () => {
    const { home, kong, port } = await newStill();
    // what is not on loopback counts as Amazon
    const there = ['--on', 'aws', '--endpoint-url', `http://0.0.0.0:${port}`];
    const allowed = 'version: 1\naws: { accounts: ["123456789012"], regions: [us-east-1, us-west-2] }\n';
    writeFileSync(path.join(home, 'kong.yaml'), `${allowed}optIn: { key: "kong:opt-in", value: "true" }\n`);
    const limit = ['--set', 'blastRadius.limits.instances=1'];
    // moto has no instance refreshes, and what is not known refuses
    const override = ['--override', 'limits.instances', '--override', 'groups.refresh', '--reason', 'agreed'];
    const unconfirmed = await kong(['drill', 'us-east-1a', ...there, ...override]);
    expect(unconfirmed.code, unconfirmed.stdout).toBe(3);
    expect(unconfirmed.stderr).toContain('has to be confirmed');
    await kong(['plan', 'us-east-1a', ...there, ...limit, ...override, '--out', 'plan.json']);
    const saved = await kong(['drill', 'plan.json', ...there]);
    expect(saved.code).toBe(3);
    expect(saved.stderr).toMatch(/overriding .*limits\.instances.* on/);
    expect(saved.stderr).toContain('pass --yes');
  });
});
