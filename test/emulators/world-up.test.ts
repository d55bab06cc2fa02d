import {
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { missingMoto } from './moto.js';
import { publishedSince } from './published.js';
import { A_PERIOD, emulator, says, up } from './running-world.js';
import { clientConfig } from './snapshot.js';

const missing = await missingMoto();

describe.skipIf(missing !== undefined)('a world in an emulator', () => {
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
