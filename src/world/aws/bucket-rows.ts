/** An S3 bucket; `id` is its name. */
export type BucketRow = { readonly id: string; readonly region: string; readonly createdMs: number };

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
};
