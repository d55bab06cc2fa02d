import type { Database } from './database.js';
import type { FisTemplate } from './fis-template.js';
import type { RecordTarget } from './resolution.js';

/** What is there, read in bulk before a plan is made. Plain JSON: a plan carries what it needs of it. */
export interface Inventory {
  readonly account: string;
  readonly regions: readonly RegionInventory[];
  readonly records: readonly WeightedRecord[];
  /** Undefined where no records were read. */
  readonly failovers?: readonly FailoverRecord[];
  /** Records that no shift can move; undefined where no records were read. */
  readonly unmovable?: readonly UnmovableRecord[];
  /** Hosted zones that were not read, each with its reason. */
  readonly zonesLeftAlone?: readonly { readonly what: string; readonly why: string }[];
}

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** What is there in one region. */
export interface RegionInventory {
  readonly region: string;
  readonly vpcs: readonly { readonly id: string; readonly cidrs: readonly string[]; readonly tags: Tags }[];
  readonly subnets: readonly Subnet[];
  readonly instances: readonly Instance[];
  readonly groups: readonly Group[];
  /** Undefined where no fault asked for them. */
  readonly targets?: readonly Target[];
  readonly balancers?: readonly Balancer[];
  readonly routeTables?: readonly RouteTable[];
  readonly securityGroups?: readonly SecurityGroup[];
  readonly agents?: readonly InstanceAgent[];
  /** Those of AWS FIS that the experiment names. */
  readonly fisTemplates?: readonly NamedFisTemplate[];
  /** Those that a fault names. */
  readonly buckets?: readonly Bucket[];
  readonly databases?: readonly Database[];
}

/** What is read only where a fault needs it. */
export type InventoryPart =
  | 'targets'
  | 'balancers'
  | 'routes'
  | 'securityGroups'
  | 'agents'
  | 'fisTemplates'
  | 'buckets'
  | 'databases';

/** One S3 bucket, with how it is replicated. */
export interface Bucket {
  readonly name: string;
  readonly tags: Tags;
  /** The role on whose behalf; undefined: it is not replicated. */
  readonly role: string | undefined;
  readonly rules: readonly ReplicationRule[];
}

/** One rule by which a bucket is replicated to another. */
export interface ReplicationRule {
  readonly id: string;
  readonly status: string;
  /** The other bucket's name. */
  readonly destination: string;
  /** Where that is; undefined: can't be told. */
  readonly region: string | undefined;
}

/** One security group, with what it lets in. */
export interface SecurityGroup {
  readonly id: string;
  readonly vpc: string;
  readonly ingress: readonly IngressRule[];
  readonly tags: Tags;
}

/** One source that a security group lets in. */
export interface IngressRule {
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string;
  /** null: every port. */
  readonly ports: { readonly from: number; readonly to: number } | null;
  /** `foreign-group`: of another account. */
  readonly source: {
    readonly kind: 'group' | 'foreign-group' | 'ipv4' | 'ipv6' | 'prefix-list';
    /** An id, or a block of addresses. */
    readonly id: string;
  };
  readonly description: string | null;
}

/** A template of AWS FIS that somebody made before. */
export interface NamedFisTemplate {
  readonly id: string;
  /** As the API has it, without what only the API knows. */
  readonly template: FisTemplate;
}

/** One instance to which a load balancer sends. */
export interface Target {
  readonly targetGroup: string;
  /** The target group's name. */
  readonly name: string;
  readonly instance: string;
  readonly port: number;
  /** ARNs of the load balancers that use the target group. */
  readonly balancers: readonly string[];
}

/** One load balancer. */
export interface Balancer {
  readonly arn: string;
  readonly name: string;
  /** `application`, `network`, `gateway`. */
  readonly kind: string;
  readonly tags: Tags;
  readonly listeners: readonly Listener[];
  /** Ids; none for one that has no security groups. */
  readonly securityGroups: readonly string[];
  /** Where it takes requests, one in each of its zones. */
  readonly zones: readonly BalancerZone[];
  /** What keeps it from being taken out of a zone and back again as it was; undefined: nothing. */
  readonly fixed: string | undefined;
}

