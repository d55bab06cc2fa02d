/** The kinds of thing that kong reads or changes. */
export type ResourceType =
  | 'subnet'
  | 'network-acl'
  | 'security-group'
  | 'security-group-rule'
  | 'instance'
  | 'target'
  | 'listener'
  | 'balancer'
  | 'asg'
  | 'route'
  | 'replication-rule'
  | 'marker'
  | 'parameter'
  | 'switch'
  | 'hook'
  | 'record'
  | 'db-cluster'
  | 'db-instance'
  | 'cache-group'
  | 'health-check'
  | 'command'
  | 'fis-template'
  | 'fis-experiment';

/**
 * One thing in the cloud, in a form that another process can find again a day later.
 *
 * `id` is what the API calls it: a subnet id, a group's name, or `ZONE/NAME/SET-IDENTIFIER` for a weighted record.
 */
export interface ResourceRef {
  readonly type: ResourceType;
  /** `global` for Route 53. */
  readonly region: string;
  readonly id: string;
  /** Availability zone, where it has one. */
  readonly zone?: string;
  /** A name for people, where it has one beside its id. */
  readonly name?: string;
}

/** One text per resource, for maps and messages: `subnet us-east-1/subnet-0a1`. */
export function resourceKey(ref: ResourceRef): string {
  return `${ref.type} ${ref.region}/${ref.id}`;
}
