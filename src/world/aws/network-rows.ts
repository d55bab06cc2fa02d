import type { Tags } from '../../model/inventory.js';

/** One rule of a security group: what it lets in or out. Of its peers `cidr`, `ipv6` and `group` exactly one is set. */
export type SecurityRule = {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, a number, or `-1`: all. */
  readonly protocol: string;
  /** Null: all ports. */
  readonly ports: { readonly from: number; readonly to: number } | null;
  readonly cidr: string | null;
  readonly ipv6: string | null;
  /** Another security group, whose members are meant. */
  readonly group: string | null;
  readonly description: string | null;
};

/** A security group. */
export type SecurityGroupRow = {
  readonly id: string;
  readonly region: string;
  readonly vpc: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly SecurityRule[];
  readonly tags: Tags;
};

/** Where a route leads: the gateway `local`, an internet gateway, a network interface, or a VPC peering. */
export type RouteTarget = { readonly kind: 'local' | 'gateway' | 'interface' | 'peering'; readonly id: string };

/** One IPv4 route. */
export type RouteRow = {
  readonly cidr: string;
  readonly target: RouteTarget;
  /** Whether the table was made with it. */
  readonly fixed: boolean;
};

/** What a route table goes for: one subnet, or with null every subnet that has no table of its own. */
export type RouteAssociation = { readonly id: string; readonly subnet: string | null };

/** A route table with its associations, whose ids change when they are moved to another table. */
export type RouteTableRow = {
  readonly id: string;
  readonly region: string;
  readonly vpc: string;
  readonly routes: readonly RouteRow[];
  readonly associations: readonly RouteAssociation[];
  readonly tags: Tags;
  /** The client token that it was made with. */
  readonly token: string | null;
};

/** One side of a VPC peering. */
export type PeeringEnd = { readonly region: string; readonly vpc: string; readonly cidr: string };

/** A peering of two VPCs of the account: one id, seen in both regions. A deleted one is listed, and leads nowhere. */
export type PeeringRow = {
  readonly id: string;
  readonly requester: PeeringEnd;
  readonly accepter: PeeringEnd;
  readonly status: 'pending-acceptance' | 'active' | 'rejected' | 'deleted';
  readonly tags: Tags;
};
