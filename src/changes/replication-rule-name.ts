import { KongError } from '../model/errors.js';

/** A rule of a bucket's replication. */
export interface ReplicationRuleName {
  readonly bucket: string;
  /** The rule's id, which its bucket's owner or S3 gave it. */
  readonly rule: string;
}

/** The id of a rule as a resource: `BUCKET/RULE`. A bucket's name has no slash in it. */
export function replicationRuleId({ bucket, rule }: ReplicationRuleName): string {
  return `${bucket}/${rule}`;
}

/** @throws KongError BAD_PLAN where it is no such id */
export function replicationRuleOf(id: string): ReplicationRuleName {
  const at = id.indexOf('/');
  if (at > 0 && at < id.length - 1) return { bucket: id.slice(0, at), rule: id.slice(at + 1) };
  throw new KongError('BAD_PLAN', `a replication rule is BUCKET/RULE, not ${id}`);
}
