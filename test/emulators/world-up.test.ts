import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emulatorEnv, startKong, type RunningKong } from './kong.js';
import { missingMoto, startMoto } from './moto.js';
import { publishedSince } from './published.js';
import { clientConfig } from './snapshot.js';
import { startSlowProxy } from './slow-proxy.js';

const missing = await missingMoto();
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

async function emulator(): Promise<string> {
  const moto = await startMoto();
  onTestFinished(() => moto.stop());
  return moto.endpoint;
}

/** `kong world up` on an endpoint, until the test is over. */
function up(endpoint: string, periodSeconds: number): RunningKong {
  const home = mkdtempSync(path.join(tmpdir(), 'kong-'));
  const settings = [`metrics.period=${periodSeconds}s`, 'history=1m'].flatMap((one) => ['--set', `world.${one}`]);
  const running = startKong(['world', 'up', '--endpoint-url', endpoint, ...settings], {
    cwd: home,
    env: emulatorEnv(endpoint),
    timeoutMs: 170_000,
  });
  onTestFinished(async () => {
    running.child.kill('SIGKILL');
    await running.finished.catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  });
  return running;
}

/** Resolves once a stream has said something so many times; rejects when the process ends before. */
async function says({ child, finished }: RunningKong, wanted: RegExp, times = 1): Promise<string> {
  let said = '';
  const enough = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        said += text;
        if ((said.match(new RegExp(wanted, 'g')) ?? []).length >= times) resolve(said);
      });
    }
  });
  const ended = finished.then((exit) => {
    throw new Error(`it ended with ${exit.code}: ${exit.stdout}${exit.stderr}`);
  });
  return Promise.race([enough, ended]);
}

const A_PERIOD = /eu-west-1 \d+\/\d+ serving\n/;

describe.skipIf(missing !== undefined)('a world in an emulator', () => {
  it('publishes every metric of every region in each of six periods, with 54 instances', async () => {
    const endpoint = await emulator();
    const running = up(endpoint, 5);
    const before = await says(running, /the world is up/);
    expect(before).toContain('us-east-1 18/18 serving · us-west-2 18/18 serving · eu-west-1 18/18 serving');
    const beganMs = Date.now();
    // one more than is looked at: the last may be under way
    const said = await says(running, A_PERIOD, 8);
    expect(said).not.toContain('behind');
    for (const region of REGIONS) {
      const published = await publishedSince(endpoint, region, beganMs - (beganMs % 5_000));
      expect(published.length).toBeGreaterThan(20);
      const [first] = published;
      const whole = (first?.at ?? []).slice(0, 6);
      expect(whole.map((atMs) => (atMs - (whole[0] ?? 0)) / 5_000)).toEqual([0, 1, 2, 3, 4, 5]);
      for (const { metric, at } of published) expect(at.slice(0, 6), metric).toEqual(whole);
    }
  });

  it('leaves out whole periods and says so when answers are late, and calls nothing twice at once', async () => {
    const endpoint = await emulator();
    const proxy = await startSlowProxy(endpoint);
    onTestFinished(() => proxy.stop());
    const running = up(proxy.endpoint, 1);
    await says(running, A_PERIOD, 2);
    proxy.delay(5_000);
    const said = await says(running, /whole periods? (was|were) left out/, 2);
    expect(said).toMatch(/behind: the emulator can't keep a period of 1s: .*[1-9] whole periods? (was|were) left out/);
    // one round of reads and one of metrics: what two regions more would add, not what a minute more would
    expect(proxy.mostAtOnce()).toBeLessThan(30);
    proxy.delay(0);
    await says(running, A_PERIOD, 5);
    for (const region of REGIONS) {
      const published = await publishedSince(endpoint, region, Date.now() - 90_000);
      const [first] = published;
      const at = (first?.at ?? []).slice(0, -3);
      for (const one of published) expect(one.at.slice(0, at.length), one.metric).toEqual(at);
      const spanSeconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1_000;
      expect(at.length).toBeLessThan(spanSeconds);
    }
  });

  it('replicates over peerings, and falls behind by a second each second while a route is gone', async () => {
    const endpoint = await emulator();
    const running = up(endpoint, 1);
    await says(running, /the world is up/);
    const ec2 = new EC2Client(clientConfig(endpoint, 'us-east-1'));
    onTestFinished(() => ec2.destroy());
    const { VpcPeeringConnections = [] } = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
    expect(VpcPeeringConnections.map(({ Status }) => Status?.Code)).toEqual(['active', 'active']);
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
    const table = RouteTables.find(({ Routes = [] }) => Routes.some((route) => route.VpcPeeringConnectionId));
    const RouteTableId = table?.RouteTableId;
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.2.0.0/16' }));
    await says(running, A_PERIOD, 15);
    const published = await publishedSince(endpoint, 'us-west-2', Date.now() - 8_000);
    const lagFrom = (source: string): readonly number[] =>
      published.find(({ metric }) => metric === `ReplicationLagSeconds SourceRegion=${source}`)?.values ?? [];
    const [first = 0, second = 0] = lagFrom('us-east-1').slice(-2);
    expect(first).toBeGreaterThan(2);
    expect(second - first).toBeCloseTo(1, 6);
    expect(lagFrom('eu-west-1').at(-1)).toBe(1.5);
  });

  it('copies what is written to its buckets, as S3 and its services would, unless that is switched off', async () => {
    const endpoint = await emulator();
    await says(up(endpoint, 1), /the world is up/);
    const sides = ['us-east-1', 'us-west-2'].map((region) => new S3Client(clientConfig(endpoint, region)));
    onTestFinished(() => sides.forEach((side) => side.destroy()));
    const [east, west] = sides;
    const put = (name: string, Key: string): Promise<unknown> | undefined =>
      east?.send(new PutObjectCommand({ Bucket: `streaming-${name}-us-east-1`, Key, Body: Key }));
    const arrived = async (name: string): Promise<readonly unknown[]> => {
      const answer = await west?.send(new ListObjectsV2Command({ Bucket: `streaming-${name}-us-west-2` }));
      return (answer?.Contents ?? []).map(({ Key }) => Key);
    };
    const eventually = { timeout: 30_000, interval: 500 };
    await Promise.all([put('state', 'one'), put('journal', 'one')]);
    await vi.waitFor(async () => expect(await arrived('state')).toEqual(['one']), eventually);
    await vi.waitFor(async () => expect(await arrived('journal')).toEqual(['one']), eventually);
    const ssm = new SSMClient(clientConfig(endpoint, 'us-east-1'));
    onTestFinished(() => ssm.destroy());
    const tell = (Value: string): Promise<unknown> =>
      ssm.send(new PutParameterCommand({ Name: '/streaming/replication', Value, Overwrite: true }));
    await tell('paused');
    await Promise.all([put('state', 'two'), put('journal', 'two')]);
    await vi.waitFor(async () => expect(await arrived('state')).toEqual(['one', 'two']), eventually);
    expect(await arrived('journal')).toEqual(['one']);
    await tell('running');
    await vi.waitFor(async () => expect(await arrived('journal')).toEqual(['one', 'two']), eventually);
  });
});
