import pLimit from 'p-limit';
import { KongError } from '../model/errors.js';
import type { Bucket, StoredObject } from './bucket.js';
import type { Operation, Value } from './wire-format.js';

/** Digits of a part's number: sorted as text, they are sorted. */
const DIGITS = 12;
/** Parts that are read side by side. */
const SIDE_BY_SIDE = 32;
/** Writers of one file who are always first. */
const MOST_RIVALS = 1_000;
/** After so many rivals in a row it is quicker to look where the file ends by now. */
const LOOK_AFTER = 4;

/** A file: the object that holds its beginning, and the parts that were added since. */
interface Found {
  readonly base: StoredObject | undefined;
  readonly parts: readonly number[];
}

/**
 * Files as objects. What is replaced as a whole is one object; what is appended is a part of its own,
 * `PATH/000000000001`, that is only ever created: two processes that append to one file both have their lines in it.
 *
 * An object that replaces parts says up to which one, so that it takes their place at one moment; they are
 * deleted after that.
 */
export class BucketFiles {
  private readonly bucket: Bucket;
  /** What the last own read or write left there, for as long as it may be so: an ETag decides. */
  private readonly known = new Map<string, { readonly text: string; readonly etag: string }>();
  private readonly lastPart = new Map<string, number>();

  constructor(bucket: Bucket) {
    this.bucket = bucket;
  }

  async carryOut(operation: Operation): Promise<Value> {
    switch (operation.op) {
      case 'read':
        return this.read(operation.key);
      case 'list':
        return this.list(operation.key);
      case 'remove':
        return this.remove(operation.key);
      case 'write':
        return this.write(operation.key, operation.text);
      case 'append':
        return this.append(operation.key, operation.text);
      case 'createNew':
        return this.createNew(operation.key, operation.text);
      case 'replace':
        return this.replace(operation.key, operation.from, operation.to);
      case 'region':
        return this.bucket.region();
    }
  }

  private async read(key: string): Promise<string | undefined> {
    const found = await this.find(key);
    if (found.base === undefined && found.parts.length === 0) return undefined;
    return this.textOf(key, found);
  }

  private async find(key: string): Promise<Found> {
    const [base, numbers] = await Promise.all([this.bucket.get(key), this.partsOf(key)]);
    const parts = numbers.filter((number) => number > (base?.after ?? 0));
    if (base && parts.length === 0) this.known.set(key, base);
    else this.known.delete(key);
    return { base, parts };
  }

  private async textOf(key: string, { base, parts }: Found): Promise<string> {
    const limit = pLimit(SIDE_BY_SIDE);
    const texts = await Promise.all(
      parts.map((number) => limit(async () => (await this.bucket.get(partKey(key, number)))?.text ?? '')),
    );
    return [base?.text ?? '', ...texts].join('');
  }

  private async partsOf(key: string): Promise<readonly number[]> {
    const from = `${key}/`.length;
    const names = (await this.bucket.list(`${key}/`)).map((name) => name.slice(from));
    return names.filter((name) => /^\d{12}$/.test(name)).map(Number);
  }

  private async write(key: string, text: string): Promise<undefined> {
    this.known.delete(key);
    const parts = await this.partsOf(key);
    const etag = await this.bucket.put(key, { text, after: parts.at(-1) ?? 0 });
    await this.written(key, { text, etag, parts });
  }

  private async written(
    key: string,
    {
      text,
      etag,
      parts,
    }: { readonly text: string; readonly etag: string | undefined; readonly parts: readonly number[] },
  ): Promise<void> {
    this.lastPart.delete(key);
    await this.bucket.delete(parts.map((number) => partKey(key, number)));
    if (etag !== undefined) this.known.set(key, { text, etag });
  }

  private async append(key: string, text: string): Promise<undefined> {
    this.known.delete(key);
    let last = this.lastPart.get(key) ?? (await this.lastOf(key));
    for (let rivals = 1; rivals <= MOST_RIVALS; rivals++) {
      last += 1;
      if ((await this.bucket.put(partKey(key, last), { text, condition: { kind: 'absent' } })) !== undefined) {
        this.lastPart.set(key, last);
        return;
      }
      // somebody else's: both stay
      if (rivals % LOOK_AFTER === 0) last = await this.lastOf(key);
    }
    throw new KongError('STATE_NOT_WRITABLE', `too many processes add to ${key} at once`, { fix: 'end the others' });
  }

  private async lastOf(key: string): Promise<number> {
    const [after, parts] = await Promise.all([this.bucket.afterOf(key), this.partsOf(key)]);
    return Math.max(after, parts.at(-1) ?? 0);
  }

  private async createNew(key: string, text: string): Promise<boolean> {
    // a file that was only ever appended to has no object of its own
    if ((await this.partsOf(key)).length > 0) return false;
    const etag = await this.bucket.put(key, { text, condition: { kind: 'absent' } });
    if (etag === undefined) return false;
    this.lastPart.delete(key);
    this.known.set(key, { text, etag });
    return true;
  }

  private async replace(key: string, from: string, to: string | undefined): Promise<boolean> {
    const known = this.known.get(key);
    this.known.delete(key);
    // a heartbeat costs one call: the ETag tells whether it still is what was written last
    if (known?.text === from && to !== undefined) {
      const etag = await this.bucket.put(key, { text: to, condition: { kind: 'unchanged', etag: known.etag } });
      if (etag === undefined) return false;
      this.known.set(key, { text: to, etag });
      return true;
    }
    const found = await this.find(key);
    if (found.base === undefined && found.parts.length === 0) return false;
    if ((await this.textOf(key, found)) !== from) return false;
    return to === undefined ? this.removeFound(key, found) : this.replaceFound(key, found, to);
  }

  private async replaceFound(key: string, { base, parts }: Found, text: string): Promise<boolean> {
    const condition = base ? ({ kind: 'unchanged', etag: base.etag } as const) : ({ kind: 'absent' } as const);
    this.known.delete(key);
    const etag = await this.bucket.put(key, { text, after: parts.at(-1) ?? base?.after ?? 0, condition });
    if (etag === undefined) return false;
    await this.written(key, { text, etag, parts });
    return true;
  }

  private async removeFound(key: string, { base, parts }: Found): Promise<boolean> {
    this.known.delete(key);
    if (base && !(await this.bucket.deleteUnchanged(key, base.etag))) return false;
    this.lastPart.delete(key);
    await this.bucket.delete(parts.map((number) => partKey(key, number)));
    return true;
  }

  private async list(key: string): Promise<readonly string[]> {
    const folder = key === '' ? '' : `${key}/`;
    const names = (await this.bucket.list(folder, '/')).map((name) => name.slice(folder.length).replace(/\/$/, ''));
    return [...new Set(names)].filter((name) => name !== '').sort();
  }

  /** The file or folder itself goes last: a removal that was cut short can be seen. */
  private async remove(key: string): Promise<undefined> {
    for (const name of [...this.known.keys(), ...this.lastPart.keys()]) {
      if (name !== key && !name.startsWith(`${key}/`)) continue;
      this.known.delete(name);
      this.lastPart.delete(name);
    }
    await this.bucket.delete([...(await this.bucket.list(`${key}/`)), key]);
  }
}

function partKey(key: string, number: number): string {
  return `${key}/${String(number).padStart(DIGITS, '0')}`;
}
