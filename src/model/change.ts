import type { Json } from './json.js';
import { resourceKey, type ResourceRef } from './resource.js';

/** Every attribute that kong knows how to set and to put back; each has one driver in `changes/`. */
export type AttributeKind =
  | 'networkAcl.exists'
  | 'subnet.networkAcl'
  | 'asg.suspendedProcesses'
  | 'asg.minSize'
  | 'asg.desiredCapacity'
  | 'asg.subnets'
  | 'instance.state'
  | 'instance.securityGroups'
  | 'instance.standby'
  | 'securityGroup.exists'
  | 'ingressRule.exists'
  | 'target.registered'
  | 'listenerRule.exists'
  | 'balancer.subnets'
  | 'route.target'
  | 'route.isolation'
  | 'replicationRule.status'
  | 'marker.written'
  | 'ssm.parameter'
  | 'ssm.isolation'
  | 'switch.value'
  | 'switch.isolation'
  | 'hook.called'
  | 'record.weight'
  | 'healthCheck.forced'
  | 'ssmCommand.running'
  | 'fisTemplate.exists'
  | 'fisExperiment.running';

/** What kong can do but not undo; each must be allowed by name in the experiment. */
export const IRREVERSIBLE_KINDS = [
  'cache.failover',
  'database.failover',
  'instance.reboot',
  'instance.terminate',
  'process.kill',
] as const;

/** One of them. */
export type IrreversibleKind = (typeof IRREVERSIBLE_KINDS)[number];

/**
 * One attribute of one resource, with its value before and its value after: the whole of what a fault is made of.
 *
 * Plain JSON, and enough to undo it in another process, on another machine, a day later. A value `{ "$created":
 * HANDLE }` stands for the id of the resource that the change with that handle created.
 */
export interface Change {
  readonly kind: 'reversible';
  /** Unique in its plan: `c1`, `c2`, … */
  readonly id: string;
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
  readonly before: Json;
  readonly after: Json;
  /**
   * What the undo needs to know beside the value before: a group's members, so that those it gained can be told from
   * them.
   */
  readonly memo?: Json;
}

/** An act that can't be taken back: counted, allowed by name, and followed by "did the system replace it?". */
export interface IrreversibleChange {
  readonly kind: 'irreversible';
  readonly id: string;
  readonly attribute: IrreversibleKind;
  readonly resource: ResourceRef;
  /** What is lost, for the plan: `i-0123 in asg playback`. */
  readonly loses: string;
  /** What the act needs to know beside its resource: which process is killed, and how. */
  readonly memo?: Json;
}

/** What a plan is a list of. */
export type AnyChange = Change | IrreversibleChange;

/** The attribute that a change sets, as one text: two changes with the same key touch the same thing. */
export function attributeKey(change: { readonly attribute: string; readonly resource: ResourceRef }): string {
  return `${change.attribute} ${resourceKey(change.resource)}`;
}

/** The value that stands for the id of a resource which this plan creates. */
export interface CreatedRef {
  readonly $created: string;
}

/** Whether a value stands for something that is yet to be created. */
export function isCreatedRef(value: Json): value is { readonly $created: string } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && '$created' in value;
}
