import type { ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bucketNamed } from './buckets.js';

const MOST_KEYS = 1_000;

/** Versions of objects, of which each has one here. */
export const versionOperations = {
  ListObjectVersionsCommand(
    input: ListObjectVersionsCommandInput,
    context: CallContext,
  ): Answer<ListObjectVersionsCommandOutput> {
    const { id: bucket, versioning } = bucketNamed(input.Bucket, context);
    const { Prefix: prefix = '', KeyMarker: after = '' } = input;
    const rows = [...context.sim.store.objects.all()]
      .filter((row) => row.bucket === bucket && row.key.startsWith(prefix) && row.key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = rows.slice(0, Math.min(MOST_KEYS, context.sim.behaviour.pageSize));
    const isTruncated = page.length < rows.length;
    return {
      Name: bucket,
      Prefix: prefix,
      IsTruncated: isTruncated,
      ...(isTruncated ? { NextKeyMarker: page.at(-1)?.key, NextVersionIdMarker: 'null' } : {}),
      Versions: page.map(({ key, size, etag, modifiedMs }) => ({
        Key: key,
        // never overwritten, so that the time stands for the version
        VersionId: versioning === null ? 'null' : `v${modifiedMs}`,
        IsLatest: true,
        Size: size,
        ETag: etag,
        LastModified: new Date(modifiedMs),
      })),
    };
  },
} satisfies Operations;
