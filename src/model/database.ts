import type { Tags } from './inventory.js';

/** Something that keeps data, of which one member takes the writes, and another may take over. */
export interface Database {
  /** An Aurora or Multi-AZ cluster, a Multi-AZ instance, or a node group of ElastiCache with replicas. */
  readonly type: DatabaseType;
  /** As its API names it; a replication group's with its node group: `sessions/0001`. */
  readonly id: string;
  readonly engine: string;
  readonly tags: Tags;
  /** `available` while nothing is under way. */
  readonly status: string;
  /** Undefined: there is none, or AWS does not say which. */
  readonly writer: DatabaseMember | undefined;
  /** Those who may take over, the likeliest first. */
  readonly readers: readonly DatabaseMember[];
  /** What keeps it from ever failing over on request; undefined: nothing. */
  readonly fixed: string | undefined;
}

/** The kinds of database that can be failed over. */
export type DatabaseType = 'db-cluster' | 'db-instance' | 'cache-group';

/** One member; the standby of a Multi-AZ instance has the same id as that. */
export interface DatabaseMember {
  readonly id: string;
  readonly zone: string;
}

/** The likeliest to take over in another zone than one; undefined: nobody is there. */
export function successorIn({ readers }: Database, otherThan: string): DatabaseMember | undefined {
  return readers.find(({ zone }) => zone !== otherThan);
}
