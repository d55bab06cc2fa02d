import type { Cloud } from '../aws/cloud.js';
import type { IrreversibleChange, IrreversibleKind } from '../model/change.js';
import { failoverAnswers } from './failover-answers.js';
import { groupAnswers } from './group-answers.js';

/** How the system answered an act that can't be undone: one follower a kind, since each is answered otherwise. */
export interface Follower {
  /** Reads what is there just before the acts, which all are in one region: what is seen afterwards is held to it. */
  begin(acts: readonly IrreversibleChange[], cloud: Cloud): Promise<Following>;
}

/** The acts of one region, as they are followed. */
export interface Following {
  /** Reads how things stand, in bulk. An act that is not in the answer can't be told about. */
  look(cloud: Cloud): Promise<ReadonlyMap<string, Aftermath>>;
}

/**
 * `waiting`: something is to come and has not. `replaced`: another does its work. `kept`: it does its work itself.
 * `unowned`: nobody is there to replace it.
 */
export type Aftermath =
  | { readonly state: 'waiting' | 'kept' | 'unowned' }
  | { readonly state: 'replaced'; readonly by: string };

const FOLLOWERS: Readonly<Record<IrreversibleKind, Follower>> = {
  'instance.terminate': groupAnswers,
  'instance.reboot': groupAnswers,
  'process.kill': groupAnswers,
  'database.failover': failoverAnswers,
  'cache.failover': failoverAnswers,
};

/** Who follows acts of a kind. */
export function followerOf(kind: IrreversibleKind): Follower {
  return FOLLOWERS[kind];
}
