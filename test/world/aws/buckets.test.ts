import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { moreClients } from './more-clients.js';
import { openSmall, WEST } from './small-world.js';

const Bucket = 'kong-state';

async function open(behaviour: Partial<SimBehaviour> = {}): Promise<S3Client> {
  const { s3 } = moreClients(openSmall(behaviour));
  await s3.send(new CreateBucketCommand({ Bucket }));
  return s3;
}

function put(
  s3: S3Client,
  Key: string,
  more: Partial<PutObjectCommandInput> = {},
): Promise<{ ETag?: string | undefined }> {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body: 'text', ...more }));
}

async function text(s3: S3Client, Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

async function keys(s3: S3Client, more: object = {}): Promise<readonly (string | undefined)[]> {
  const listed: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken, ...more }));
    listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return listed;
}

describe('a write to S3 that is refused', () => {
  it('is one that wants nothing to be there where something is', async () => {
    const s3 = await open();
    await put(s3, 'lock', { IfNoneMatch: '*' });
    const second = put(s3, 'lock', { IfNoneMatch: '*', Body: 'other' });
    await expect(second).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    expect(await text(s3, 'lock')).toBe('text');
  });

  it('is one that wants an object that was changed', async () => {
    const s3 = await open();
    const { ETag } = await put(s3, 'lock');
    await put(s3, 'lock', { Body: 'newer', IfMatch: ETag });
    await expect(put(s3, 'lock', { Body: 'late', IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put(s3, 'gone', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    const deletion = s3.send(new DeleteObjectCommand({ Bucket, Key: 'lock', IfMatch: ETag }));
    await expect(deletion).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await text(s3, 'lock')).toBe('newer');
  });

  it('is a conditional one beside another one, as often as the world says', async () => {
    const s3 = await open({ s3ConflictRatio: 1 });
    const conflict = { name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } };
    await expect(put(s3, 'lock', { IfNoneMatch: '*' })).rejects.toMatchObject(conflict);
    expect((await put(s3, 'lock')).ETag).toBeDefined();
  });

  it('is one to a bucket that is not there, or elsewhere', async () => {
    const small = openSmall();
    const { s3 } = moreClients(small);
    await expect(put(s3, 'lock')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await expect(put(moreClients(small, WEST).s3, 'lock')).rejects.toMatchObject({ name: 'PermanentRedirect' });
  });

  it('is one with what is not simulated, by name', async () => {
    const s3 = await open();
    await expect(put(s3, 'a', { Tagging: 'a=b' })).rejects.toThrow(/PutObject with Tagging/);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=0-1' }))).rejects.toThrow(/Range/);
  });

  it('is a bucket of an odd name, and the deletion of one that is not empty', async () => {
    const s3 = await open();
    await expect(s3.send(new CreateBucketCommand({ Bucket: '10.0.0.1' }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
    await put(s3, 'a');
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });
});

describe('objects', () => {
  it('are read as they were written, whatever their bytes are', async () => {
    const s3 = await open();
    const Body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { ETag } = await put(s3, 'bytes', { Body, ContentType: 'x/y', Metadata: { run: '1' } });
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'bytes' }));
    expect(await read.Body?.transformToByteArray()).toEqual(Body);
    expect(read).toMatchObject({ ETag, ContentType: 'x/y', ContentLength: 256, Metadata: { run: '1' } });
  });

  it('are seen at once, even where other services lag', async () => {
    const s3 = await open({ readLagMs: 60_000 });
    await put(s3, 'a');
    expect(await text(s3, 'a')).toBe('text');
    expect(await keys(s3)).toEqual(['a']);
  });

  it('are known by one ETag as long as they say the same', async () => {
    const s3 = await open();
    const first = await put(s3, 'a');
    expect(await put(s3, 'b')).toEqual(expect.objectContaining({ ETag: first.ETag }));
    expect((await put(s3, 'a', { Body: 'other' })).ETag).not.toBe(first.ETag);
    const unchanged = s3.send(new GetObjectCommand({ Bucket, Key: 'b', IfNoneMatch: first.ETag }));
    await expect(unchanged).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  });

  it('that are gone are not found, and going twice is no error', async () => {
    const s3 = await open();
    await put(s3, 'a');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await expect(text(s3, 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'other-bucket' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('are listed by prefix, page by page, in the order of their bytes', async () => {
    const s3 = await open({ pageSize: 2 });
    for (const key of ['runs/b', 'runs/a/1', 'runs/a/2', 'runs/é', 'runs/Z', 'other']) await put(s3, key);
    expect(await keys(s3, { Prefix: 'runs/' })).toEqual(['runs/Z', 'runs/a/1', 'runs/a/2', 'runs/b', 'runs/é']);
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'runs/a', MaxKeys: 1 }));
    expect(page).toMatchObject({ KeyCount: 1, IsTruncated: true });
  });

  it('come and go between two pages and spoil no list', async () => {
    const s3 = await open({ pageSize: 2 });
    for (const key of ['a', 'b', 'c', 'd']) await put(s3, key);
    const first = await s3.send(new ListObjectsV2Command({ Bucket }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }));
    const second = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: first.NextContinuationToken }));
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['c', 'd']);
  });

  it('with the same beginning are one where a delimiter says so', async () => {
    const s3 = await open();
    for (const key of ['runs/1/plan', 'runs/1/journal', 'runs/2/plan', 'runs/note']) await put(s3, key);
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'runs/', Delimiter: '/' }));
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'runs/1/' }, { Prefix: 'runs/2/' }]);
    expect(page.Contents).toMatchObject([{ Key: 'runs/note' }]);
  });
});
