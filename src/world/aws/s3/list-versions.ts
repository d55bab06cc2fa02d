import type { ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { Answer, CallContext, Operations } from '../operation.js';
import { bucketNamed } from './buckets.js';
import { versionsIn, type Version } from './object-versions.js';

const MOST_KEYS = 1_000;

/** Versions of objects, and those that say that an object was deleted. */
export const versionOperations = {
  ListObjectVersionsCommand(
    input: ListObjectVersionsCommandInput,
    context: CallContext,
  ): Answer<ListObjectVersionsCommandOutput> {
    const { id: bucket } = bucketNamed(input.Bucket, context);
    const { Prefix: prefix = '' } = input;
    const all = versionsIn(context.sim, bucket).filter(({ key }) => key.startsWith(prefix));
    const rest = all.slice(startOf(all, input));
    const page = rest.slice(0, Math.min(MOST_KEYS, context.sim.behaviour.pageSize));
    const last = page.length < rest.length ? page.at(-1) : undefined;
    return {
      Name: bucket,
      Prefix: prefix,
      IsTruncated: last !== undefined,
      ...(last ? { NextKeyMarker: last.key, NextVersionIdMarker: last.version } : {}),
      Versions: page.flatMap(({ key, version, isLatest, object }) =>
        object === null
          ? []
          : [
              {
                Key: key,
                VersionId: version,
                IsLatest: isLatest,
                Size: object.size,
                ETag: object.etag,
                LastModified: new Date(object.modifiedMs),
              },
            ],
      ),
      DeleteMarkers: page.flatMap(({ key, version, isLatest, object }) =>
        object === null ? [{ Key: key, VersionId: version, IsLatest: isLatest }] : [],
      ),
    };
  },
} satisfies Operations;

/** Where a page begins: after a version, which may be gone by now, or after a key. */
function startOf(all: readonly Version[], from: ListObjectVersionsCommandInput): number {
  const { KeyMarker: after, VersionIdMarker: last } = from;
  if (after === undefined) return 0;
  const exact = all.findIndex(({ key, version }) => key === after && version === last);
  if (exact >= 0) return exact + 1;
  const next = all.findIndex(({ key }) => (last === undefined ? key > after : key >= after));
  return next < 0 ? all.length : next;
}
