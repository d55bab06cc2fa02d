import { markerOf } from '../changes/marker-name.js';
import { partitionOf } from '../model/arn.js';
import type { AnyChange } from '../model/change.js';
import type { Place } from './permissions-arns.js';
import { allow, type Statement } from './permissions-statements.js';

/** Written on one side, looked for and taken away on both: below their prefix alone. */
export function markers(changes: readonly AnyChange[], { region }: Pick<Place, 'region'>): readonly Statement[] {
  const partition = partitionOf(region);
  const arns = changes.map(({ resource }) => markerOf(resource.id)).map(({ from, to, prefix }) => ({
    prefix,
    from: `arn:${partition}:s3:::${from}/${prefix}*`,
    buckets: [from, to.bucket].map((bucket) => `arn:${partition}:s3:::${bucket}`),
    objects: [from, to.bucket].map((bucket) => `arn:${partition}:s3:::${bucket}/${prefix}*`),
  }));
  return [
    allow('WriteMarkers', ['s3:PutObject'], { on: arns.map(({ from }) => from) }),
    allow('DeleteMarkers', ['s3:DeleteObject', 's3:DeleteObjectVersion'], {
      on: arns.flatMap(({ objects }) => objects),
    }),
    allow('ListMarkers', ['s3:ListBucket', 's3:ListBucketVersions'], {
      on: arns.flatMap(({ buckets }) => buckets),
      when: { StringLike: { 's3:prefix': [...new Set(arns.map(({ prefix }) => `${prefix}*`))].sort() } },
    }),
  ];
}
