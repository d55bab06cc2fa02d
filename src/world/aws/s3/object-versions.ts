import type { BucketRow, ObjectRow, VersionRow } from '../bucket-rows.js';
import type { SimState } from '../sim-state.js';

/** The version of whatever is in a bucket that keeps none. */
export const NO_VERSION = 'null';

/** One version of an object as lists have it: the latest first. */
export interface Version {
  readonly key: string;
  readonly version: string;
  readonly isLatest: boolean;
  /** Null: it says that the object was deleted. */
  readonly object: ObjectRow | null;
}

/** The version that is written next in a bucket. */
export function nextVersion({ store, nowMs }: SimState, { id: bucket, versioning }: BucketRow, key: string): string {
  if (versioning !== 'Enabled') return NO_VERSION;
  const id = `${bucket}/${key}`;
  for (let n = 1; ; n++) {
    const version = `v${nowMs}-${n}`;
    if (!store.versions.get(`${id} ${version}`) && store.objects.get(id)?.version !== version) return version;
  }
}

/** Writes an object. The one that was there is kept where the bucket keeps versions. */
export function keepObject(sim: SimState, row: ObjectRow): void {
  const before = sim.store.objects.get(row.id);
  if (before && before.version !== row.version) archive(sim, before);
  sim.store.objects.put(row);
}

/**
 * Hides an object of a bucket that keeps versions: one is added that says that it was deleted, and none is lost.
 *
 * @returns that version
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function hideObject(sim: SimState, bucket: BucketRow, key: string): string {
  const id = `${bucket.id}/${key}`;
  const before = sim.store.objects.get(id);
  const version = nextVersion(sim, bucket, key);
  if (before && before.version !== version) archive(sim, before);
  sim.store.objects.remove(id);
  const madeMs = sim.nowMs;
  sim.store.versions.put({ id: `${id} ${version}`, bucket: bucket.id, key, version, madeMs, object: null });
  return version;
}

/** Deletes one version for good; what came before it is then the latest. */
export function deleteVersion({ store }: SimState, at: { bucket: string; key: string; version: string }): void {
  const { bucket, key, version } = at;
  const id = `${bucket}/${key}`;
  if (store.objects.get(id)?.version === version) store.objects.remove(id);
  store.versions.remove(`${id} ${version}`);
  const [latest] = archived(store, bucket, key);
  if (store.objects.get(id) || !latest?.object) return;
  store.versions.remove(latest.id);
  store.objects.put(latest.object);
}

/** Every version of what is in a bucket, by key, the latest of each first. */
export function versionsIn({ store }: SimState, bucket: string): readonly Version[] {
  const now = [...store.objects.all()].filter((row) => row.bucket === bucket);
  const old = [...store.versions.all()].filter((row) => row.bucket === bucket);
  const keys = [...new Set([...now, ...old].map(({ key }) => key))].sort((a, b) => (a < b ? -1 : 1));
  return keys.flatMap((key) => {
    const rows = [...now.filter((row) => row.key === key).map(versionOf), ...archived(store, bucket, key)];
    return rows.map(({ version, object }, index) => ({ key, version, object, isLatest: index === 0 }));
  });
}

/** The latest first: as they were made, since none is made in the past. */
function archived({ versions }: SimState['store'], bucket: string, key: string): readonly VersionRow[] {
  const own = [...versions.all()].filter((row) => row.bucket === bucket && row.key === key);
  return own.reverse().sort((a, b) => b.madeMs - a.madeMs);
}

function archive({ store }: SimState, row: ObjectRow): void {
  store.versions.put(versionOf(row));
}

function versionOf(object: ObjectRow): VersionRow {
  const { id, bucket, key, version, modifiedMs: madeMs } = object;
  return { id: `${id} ${version}`, bucket, key, version, madeMs, object };
}
