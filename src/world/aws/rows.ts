import type { InstanceState, Tags } from '../../model/inventory.js';
import type { AlarmRow } from './alarm-rows.js';
import type { ListenerRow, LoadBalancerRow, TargetGroupRow, TargetRegistration } from './balancer-rows.js';
import type { BucketRow, ObjectRow, ReplicaRow, VersionRow } from './bucket-rows.js';
import type { CommandRow, ParameterRow } from './command-rows.js';
import type { DatabaseRow } from './database-rows.js';
import type { FisExperimentRow, FisTemplateRow } from './fis-rows.js';
import type { HealthCheckRow } from './health-rows.js';
import type { PeeringRow, RouteTableRow, SecurityGroupRow } from './network-rows.js';
import type { RefreshRow } from './refresh-rows.js';

/*
 * The infrastructure as plain JSON rows, one table per kind. Rows are never changed, only replaced. They are type
 * aliases, since an interface is not assignable to Json; what may be absent is null, since Json has no undefined.
 */

/** One VPC per region of the world. */
export type VpcRow = { readonly id: string; readonly region: string; readonly cidr: string; readonly tags: Tags };

/** A subnet, with the association to its network ACL: the association's id changes at every swap. */
export type SubnetRow = {
  readonly id: string;
  readonly region: string;
  readonly vpc: string;
  readonly zone: string;
  readonly cidr: string;
  readonly tags: Tags;
  readonly acl: string;
  readonly association: string;
};

/** One rule of a network ACL. IPv4 rules have `cidr`, IPv6 rules `ipv6`. */
export type AclEntry = {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  /** `-1`: all. */
  readonly protocol: string;
  readonly cidr: string | null;
  readonly ipv6: string | null;
  readonly ports: { readonly from: number; readonly to: number } | null;
};

/** A network ACL without the closing `*` rule, which every ACL has and nothing can change. */
export type AclRow = {
  readonly id: string;
  readonly region: string;
  readonly vpc: string;
  readonly isDefault: boolean;
  readonly entries: readonly AclEntry[];
  readonly tags: Tags;
  /** The client token that it was made with. */
  readonly token: string | null;
};

/** How an instance stands in its Auto Scaling group. */
export type Membership = {
  readonly lifecycle: 'Pending' | 'InService' | 'Standby' | 'Terminating';
  readonly health: 'Healthy' | 'Unhealthy';
  /** From scale-in. */
  readonly isProtected: boolean;
};

/** An EC2 instance. */
export type InstanceRow = {
  readonly id: string;
  readonly region: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly zone: string;
  readonly type: string;
  readonly address: string;
  readonly state: InstanceState;
  readonly launchedMs: number;
  /** When its state changes by itself; null: never. For a terminated one: when it is forgotten. */
  readonly dueMs: number | null;
  /** From when on it can serve, while it runs. */
  readonly servesMs: number;
  /** Why it is stopped or gone, as EC2 says it. */
  readonly reason: string | null;
  /** `REGION/NAME` of the group that owns it. */
  readonly group: string | null;
  readonly member: Membership | null;
  readonly securityGroups: readonly string[];
  /** The target groups of load balancers that it is registered with. */
  readonly targets: readonly TargetRegistration[];
  /** Termination and stop protection: calls that would do it are refused. */
  readonly keptFrom: { readonly termination: boolean; readonly stop: boolean };
  readonly tags: Tags;
};

/** An Auto Scaling group; `id` is `REGION/NAME`. */
export type GroupRow = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly subnets: readonly string[];
  readonly suspended: readonly string[];
  readonly tags: Tags;
  readonly instanceType: string;
  /** Target groups whose targets its members become. */
  readonly targetGroups: readonly string[];
  /** The target group through which alone members' requests reach it; null: they do without a load balancer. */
  readonly servesThrough: string | null;
  /** Those of its launch template: what it launches has them. */
  readonly securityGroups: readonly string[];
  readonly bootMs: number;
  readonly warmupMs: number;
  readonly cooldownMs: number;
  /** Target tracking on mean CPU, 0..1; null: none. */
  readonly targetUtilisation: number | null;
  readonly createdMs: number;
  /** When a policy last changed its size; 0: never. */
  readonly scaledMs: number;
};

/** What an Auto Scaling group did. */
export type ActivityRow = {
  readonly id: string;
  readonly group: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly status: 'Successful' | 'Failed';
  readonly description: string;
  readonly cause: string;
  readonly message: string | null;
};

/** A Route 53 hosted zone. */
export type ZoneRow = { readonly id: string; readonly name: string; readonly tags: Tags };

/** A resource record set. `served` is what resolvers answer: it follows once the change is in sync. */
export type RecordRow = {
  readonly id: string;
  readonly zone: string;
  /** With its final dot. */
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string | null;
  readonly weight: number | null;
  readonly failover: 'PRIMARY' | 'SECONDARY' | null;
  readonly ttlSeconds: number | null;
  readonly values: readonly string[];
  readonly alias: { readonly zone: string; readonly name: string; readonly evaluateHealth: boolean } | null;
  readonly healthCheck: string | null;
  readonly served: {
    readonly weight: number;
    readonly ttlSeconds: number;
    readonly failover: 'PRIMARY' | 'SECONDARY' | null;
    readonly healthCheck: string | null;
  } | null;
  /** When `served` becomes what is written here; null: it is. */
  readonly syncMs: number | null;
};

/** A change that Route 53 was asked for. */
export type DnsChangeRow = { readonly id: string; readonly submittedMs: number; readonly syncMs: number };

/** What is not about one resource: where the world stands. */
export type MetaRow = { readonly id: 'meta'; readonly nowMs: number; readonly ids: number; readonly draws: number };

/** Every kind of row, by the name of its table. */
export type Rows = {
  readonly vpcs: VpcRow;
  readonly subnets: SubnetRow;
  readonly acls: AclRow;
  readonly securityGroups: SecurityGroupRow;
  readonly routeTables: RouteTableRow;
  readonly peerings: PeeringRow;
  readonly loadBalancers: LoadBalancerRow;
  readonly targetGroups: TargetGroupRow;
  readonly listeners: ListenerRow;
  readonly instances: InstanceRow;
  readonly groups: GroupRow;
  readonly activities: ActivityRow;
  readonly zones: ZoneRow;
  readonly records: RecordRow;
  readonly dnsChanges: DnsChangeRow;
  readonly healthChecks: HealthCheckRow;
  readonly refreshes: RefreshRow;
  readonly commands: CommandRow;
  readonly parameters: ParameterRow;
  readonly alarms: AlarmRow;
  readonly fisTemplates: FisTemplateRow;
  readonly fisExperiments: FisExperimentRow;
  readonly buckets: BucketRow;
  readonly objects: ObjectRow;
  readonly versions: VersionRow;
  readonly replicas: ReplicaRow;
  readonly databases: DatabaseRow;
  readonly meta: MetaRow;
};
