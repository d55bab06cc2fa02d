import { createHash } from 'node:crypto';
import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { ObjectRow } from '../bucket-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bodyOf } from './body.js';
import { bucketNamed } from './buckets.js';
import { removeObject, sendReplicas } from './replicas.js';

const MOST_DELETED = 1_000;
const MOST_KEY_BYTES = 1_024;

/**
 * Objects. Reads see every write at once, as S3 promises, whatever the lag of other services.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export const objectOperations = {
  PutObjectCommand(input: PutObjectCommandInput, context: CallContext): Answer<PutObjectCommandOutput> {
    refuseUnknown(input, 'PutObject', PUT_FIELDS);
    const { sim } = context;
    const source = bucketNamed(input.Bucket, context);
    const { id: bucket } = source;
    const key = input.Key ?? '';
    if (key === '' || Buffer.byteLength(key) > MOST_KEY_BYTES)
      throw new AwsFault('KeyTooLongError', `No such key: ${key}`);
    const before = sim.store.objects.get(`${bucket}/${key}`);
    checkConditions(input, before, context);
    const body = bytesOf(input.Body);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const row: ObjectRow = {
      id: `${bucket}/${key}`,
      bucket,
      key,
      body: body.toString('base64'),
      size: body.length,
      etag,
      contentType: input.ContentType ?? 'application/octet-stream',
      metadata: { ...input.Metadata },
      modifiedMs: sim.nowMs,
    };
    sim.store.objects.put(row);
    sendReplicas(sim, source, row);
    return { ETag: etag };
  },

  GetObjectCommand(input: GetObjectCommandInput, context: CallContext): Answer<GetObjectCommandOutput> {
    refuseUnknown(input, 'GetObject', READ_FIELDS);
    const row = context.sim.store.objects.get(idOf(input, context));
    if (!row) throw noSuchKey(input.Key);
    checkRead(input, row);
    return { ...headOf(row), Body: bodyOf(Buffer.from(row.body, 'base64')) };
  },

  HeadObjectCommand(input: HeadObjectCommandInput, context: CallContext): Answer<HeadObjectCommandOutput> {
    refuseUnknown(input, 'HeadObject', READ_FIELDS);
    const row = context.sim.store.objects.get(idOf(input, context));
    // an answer to HEAD has no body, so that the SDK knows the status alone
    if (!row) throw new AwsFault('NotFound', 'UnknownError', 404);
    checkRead(input, row);
    return headOf(row);
  },

  DeleteObjectCommand(input: DeleteObjectCommandInput, context: CallContext): Answer<DeleteObjectCommandOutput> {
    refuseUnknown(input, 'DeleteObject', ['Bucket', 'Key', 'IfMatch']);
    const id = idOf(input, context);
    checkConditions(input, context.sim.store.objects.get(id), context);
    removeObject(context.sim, id);
    return {};
  },

  DeleteObjectsCommand(input: DeleteObjectsCommandInput, context: CallContext): Answer<DeleteObjectsCommandOutput> {
    const { id: bucket } = bucketNamed(input.Bucket, context);
    const keys = (input.Delete?.Objects ?? []).map(({ Key = '' }) => Key);
    if (keys.length === 0 || keys.length > MOST_DELETED)
      throw new AwsFault(
        'MalformedXML',
        `From 1 to ${MOST_DELETED} keys can be deleted in one call, not ${keys.length}`,
      );
    for (const key of keys) removeObject(context.sim, `${bucket}/${key}`);
    return { Deleted: input.Delete?.Quiet === true ? [] : keys.map((Key) => ({ Key })) };
  },
} satisfies Operations;

const PUT_FIELDS: readonly string[] = [
  'Bucket',
  'Key',
  'Body',
  'ContentType',
  'ContentLength',
  'Metadata',
  'IfMatch',
  'IfNoneMatch',
  'ChecksumAlgorithm',
  'ServerSideEncryption',
];
const READ_FIELDS: readonly string[] = ['Bucket', 'Key', 'IfMatch', 'IfNoneMatch', 'ChecksumMode'];

function refuseUnknown(input: object, operation: string, simulated: readonly string[]): void {
  const odd = Object.entries(input).find(([key, value]) => value !== undefined && !simulated.includes(key));
  if (odd) throw notSimulated(`${operation} with ${odd[0]}`);
}

function idOf(
  input: { readonly Bucket: string | undefined; readonly Key: string | undefined },
  context: CallContext,
): string {
  return `${bucketNamed(input.Bucket, context).id}/${input.Key ?? ''}`;
}

interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** Whether a write may go on: `*` wants no object to be there, an ETag wants that one. */
function checkConditions(wanted: Conditions, before: ObjectRow | undefined, { sim }: CallContext): void {
  const { IfMatch: match, IfNoneMatch: none } = wanted;
  if (match === undefined && none === undefined) return;
  if (none !== undefined && none !== '*') throw notSimulated('IfNoneMatch with anything but *');
  if (isUnlucky(sim))
    throw new AwsFault('ConditionalRequestConflict', 'A conflicting conditional operation is under way.', 409);
  if (none === '*' && before) throw preconditionFailed('If-None-Match');
  if (match === undefined) return;
  if (!before) throw noSuchKey(undefined);
  if (match !== '*' && unquoted(match) !== unquoted(before.etag)) throw preconditionFailed('If-Match');
}

/** As when another write of the same key was under way. */
function isUnlucky(sim: CallContext['sim']): boolean {
  const { s3ConflictRatio } = sim.behaviour;
  return s3ConflictRatio > 0 && sim.chance() < s3ConflictRatio;
}

function checkRead({ IfMatch: match, IfNoneMatch: none }: Conditions, { etag }: ObjectRow): void {
  if (match !== undefined && match !== '*' && unquoted(match) !== unquoted(etag)) throw preconditionFailed('If-Match');
  if (none !== undefined && (none === '*' || unquoted(none) === unquoted(etag)))
    throw new AwsFault('NotModified', 'UnknownError', 304);
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}

function preconditionFailed(condition: string): AwsFault {
  return new AwsFault('PreconditionFailed', `At least one of the pre-conditions did not hold: ${condition}`, 412);
}

function noSuchKey(key: string | undefined): AwsFault {
  return new AwsFault('NoSuchKey', `The specified key does not exist: ${key ?? ''}`, 404);
}

function bytesOf(body: PutObjectCommandInput['Body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw notSimulated('PutObject with a stream for its body');
}

function headOf(row: ObjectRow): Answer<HeadObjectCommandOutput> {
  return {
    ETag: row.etag,
    ContentLength: row.size,
    ContentType: row.contentType,
    LastModified: new Date(Math.floor(row.modifiedMs / 1_000) * 1_000),
    Metadata: { ...row.metadata },
  };
}
