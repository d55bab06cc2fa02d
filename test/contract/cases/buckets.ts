import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { allPages } from '../../../src/inventory/paging.js';
import { refusal } from '../assertions.js';
import { casesOf, type CloudUnderTest, type Statement } from '../cloud.js';

let made = 0;

/** A bucket of its own for each case: their names go for all accounts. */
async function bucket({ s3 }: CloudUnderTest): Promise<string> {
  const Bucket = `kong-contract-${process.pid}-${++made}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

async function put({ s3 }: CloudUnderTest, input: PutObjectCommandInput): Promise<string | undefined> {
  return (await s3.send(new PutObjectCommand({ Body: 'text', ...input }))).ETag;
}

async function text({ s3 }: CloudUnderTest, Bucket: string, Key: string): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

/** The HTTP status with which a call is refused. */
async function status(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => ({ $metadata: { httpStatusCode: 200 } }),
    (failure: unknown) => failure,
  );
  const metadata = typeof error === 'object' && error !== null && '$metadata' in error ? error.$metadata : undefined;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? metadata.httpStatusCode
    : error;
}

const refusals: readonly Statement[] = [
  {
    id: 'buckets/none-match',
    title: 'an object that is there is not written where nothing should be',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      await put(cloud, { Bucket, Key: 'lock', IfNoneMatch: '*' });
      expect(await status(put(cloud, { Bucket, Key: 'lock', IfNoneMatch: '*', Body: 'other' }))).toBe(412);
      expect(await text(cloud, Bucket, 'lock')).toBe('text');
    },
  },
  {
    id: 'buckets/match',
    title: 'an object that was changed is not written where the old one should be',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      const old = await put(cloud, { Bucket, Key: 'lock' });
      await put(cloud, { Bucket, Key: 'lock', Body: 'newer', IfMatch: old });
      expect(await status(put(cloud, { Bucket, Key: 'lock', Body: 'late', IfMatch: old }))).toBe(412);
      expect(await text(cloud, Bucket, 'lock')).toBe('newer');
    },
  },
  {
    id: 'buckets/match-absent',
    title: 'an object that is not there is not written where one should be',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      expect(await status(put(cloud, { Bucket, Key: 'lock', IfMatch: '"0123456789abcdef0123456789abcdef"' }))).toBe(
        404,
      );
    },
  },
  {
    id: 'buckets/absent',
    title: 'what is not there is not found by the name that S3 gives it',
    async run(cloud) {
      const { s3 } = cloud;
      const Bucket = await bucket(cloud);
      expect(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'no' })))).toBe('NoSuchKey');
      expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: 'no' })))).toBe('NotFound');
      expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket: `${Bucket}-no` })))).toBe('NoSuchBucket');
      expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: `${Bucket}-no` })))).toBe('NotFound');
    },
  },
];

/** What the state of runs is kept in. */
export const bucketCases = casesOf('buckets', [
  ...refusals,
  {
    id: 'buckets/round-trip',
    title: 'an object is read as it was written, with its ETag',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      const Body = Uint8Array.from({ length: 256 }, (_, i) => i);
      const ETag = await put(cloud, { Bucket, Key: 'runs/1/journal', Body });
      const read = await cloud.s3.send(new GetObjectCommand({ Bucket, Key: 'runs/1/journal' }));
      expect(await read.Body?.transformToByteArray()).toEqual(Body);
      expect(read).toMatchObject({ ETag, ContentLength: 256 });
      const head = await cloud.s3.send(new HeadObjectCommand({ Bucket, Key: 'runs/1/journal' }));
      expect(head).toMatchObject({ ETag, ContentLength: 256 });
    },
  },
  {
    id: 'buckets/delete',
    title: 'an object that is deleted is gone, and deleting it again is no error',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      await put(cloud, { Bucket, Key: 'a' });
      for (let n = 0; n < 2; n++) await cloud.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(await refusal(text(cloud, Bucket, 'a'))).toBe('NoSuchKey');
    },
  },
  {
    id: 'buckets/delete-many',
    title: 'several objects are deleted in one call',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      for (const Key of ['a', 'b', 'c']) await put(cloud, { Bucket, Key });
      const Delete = { Objects: [{ Key: 'a' }, { Key: 'c' }, { Key: 'no' }] };
      await cloud.s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
      const { Contents } = await cloud.s3.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map(({ Key }) => Key)).toEqual(['b']);
    },
  },
  {
    id: 'buckets/pages',
    title: 'pages of two hold every object below a prefix once, in the order of their bytes',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      for (const Key of ['runs/b', 'runs/a/1', 'runs/a/2', 'runs/Z', 'other']) await put(cloud, { Bucket, Key });
      const keys = await allPages(async (token) => {
        const page = new ListObjectsV2Command({ Bucket, Prefix: 'runs/', MaxKeys: 2, ContinuationToken: token });
        const answer = await cloud.s3.send(page);
        return { items: (answer.Contents ?? []).map(({ Key }) => Key), next: answer.NextContinuationToken };
      });
      expect(keys).toEqual(['runs/Z', 'runs/a/1', 'runs/a/2', 'runs/b']);
    },
  },
  {
    id: 'buckets/delimiter',
    title: 'objects with the same beginning are one where a delimiter says so',
    async run(cloud) {
      const Bucket = await bucket(cloud);
      for (const Key of ['runs/1/plan', 'runs/1/journal', 'runs/2/plan', 'runs/note'])
        await put(cloud, { Bucket, Key });
      const page = await cloud.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'runs/', Delimiter: '/' }));
      expect(page.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['runs/1/', 'runs/2/']);
      expect(page.Contents?.map(({ Key }) => Key)).toEqual(['runs/note']);
    },
  },
]);
