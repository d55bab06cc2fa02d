import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { permitFor } from '../../../src/aws/guard.js';
import type { Write, WriteContext } from '../../../src/changes/driver.js';
import { markerId, markerKeys } from '../../../src/changes/marker-name.js';
import { markerWritten } from '../../../src/changes/marker-written.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

let made = 0;

/** A bucket that keeps versions. */
async function versioned({ s3 }: CloudUnderTest): Promise<string> {
  const Bucket = `kong-versions-${process.pid}-${++made}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

/** Writes an object, and says which version that is. */
async function put({ s3 }: CloudUnderTest, Bucket: string, Key: string, Body = 'text'): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
}

/** Each version, those that say that an object was deleted with `gone`, the latest with `now`. */
async function listed({ s3 }: CloudUnderTest, Bucket: string): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const latest = (is: boolean | undefined): string => (is === true ? ' now' : '');
  return [
    ...Versions.map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId}${latest(IsLatest)}`),
    ...DeleteMarkers.map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId} gone${latest(IsLatest)}`),
  ];
}

/** What keeps versions loses nothing by what is written over it or deleted, unless the version is named. */
export const versionCases = casesOf('buckets', [
  {
    id: 'buckets/versions/hidden',
    title: 'an object that is deleted is hidden, and its versions are there',
    async run(cloud) {
      const Bucket = await versioned(cloud);
      const first = await put(cloud, Bucket, 'a');
      const second = await put(cloud, Bucket, 'a', 'newer');
      const { DeleteMarker, VersionId } = await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(DeleteMarker).toBe(true);
      expect((await cloud.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).toEqual([]);
      expect(await listed(cloud, Bucket)).toEqual([`a ${second}`, `a ${first}`, `a ${VersionId} gone now`]);
    },
  },
  {
    id: 'buckets/versions/promoted',
    title: 'a version that is deleted by its name brings back the one before it',
    async run(cloud) {
      const Bucket = await versioned(cloud);
      const first = await put(cloud, Bucket, 'a', 'older');
      await put(cloud, Bucket, 'a', 'newer');
      const { VersionId: gone } = await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const { VersionId: second } = await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: gone }));
      expect(second).toBe(gone);
      expect(await text(cloud, Bucket)).toBe('newer');
      const [latest = ''] = await listed(cloud, Bucket);
      const [, VersionId] = latest.split(' ');
      await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
      expect(await text(cloud, Bucket)).toBe('older');
      expect(await listed(cloud, Bucket)).toEqual([`a ${first} now`]);
    },
  },
  {
    id: 'buckets/versions/markers',
    title: 'a run’s markers are taken away with every version of them, and what is not the run’s is left',
    async run(cloud) {
      const [from, to] = [await versioned(cloud), await versioned(cloud)];
      const id = markerId({ from, prefix: 'kong-marker/', to: { region: EAST, bucket: to } });
      const change = { change: 'c', resource: { type: 'marker', region: EAST, id }, memo: null } as const;
      const send = async (way: Write['to']): Promise<void> => {
        const outcomes = await markerWritten.write([{ ...change, before: null, after: 'written', to: way }], context);
        expect(outcomes).toEqual([{ change: 'c', ok: true }]);
      };
      const permit = permitFor({ changes: ['c'] }, new AbortController().signal);
      const context: WriteContext = { cloud: cloud.kong, run: RUN, created: new Map(), permit, expiresAt: '' };
      const other = await put(cloud, from, markerKeys('kong-marker/', `${RUN}-other`));
      await send('after');
      const Key = `${markerKeys('kong-marker/', RUN)}begin`;
      // S3 may deliver one twice, and somebody else may tidy up
      for (let n = 0; n < 3; n++) await put(cloud, to, Key);
      await cloud.s3.send(new DeleteObjectCommand({ Bucket: to, Key }));
      expect(await markerWritten.readMany([change.resource], context)).toEqual(new Map([[id, 'written']]));
      await send('before');
      expect(await markerWritten.readMany([change.resource], context)).toEqual(new Map([[id, null]]));
      expect(await listed(cloud, to)).toEqual([]);
      expect(await listed(cloud, from)).toEqual([`kong-marker/${RUN}-other/ ${other} now`]);
    },
  },
]);

const RUN = '20260101T000000Z-marker';

async function text({ s3 }: CloudUnderTest, Bucket: string): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))).Body?.transformToString();
}
