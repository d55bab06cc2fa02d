import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cloud } from '../../aws/cloud.js';
import { allPages } from '../../inventory/paging.js';
import type { LinkView } from '../ports.js';
import type { World, WorldBucket } from '../world.js';
import { readHeldBack } from './isolation.js';
import { isUnknownThere } from './peerings.js';
import { readCopies } from './read-copies.js';

/** A copy that is due at a moment, milliseconds since the epoch. */
interface Due {
  readonly key: string;
  readonly etag: string;
  readonly to: WorldBucket;
  readonly dueMs: number;
  /** Whether services copy it, over the link. */
  readonly isOwn: boolean;
}

/**
 * Copies what is written to a world's buckets in an emulator to where it belongs, as S3 and the world's services
 * would: no emulator does. What was there before it began, and what it copied itself, goes nowhere.
 */
export class Carrier {
  private readonly world: World;
  private readonly cloud: Cloud;
  /** By bucket: what was seen in it, `KEY ETAG`. */
  private readonly seen = new Map<string, ReadonlySet<string>>();
  private readonly due = new Map<string, readonly Due[]>();

  constructor(world: World, cloud: Cloud) {
    this.world = world;
    this.cloud = cloud;
  }

  /** Sees what is there: that goes nowhere. */
  async begin(): Promise<void> {
    for (const from of this.world.buckets ?? []) {
      this.note(from, await this.list(from), { nowMs: 0, rules: [] });
    }
  }

  /** Goes over all buckets once. */
  async carry(nowMs: number, links: readonly LinkView[]): Promise<void> {
    const buckets = this.world.buckets ?? [];
    const { world, cloud } = this;
    const [copies, held] = await Promise.all([readCopies(world, cloud), readHeldBack(world, cloud)]);
    const carries = (from: string, to: string): boolean =>
      !held.includes(from) && links.some((link) => link.from === from && link.to === to && link.flows);
    for (const from of buckets) {
      const there = await this.list(from);
      this.note(from, there, { nowMs, rules: copies.get(from.name) ?? [] });
      for (const one of this.due.get(from.name) ?? []) {
        if (one.dueMs > nowMs || (one.isOwn && !carries(from.region, one.to.region))) continue;
        await this.copy(from, one);
        this.drop(from, one);
      }
    }
  }

  /** Sees what is new, and forgets what was deleted before it was copied. */
  private note(
    from: WorldBucket,
    there: readonly { readonly key: string; readonly etag: string }[],
    { nowMs, rules }: { readonly nowMs: number; readonly rules: readonly { destination: string; enabled: boolean }[] },
  ): void {
    const now = new Set(there.map(({ key, etag }) => `${key} ${etag}`));
    const before = this.seen.get(from.name) ?? now;
    const enabled = rules.filter((rule) => rule.enabled).map(({ destination }) => destination);
    const fresh = there.filter(({ key, etag }) => !before.has(`${key} ${etag}`));
    const dueNow = fresh.flatMap(({ key, etag }) =>
      (this.world.buckets ?? []).flatMap((to): readonly Due[] => {
        const isOwn = from.copiedTo.includes(to.name);
        if (!isOwn && !enabled.includes(to.name)) return [];
        return [{ key, etag, to, isOwn, dueMs: nowMs + this.lagMs(from, to) }];
      }),
    );
    const waiting = (this.due.get(from.name) ?? []).filter(({ key, etag }) => now.has(`${key} ${etag}`));
    this.due.set(from.name, [...waiting, ...dueNow]);
    this.seen.set(from.name, now);
  }

  private drop({ name }: WorldBucket, done: Due): void {
    this.due.set(name, (this.due.get(name) ?? []).filter((one) => one !== done));
  }

  private async copy({ name, region }: WorldBucket, { key: Key, etag, to }: Due): Promise<void> {
    const source = await this.cloud.s3(region);
    const read = await source.send(new GetObjectCommand({ Bucket: name, Key }));
    const Body = (await read.Body?.transformToByteArray()) ?? '';
    const target = await this.cloud.s3(to.region);
    this.seen.set(to.name, new Set([...(this.seen.get(to.name) ?? []), `${Key} ${etag}`]));
    await target.send(new PutObjectCommand({ Bucket: to.name, Key, Body }));
  }

  /** What is in a bucket; nothing where the emulator has none. */
  private async list({ name: Bucket, region }: WorldBucket): Promise<readonly { key: string; etag: string }[]> {
    try {
      const s3 = await this.cloud.s3(region);
      const all = await allPages(async (ContinuationToken) => {
        const answer = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
        return { items: answer.Contents ?? [], next: answer.NextContinuationToken };
      });
      return all.map(({ Key = '', ETag = '' }) => ({ key: Key, etag: ETag }));
    } catch (error) {
      if (!isUnknownThere(error)) throw error;
      return [];
    }
  }

  private lagMs(from: WorldBucket, to: WorldBucket): number {
    const link = this.world.links.find(({ regions }) => regions.includes(from.region) && regions.includes(to.region));
    return link && from.region !== to.region ? link.lagMs : this.world.traffic.replication.lagMs;
  }
}
