import type { Tags } from '../../model/inventory.js';

/** A database or a cache with a writer and those who may take over; `id` is `REGION/NAME`. */
export type DatabaseRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  /** `aurora`: a cluster. `multi-az`: an instance and its standby. `cache`: a replication group with one node group. */
  readonly kind: 'aurora' | 'multi-az' | 'cache';
  readonly tags: Tags;
  /** One a zone; of `multi-az` both are the same instance. */
  readonly nodes: readonly { readonly id: string; readonly zone: string }[];
  /** Which of the nodes takes the writes. */
  readonly writer: number;
  /** How long it takes another to take over. */
  readonly failoverMs: number;
  /** Who is about to take over, and when; null: nobody. */
  readonly failing: { readonly to: number; readonly dueMs: number } | null;
};
