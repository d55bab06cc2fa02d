import { CreateNetworkAclCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isMutating } from '../../src/aws/operations.js';
import type { Check, Checkup } from '../../src/model/checkup.js';
import { runWatched } from '../cli/watched-clients.js';
import { emulatorEnv, runKong, type KongExit, type KongOptions } from './kong.js';
import { missingMoto, startMoto } from './moto.js';
import { startReadingProxy, type ReadingProxy } from './reading-proxy.js';
import { clientConfig, snapshot } from './snapshot.js';

const missing = await missingMoto();
const EXPERIMENTS = readdirSync('experiments').map((file) => path.resolve('experiments', file));
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

interface Still {
  readonly endpoint: string;
  readonly proxy: ReadingProxy;
  readonly home: string;
  readonly kong: (args: readonly string[], more?: Partial<KongOptions>) => Promise<KongExit>;
}

/** A moto with the default world in it, which stands still, and before it a proxy that lets only reads through. */
async function newStill(): Promise<Still> {
  const moto = await startMoto();
  const proxy = await startReadingProxy(moto.endpoint);
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  onTestFinished(async () => {
    await proxy.stop();
    await moto.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const kong: Still['kong'] = (args, more) => runKong(args, { cwd: home, env: emulatorEnv(moto.endpoint), ...more });
  const up = await kong(['world', 'up', '--once', '--endpoint-url', moto.endpoint]);
  if (up.code !== 0) throw new Error(up.stderr);
  return { endpoint: moto.endpoint, proxy, home, kong };
}

const checksOf = (text: string): readonly Check[] => (JSON.parse(text) as Checkup).checks;

describe.skipIf(missing !== undefined)('what only looks, over the wire', () => {
  it('sends nothing but reads for any experiment, and leaves the emulator as it was', async () => {
    const { endpoint, proxy, home } = await newStill();
    const before = await snapshot(endpoint, REGIONS);
    const there = ['--on', 'aws', '--endpoint-url', proxy.endpoint, '--state', path.join(home, '.kong')];
    for (const [index, file] of EXPERIMENTS.entries()) {
      // a policy reads what a plan reads; doctor asks for more
      for (const command of index % 2 === 0 ? ['doctor'] : ['plan', 'policy']) {
        const calls = proxy.calls.length;
        const { stdout, stderr, sent } = await runWatched([command, file, ...there, '--format', 'json']);
        expect(sent.filter(isMutating)).toEqual([]);
        // which agents are there moto does not know, and kong does not guess
        if (/^error: DescribeInstanceInformation .* not implemented there$/m.test(stderr)) continue;
        expect(stdout, `${command} ${file}: ${stderr}`).toMatch(/^\{/);
        expect(proxy.calls.length - calls).toBeGreaterThan(5);
      }
    }
    await runWatched(['status', ...there]);
    await runWatched(['doctor', ...there]);
    expect(proxy.refused).toEqual([]);
    expect(await snapshot(endpoint, REGIONS)).toEqual(before);
  });

  it('is caught by the proxy where it would change something', async () => {
    const { proxy, kong } = await newStill();
    const exit = await kong(['drill', 'us-east-1a', '--on', 'aws', '--endpoint-url', proxy.endpoint], {
      signalAfter: { output: /put back/, signal: 'SIGKILL' },
    });
    expect(proxy.refused, exit.stdout + exit.stderr).not.toEqual([]);
  });
});

describe.skipIf(missing !== undefined)('kong doctor over the wire', () => {
  it('tells who and where it is, tries each read, and sends no dry run', async () => {
    const { endpoint, kong } = await newStill();
    const exit = await kong(['doctor', 'us-east-1', '--on', 'aws', '--endpoint-url', endpoint, '--format', 'json']);
    const checks = checksOf(exit.stdout);
    const statusOf = (name: string): string | undefined => checks.find((check) => check.name === name)?.status;
    expect(['credentials', 'endpoint', 'clock', 'permissions.read', 'tags'].map(statusOf)).toEqual(Array(5).fill('ok'));
    expect(checks.find(({ name }) => name === 'clock')?.message).toContain("of the endpoint's");
    expect(statusOf('permissions.write')).toBe('unknown');
    expect(exit.stdout).toContain('DescribeVpcs');
  });

  it('finds what another run left long ago by its tags: exit code 4', async () => {
    const { endpoint, kong } = await newStill();
    const ec2 = new EC2Client(clientConfig(endpoint, 'us-east-1'));
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const tags = {
      'kong:run': '20200101T000000Z-abcdef',
      'kong:handle': 'deny',
      'kong:expires': '2020-01-02T00:00:00Z',
    };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const specification = { ResourceType: 'network-acl' as const, Tags };
    await ec2.send(new CreateNetworkAclCommand({ VpcId: vpc?.VpcId, TagSpecifications: [specification] }));
    ec2.destroy();
    const exit = await kong(['doctor', 'us-east-1a', '--on', 'aws', '--endpoint-url', endpoint, '--format', 'json']);
    expect(exit.code, exit.stderr).toBe(4);
    expect(checksOf(exit.stdout)).toContainEqual(
      expect.objectContaining({ status: 'failed', fix: 'kong rollback --by-tag --run 20200101T000000Z-abcdef' }),
    );
  });
});
