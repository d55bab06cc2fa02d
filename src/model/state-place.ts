import { KongError } from './errors.js';

/** A bucket that keeps the state, and where in it. */
export interface BucketPlace {
  readonly bucket: string;
  /** Without a slash at either end; empty: the bucket itself. */
  readonly prefix: string;
  /** Undefined: where the SDK's own settings say, or wherever S3 says that the bucket is. */
  readonly region: string | undefined;
}

const FORM = 's3://BUCKET/PREFIX, or s3://BUCKET/PREFIX?region=REGION';
/** S3's own list of characters that need no care, and `=`. */
const SEGMENT = /^[A-Za-z0-9!_.*'()=-]+$/;
const LONGEST_PREFIX = 512;

/**
 * Where a state is kept: undefined for a folder.
 *
 * @param state - as it was given to `--state`
 * @throws KongError BAD_ARGUMENT for a URL that names no place in S3
 */
export function bucketPlace(state: string): BucketPlace | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(state)?.[1];
  if (scheme === undefined) return undefined;
  if (scheme !== 's3') throw bad(state, `${scheme}:// is no place for a state`);
  const [address = '', query, ...more] = state.slice('s3://'.length).split('?');
  const [bucket = '', ...segments] = address.split('/');
  const prefix = segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  const wrong = problemOf(bucket) ?? problemOfPrefix(prefix) ?? (more.length > 0 ? 'it has a second ?' : undefined);
  if (wrong !== undefined) throw bad(state, wrong);
  return { bucket, prefix: prefix.join('/'), region: query === undefined ? undefined : regionOf(query, state) };
}

/** The one spelling of a place: what paths of the state begin with. */
export function stateText({ bucket, prefix, region }: BucketPlace): string {
  const path = prefix === '' ? '' : `/${prefix}`;
  return `s3://${bucket}${path}${region === undefined ? '' : `?region=${region}`}`;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function problemOf(bucket: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    return `${bucket === '' ? 'nothing' : bucket} is no bucket's name: 3 to 63 of a-z, 0-9, . and -`;
  if (bucket.includes('..') || /^\d+(\.\d+){3}$/.test(bucket)) return `${bucket} is no bucket's name`;
  // an express bucket lists in no order, an access point is no bucket
  if (/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(bucket))
    return `${bucket} is no general purpose bucket`;
  return undefined;
}

function problemOfPrefix(segments: readonly string[]): string | undefined {
  const wrong = segments.find((segment) => !SEGMENT.test(segment) || segment === '.' || segment === '..');
  if (wrong !== undefined) return `"${wrong}" can't be a part of the prefix`;
  return segments.join('/').length > LONGEST_PREFIX ? `the prefix is longer than ${LONGEST_PREFIX}` : undefined;
}

function regionOf(query: string, state: string): string {
  const region = /^region=([a-z]{2}(?:-[a-z]+)+-\d+)$/.exec(query)?.[1];
  if (region === undefined) throw bad(state, `?${query} is not understood`);
  return region;
}

function bad(state: string, what: string): KongError {
  return new KongError('BAD_ARGUMENT', `--state ${state}: ${what}`, { fix: `a folder, or ${FORM}` });
}
