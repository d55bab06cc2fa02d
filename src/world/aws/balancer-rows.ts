import type { Tags } from '../../model/inventory.js';

/** An instance as a target of one target group. */
export type TargetRegistration = {
  /** The target group's Amazon resource name. */
  readonly group: string;
  readonly port: number;
  /** Until when it is draining; null: it is not. */
  readonly drainsMs: number | null;
};

/** An application load balancer; `id` is its Amazon resource name. */
export type LoadBalancerRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  /** Zones that it sends nothing to for now, though it has subnets there: zonal shifts. */
  readonly shiftedFrom: readonly string[];
  readonly securityGroups: readonly string[];
  readonly createdMs: number;
  readonly tags: Tags;
};

/** A target group; `id` is its Amazon resource name. Its targets are kept with the instances. */
export type TargetGroupRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly vpc: string;
  readonly port: number;
  readonly loadBalancer: string;
  readonly tags: Tags;
};

/** What a listener does with a request: forward it, by weight, or answer it itself. */
export type ListenerAction =
  | { readonly kind: 'forward'; readonly to: readonly { readonly group: string; readonly weight: number }[] }
  | { readonly kind: 'answer'; readonly status: string; readonly body: string | null };

/** One condition of a rule; any of its values is enough. */
export type RuleCondition = { readonly field: 'path-pattern' | 'host-header'; readonly values: readonly string[] };

/** A listener's rule. The one without priority is the default: it has no conditions, and comes last. */
export type ListenerRule = {
  readonly id: string;
  readonly priority: number | null;
  readonly conditions: readonly RuleCondition[];
  readonly action: ListenerAction;
};

/** A listener with its rules; `id` is its Amazon resource name. */
export type ListenerRow = {
  readonly id: string;
  readonly region: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly rules: readonly ListenerRule[];
};
