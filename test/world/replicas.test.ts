import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { DeleteRouteCommand, CreateRouteCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { readRoutes } from '../../src/inventory/read-routes.js';
import { Lab } from '../crash/lab.js';

const EAST = 'us-east-1';
const WEST = 'us-west-2';

interface Sides {
  readonly lab: Lab;
  readonly east: S3Client;
  readonly west: S3Client;
}

async function sides(): Promise<Sides> {
  const lab = new Lab();
  return { lab, east: await lab.rival.s3(EAST), west: await lab.rival.s3(WEST) };
}

const put = (s3: S3Client, Bucket: string): Promise<{ VersionId?: string | undefined }> =>
  s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' }));

/** What is on the other side, some seconds later. */
async function arrived({ lab, west }: Sides, Bucket: string, seconds: number): Promise<readonly unknown[]> {
  await lab.clock.sleep(seconds * 1_000);
  const { Contents = [] } = await west.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
}

/** Takes the route from one region to the other away; the answer puts it back. */
async function cut({ rival }: Lab): Promise<() => Promise<unknown>> {
  const [table] = await readRoutes(EAST, rival);
  const route = table?.routes.find(({ destination }) => destination === '10.2.0.0/16');
  const at = { RouteTableId: table?.id, DestinationCidrBlock: route?.destination };
  await rival.ec2(EAST).send(new DeleteRouteCommand(at));
  return () => rival.ec2(EAST).send(new CreateRouteCommand({ ...at, VpcPeeringConnectionId: route?.target.id }));
}

describe('what S3 replicates', () => {
  const [from, to] = ['streaming-state-us-east-1', 'streaming-state-us-west-2'];

  it('does not arrive where the version was deleted before it was copied', async () => {
    const both = await sides();
    const { VersionId } = await put(both.east, from);
    await both.east.send(new DeleteObjectCommand({ Bucket: from, Key: 'a', VersionId }));
    expect(await arrived(both, to, 60)).toEqual([]);
  });

  it('arrives where it was only hidden, with the version that it has', async () => {
    const both = await sides();
    const { VersionId } = await put(both.east, from);
    await both.east.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }));
    expect(await arrived(both, to, 60)).toEqual(['a']);
    const { Versions } = await both.west.send(new ListObjectVersionsCommand({ Bucket: to }));
    expect(Versions).toMatchObject([{ Key: 'a', VersionId, IsLatest: true }]);
  });

  it('needs no link between VPCs', async () => {
    const both = await sides();
    await cut(both.lab);
    await put(both.east, from);
    expect(await arrived(both, to, 5)).toEqual(['a']);
  });
});

describe('what services copy themselves', () => {
  const [from, to] = ['streaming-journal-us-east-1', 'streaming-journal-us-west-2'];

  it('arrives after the lag of the link', async () => {
    const both = await sides();
    await put(both.east, from);
    expect(await arrived(both, to, 1)).toEqual([]);
    expect(await arrived(both, to, 2)).toEqual(['a']);
  });

  it('is kept back while the link is cut, and arrives once it is there again', async () => {
    const both = await sides();
    const heal = await cut(both.lab);
    await put(both.east, from);
    expect(await arrived(both, to, 120)).toEqual([]);
    await heal();
    expect(await arrived(both, to, 3)).toEqual(['a']);
  });

  it('is kept back while the region is told to, whichever way the other writes', async () => {
    const both = await sides();
    const tell = (Value: string): Promise<unknown> => {
      const input = { Name: '/streaming/replication', Value, Overwrite: true };
      return both.lab.rival.ssm(EAST).send(new PutParameterCommand(input));
    };
    await tell('paused');
    await put(both.east, from);
    expect(await arrived(both, to, 60)).toEqual([]);
    await put(both.west, to);
    await both.lab.clock.sleep(3_000);
    const { Contents } = await both.east.send(new ListObjectsV2Command({ Bucket: from }));
    expect(Contents).toHaveLength(1);
    await tell('running');
    expect(await arrived(both, to, 3)).toEqual(['a']);
  });
});
