import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isNotThere, wasRefused } from './s3-errors.js';

/** An object as it was read. */
export interface StoredObject {
  readonly text: string;
  readonly etag: string;
  /** Parts up to this number were replaced by the object itself. */
  readonly after: number;
}

/** What must be true of an object for it to be written: that it is not there, or that it is still the one read. */
export type Condition = { readonly kind: 'absent' } | { readonly kind: 'unchanged'; readonly etag: string };

/** What is written, and on what condition; without one, whatever is there. */
export interface Put {
  readonly text: string;
  readonly after?: number;
  readonly condition?: Condition;
}

/** What a bucket is used with. */
export interface BucketPorts {
  readonly client: S3Client;
  readonly bucket: string;
  readonly writer: string;
  /** S3 has answered something. */
  readonly onProgress: () => void;
  /** How long one call may take, its retries included; milliseconds. */
  readonly callMs: number;
}

/** Two that write at the same moment are both told to try again. */
const MOST_CLASHES = 5;
const MOST_KEYS = 1_000;

/** The few calls that a state makes of S3. Reads see what was written before, as S3 promises. */
export class Bucket {
  private readonly ports: BucketPorts;
  private writes = 0;

  constructor(ports: BucketPorts) {
    this.ports = ports;
  }

  /** @returns undefined where there is no such object */
  async get(key: string): Promise<StoredObject | undefined> {
    try {
      const got = await this.call((client, at, options) => client.send(new GetObjectCommand(at(key)), options));
      const text = (await got.Body?.transformToString('utf8')) ?? '';
      return { text, etag: got.ETag ?? '', after: Number(got.Metadata?.[AFTER] ?? 0) };
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  /** Up to which part an object has replaced its parts; 0 where there is no such object. */
  async afterOf(key: string): Promise<number> {
    return Number((await this.metadata(key))?.[AFTER] ?? 0);
  }

  /** @returns the ETag of what was written; undefined where the condition did not hold */
  async put(key: string, { text, after = 0, condition }: Put): Promise<string | undefined> {
    const mark = `${this.ports.writer}-${String(++this.writes)}`;
    const input = {
      Body: text,
      // of an empty text the SDK would not say how long it is
      ContentLength: Buffer.byteLength(text),
      ContentType: 'text/plain; charset=utf-8',
      Metadata: { [WRITER]: mark, [AFTER]: String(after) },
      ...headerOf(condition),
    };
    for (let clashes = 0; ; clashes++) {
      try {
        const done = await this.call((client, at, options) =>
          client.send(new PutObjectCommand({ ...at(key), ...input }), options),
        );
        return done.ETag ?? '';
      } catch (error) {
        const refused = wasRefused(error);
        if (refused === undefined || condition === undefined) throw error;
        // the answer to an earlier try may have been lost: then what is there is our own
        const found = await this.metadata(key);
        if (found?.[WRITER] === mark) return (await this.get(key))?.etag;
        if (refused === 'for-good') return undefined;
        if (clashes >= MOST_CLASHES) throw error;
      }
    }
  }

  /** Deletes an object that is still the one read; false where it is not. */
  async deleteUnchanged(key: string, etag: string): Promise<boolean> {
    try {
      await this.call((client, at, options) =>
        client.send(new DeleteObjectCommand({ ...at(key), IfMatch: etag }), options),
      );
      return true;
    } catch (error) {
      if (isNotThere(error) || wasRefused(error) !== undefined) return false;
      throw error;
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) {
      await this.call((client, at, options) => client.send(new DeleteObjectCommand(at(only)), options));
      return;
    }
    for (let from = 0; from < keys.length; from += MOST_KEYS) {
      const Objects = keys.slice(from, from + MOST_KEYS).map((Key) => ({ Key }));
      const { Errors: [error] = [] } = await this.call((client, _at, options) =>
        client.send(new DeleteObjectsCommand({ Bucket: this.ports.bucket, Delete: { Objects, Quiet: true } }), options),
      );
      if (error) throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
    }
  }

  /**
   * Every key that begins with a prefix, in order.
   *
   * @param delimiter - what further ones share up to this counts as one, and ends with it
   */
  async list(prefix: string, delimiter?: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (let token: string | undefined, more = true; more;) {
      const input = { Bucket: this.ports.bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) };
      const page = await this.call((client, _at, options) =>
        client.send(new ListObjectsV2Command({ ...input, ...(delimiter ? { Delimiter: delimiter } : {}) }), options),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      keys.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []));
      token = page.NextContinuationToken;
      more = token !== undefined;
    }
    return keys;
  }

  /** Where the bucket is, as far as S3 says. */
  async region(): Promise<string | undefined> {
    const { BucketRegion } = await this.call((client, _at, options) =>
      client.send(new HeadBucketCommand({ Bucket: this.ports.bucket }), options),
    );
    return BucketRegion;
  }

  private async metadata(key: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const head = await this.call((client, at, options) => client.send(new HeadObjectCommand(at(key)), options));
      return head.Metadata ?? {};
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  private async call<T>(
    send: (
      client: S3Client,
      at: (key: string) => { readonly Bucket: string; readonly Key: string },
      options: { readonly abortSignal: AbortSignal },
    ) => Promise<T>,
  ): Promise<T> {
    const { client, bucket, callMs, onProgress } = this.ports;
    const abortSignal = AbortSignal.timeout(callMs);
    try {
      return await send(client, (key) => ({ Bucket: bucket, Key: key }), { abortSignal });
    } finally {
      onProgress();
    }
  }
}

const WRITER = 'kong-writer';
const AFTER = 'kong-after';

function headerOf(condition: Condition | undefined): { readonly IfNoneMatch?: string; readonly IfMatch?: string } {
  if (condition === undefined) return {};
  return condition.kind === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
}