/** A load balancer in one zone. */
export interface BalancerZone {
  readonly zone: string;
  /** Its subnet, with the addresses that were chosen for it there: see inventory/balancer-mapping.ts. */
  readonly mapping: string;
  /** Whether it would come back under another address: it has one of its own there which AWS chose. */
  readonly isAddressLent: boolean;
}

/** Where a load balancer takes requests. */
export interface Listener {
  readonly arn: string;
  readonly port: number;
  /** The lowest priority that a rule has; undefined: there is only the default. */
  readonly firstPriority: number | undefined;
}

/** The agent of Systems Manager on one instance. */
export interface InstanceAgent {
  readonly instance: string;
  /** `Online`, `ConnectionLost`, `Inactive`. */
  readonly status: string;
  /** `Linux`, `Windows`, `MacOS`. */
  readonly platform: string;
}

/** One subnet, in one zone. */
export interface Subnet {
  readonly id: string;
  /** Its range of IPv4 addresses, where it has one. */
  readonly cidr?: string;
  readonly vpc: string;
  readonly zone: string;
  /** The network ACL that filters it now. */
  readonly acl: string;
  readonly tags: Tags;
}

/** The states of EC2. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** One instance that is not terminated. */
export interface Instance {
  readonly id: string;
  readonly state: InstanceState;
  readonly subnet: string | undefined;
  readonly zone: string;
  /** The Auto Scaling group that owns it. */
  readonly group: string | undefined;
  /** Its primary private IPv4 address. */
  readonly address?: string;
  readonly vpc: string | undefined;
  /** Sorted. */
  readonly securityGroups: readonly string[];
  /** How many network interfaces it has, as far as the API says: 0 or more. */
  readonly interfaces: number;
  readonly tags: Tags;
}

/** One Auto Scaling group. */
export interface Group {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly subnets: readonly string[];
  readonly zones: readonly string[];
  readonly suspended: readonly string[];
  readonly members: readonly {
    readonly id: string;
    readonly zone: string;
    readonly lifecycle: string;
    readonly healthy: boolean;
  }[];
  readonly tags: Tags;
}

/** One weighted record: a share of a name's answers. */
export interface WeightedRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string;
  readonly weight: number;
  /** Undefined for an alias, which has its target's. */
  readonly ttlSeconds: number | undefined;
  readonly target: RecordTarget;
  /**
   * The region that it sends members to, worked out from its target or its set identifier; undefined: can't be told.
   */
  readonly region: string | undefined;
}

/** One record of a failover pair: the primary answers while its health check is up. */
export interface FailoverRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string;
  readonly role: 'primary' | 'secondary';
  /** As for a weighted record. */
  readonly ttlSeconds: number | undefined;
  readonly target: RecordTarget;
  /** As for a weighted record. */
  readonly region: string | undefined;
  /** Undefined: it counts as healthy always. */
  readonly check: HealthCheckState | undefined;
  /** Names of other records, of the zones that were read, that fail by the same health check. */
  readonly sharedWith?: readonly string[];
}

/** One record that is answered by other rules than weights and failover pairs. */
export interface UnmovableRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string;
  readonly policy: RoutingPolicy;
  /** As for a weighted record. */
  readonly ttlSeconds: number | undefined;
  /** As for a weighted record. */
  readonly region: string | undefined;
}

/** By what Route 53 chooses an answer; `simple`: there is but one. */
export type RoutingPolicy =
  | 'simple'
  | 'latency'
  | 'geolocation'
  | 'geoproximity'
  | 'multivalue'
  | 'cidr'
  | 'traffic-policy';

/** A health check, and whether it answers by decree: disabled it is up, disabled and inverted it is down. */
export interface HealthCheckState {
  readonly id: string;
  readonly disabled: boolean;
  readonly inverted: boolean;
}

/** One route table, with its routes to other VPCs alone. */
export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  /** Whether it serves the subnets that no other table is associated with. */
  readonly isMain: boolean;
  /** Ids of the subnets that are associated with it. */
  readonly subnets: readonly string[];
  readonly routes: readonly {
    readonly destination: string;
    readonly target: RouteTarget;
    /** The region at the other end of a peering. */
    readonly peer: string | undefined;
  }[];
  readonly tags: Tags;
}

/** What leads to another VPC. */
export type RouteTarget = { readonly kind: 'peering' | 'transit-gateway'; readonly id: string };
