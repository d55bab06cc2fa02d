/** An S3 bucket; `id` is its name. */
export type BucketRow = {
  readonly id: string;
  readonly region: string;
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
  /** null: never switched on. */
  readonly versioning: 'Enabled' | 'Suspended' | null;
  readonly replication: BucketReplication | null;
};

/** What is copied from a bucket to others, and on whose behalf. */
export type BucketReplication = { readonly role: string; readonly rules: readonly ReplicationRuleRow[] };

/** One rule of a bucket's replication. */
export type ReplicationRuleRow = {
  readonly id: string;
  readonly priority: number;
  readonly enabled: boolean;
  readonly prefix: string;
  /** A bucket's name. */
  readonly destination: string;
  readonly deleteMarkers: boolean;
};

/** An object in a bucket; `id` is `BUCKET/KEY`. */
export type ObjectRow = {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** In Base64, since rows are JSON. */
  readonly body: string;
  readonly size: number;
  /** With its quotation marks. */
  readonly etag: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modifiedMs: number;
  /** `null`, as a text, where the bucket keeps none. */
  readonly version: string;
};

/**
 * A version of an object that is not the one to be read; `id` is `BUCKET/KEY VERSION`. Without an object it says that
 * the object was deleted.
 */
export type VersionRow = {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly version: string;
  readonly madeMs: number;
  readonly object: ObjectRow | null;
};

/**
 * A copy of an object on its way; `id` is where it arrives, `source` where it comes from, both `BUCKET/KEY VERSION`.
 */
export type ReplicaRow = {
  readonly id: string;
  readonly source: string;
  readonly dueMs: number;
  readonly object: ObjectRow;
  /** The regions, from and to, whose link it goes over; null: S3 carries it, which needs none. */
  readonly over: readonly [string, string] | null;
};
