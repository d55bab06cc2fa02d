import { KongError } from '../model/errors.js';
import type { BucketPlace } from '../model/experiment.js';

/** Where a run's markers are written, and where they should arrive. */
export interface MarkerName {
  readonly from: string;
  readonly prefix: string;
  readonly to: BucketPlace;
}

/** How a change names them: `BUCKET/PREFIX@REGION/BUCKET`, where the prefix ends with a slash. */
export function markerId({ from, prefix, to }: MarkerName): string {
  return `${from}/${prefix}@${to.region}/${to.bucket}`;
}

const ID = /^([^/]+)\/([^@]*\/)@([^/]+)\/([^/]+)$/;

/**
 * The markers that a change names.
 * @throws KongError BAD_PLAN
 */
export function markerOf(id: string): MarkerName {
  const [, from, prefix, region, bucket] = ID.exec(id) ?? [];
  if (from === undefined || prefix === undefined || region === undefined || bucket === undefined) {
    throw new KongError('BAD_PLAN', `${id} does not name markers: BUCKET/PREFIX@REGION/BUCKET`);
  }
  return { from, prefix, to: { region, bucket } };
}

/** What the keys of a run's markers begin with. */
export function markerKeys(prefix: string, run: string): string {
  return `${prefix}${run}/`;
}
