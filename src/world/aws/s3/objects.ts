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
import { deleteVersion, hideObject, keepObject, nextVersion, NO_VERSION } from './object-versions.js';
import { dropReplicas, sendReplicas } from './replicas.js';

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
      version: nextVersion(sim, source, key),
    };
    keepObject(sim, row);
    sendReplicas(sim, source, row);
    return { ETag: etag, ...versionField(row.version) };
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
    refuseUnknown(input, 'DeleteObject', ['Bucket', 'Key', 'VersionId', 'IfMatch']);
    checkConditions(input, context.sim.store.objects.get(idOf(input, context)), context);
    return takeAway(input.Bucket, { Key: input.Key, VersionId: input.VersionId }, context);
  },

  DeleteObjectsCommand(input: DeleteObjectsCommandInput, context: CallContext): Answer<DeleteObjectsCommandOutput> {
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > MOST_DELETED)
      throw new AwsFault(
        'MalformedXML',
        `From 1 to ${MOST_DELETED} keys can be deleted in one call, not ${objects.length}`,
      );
    const deleted = objects.map((one) => ({ Key: one.Key, ...takeAway(input.Bucket, one, context) }));
    return { Deleted: input.Delete?.Quiet === true ? [] : deleted };
  },
} satisfies Operations;

interface TakenAway {
  readonly VersionId?: string;
  readonly DeleteMarker?: boolean;
}

/** Deletes a version, or hides an object where there are versions of it. */
function takeAway(
  name: string | undefined,
  { Key: key = '', VersionId: version }: { readonly Key: string | undefined; readonly VersionId?: string | undefined },
  context: CallContext,
): TakenAway {
  const { sim } = context;
  const bucket = bucketNamed(name, context);
  if (version === undefined && bucket.versioning !== null) {
    return { DeleteMarker: true, ...versionField(hideObject(sim, bucket, key)) };
  }
  deleteVersion(sim, { bucket: bucket.id, key, version: version ?? NO_VERSION });
  dropReplicas(sim, `${bucket.id}/${key} ${version ?? NO_VERSION}`);
  return version === undefined ? {} : { VersionId: version };
}

/** Where a bucket keeps none, an answer does not name one. */
function versionField(version: string): { readonly VersionId?: string } {
  return version === NO_VERSION ? {} : { VersionId: version };
}

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
