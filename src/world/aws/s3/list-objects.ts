import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { AwsFault } from '../aws-fault.js';
import type { ObjectRow } from '../bucket-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bucketNamed } from './buckets.js';

const MOST_KEYS = 1_000;

/** An object of its own, or with a delimiter all those with the same beginning, as one. */
interface Entry {
  readonly name: string;
  readonly row: ObjectRow | undefined;
}

/** Objects by their keys. A token stands for the key that it came after: what comes and goes spoils nothing. */
export const listOperations = {
  ListObjectsV2Command(input: ListObjectsV2CommandInput, context: CallContext): Answer<ListObjectsV2CommandOutput> {
    const { id: bucket } = bucketNamed(input.Bucket, context);
    const { Prefix: prefix = '', MaxKeys: max = MOST_KEYS } = input;
    if (max < 0) throw new AwsFault('InvalidArgument', 'MaxKeys must not be below 0');
    const after = input.ContinuationToken === undefined ? (input.StartAfter ?? '') : keyOf(input.ContinuationToken);
    const rows = [...context.sim.store.objects.all()].filter(
      (row) => row.bucket === bucket && row.key.startsWith(prefix),
    );
    const entries = entriesOf(rows, prefix, input.Delimiter).filter(
      ({ name }) => Buffer.compare(bytes(name), bytes(after)) > 0,
    );
    const page = entries.slice(0, Math.min(max, MOST_KEYS, context.sim.behaviour.pageSize));
    const last = page.at(-1);
    const more = page.length < entries.length && last !== undefined;
    return {
      Name: bucket,
      Prefix: prefix,
      MaxKeys: max,
      KeyCount: page.length,
      IsTruncated: more,
      ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
      ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
      ...(more ? { NextContinuationToken: tokenOf(last.name) } : {}),
      ...contentsOf(page),
    };
  },
} satisfies Operations;

/** In the order of the bytes of their names. */
function entriesOf(rows: readonly ObjectRow[], prefix: string, delimiter: string | undefined): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const row of rows) {
    const end = delimiter === undefined || delimiter === '' ? -1 : row.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : row.key.slice(0, end + (delimiter?.length ?? 0));
    const name = common ?? row.key;
    entries.set(name, { name, row: common === undefined ? row : undefined });
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(bytes(a.name), bytes(b.name)));
}

/** What there is none of is left out, as the SDK reads it. */
function contentsOf(page: readonly Entry[]): Pick<ListObjectsV2CommandOutput, 'Contents' | 'CommonPrefixes'> {
  const objects = page.flatMap(({ row }) => row ?? []);
  const prefixes = page.filter(({ row }) => row === undefined);
  return {
    ...(objects.length === 0
      ? {}
      : {
          Contents: objects.map((row) => ({
            Key: row.key,
            ETag: row.etag,
            Size: row.size,
            LastModified: new Date(Math.floor(row.modifiedMs / 1_000) * 1_000),
            StorageClass: 'STANDARD',
          })),
        }),
    ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes.map(({ name }) => ({ Prefix: name })) }),
  };
}

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function tokenOf(key: string): string {
  return `after:${Buffer.from(key).toString('base64url')}`;
}

function keyOf(token: string): string {
  if (!token.startsWith('after:'))
    throw new AwsFault('InvalidArgument', 'The continuation token provided is incorrect');
  return Buffer.from(token.slice('after:'.length), 'base64url').toString();
}
