import type { SimBehaviour } from './aws/behaviour.js';
import type { TrafficModel } from './traffic/model.js';

/** A world file as parsed: the infrastructure that is there before anything breaks, and the traffic through it. */
export interface World {
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  /** Virtual time at which a drill begins, milliseconds since the epoch. */
  readonly startsAtMs: number;
  /** How much traffic has flowed, and left metrics, before that moment. */
  readonly historyMs: number;
  readonly regions: readonly WorldRegion[];
  readonly links: readonly WorldLink[];
  readonly buckets?: readonly WorldBucket[];
  readonly groups: readonly WorldGroup[];
  readonly domains: readonly WorldDomain[];
  /** Absent: none. */
  readonly databases?: readonly WorldDatabase[];
  readonly metrics: WorldMetrics;
  /** What hurts about its simulated AWS; absent: what always does. */
  readonly behaviour?: Partial<SimBehaviour>;
  readonly traffic: TrafficModel;
}

/** One region with its network. */
export interface WorldRegion {
  readonly name: string;
  /** Zone names, `us-east-1a`. One VPC, one subnet a zone. */
  readonly zones: readonly string[];
  readonly cidr: string;
}

/** A VPC peering between two regions, over which what is written in one is replicated to the other. */
export interface WorldLink {
  readonly regions: readonly [string, string];
  /** Replication lag while all is well. */
  readonly lagMs: number;
}

/** One S3 bucket, versioned where it is replicated from or to. */
export interface WorldBucket {
  readonly name: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Buckets that S3 copies everything in it to. */
  readonly replicatesTo: readonly string[];
  /** Buckets that services copy everything in it to, over the link between the regions. */
  readonly copiedTo: readonly string[];
}

/** One Auto Scaling group in every region that it names. */
export interface WorldGroup {
  readonly name: string;
  readonly regions: readonly string[];
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  readonly instanceType: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Launch to running. */
  readonly bootMs: number;
  /** Running to serving. */
  readonly warmupMs: number;
  /** Target tracking on mean CPU; undefined: the group never scales by itself. */
  readonly scaling: { readonly targetUtilisation: number; readonly cooldownMs: number } | undefined;
}

/** One database or cache in every region that it names, with its writer in the first zone. */
export interface WorldDatabase {
  readonly name: string;
  readonly kind: 'aurora' | 'multi-az' | 'cache';
  readonly regions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** How long it takes another member to take over. */
  readonly failoverMs: number;
}

/** A DNS name with weighted answers, one a region. */
export interface WorldDomain {
  /** The hosted zone, `streaming.example`. */
  readonly zone: string;
  readonly name: string;
  readonly ttlSeconds: number;
  /** How an answer is looked at, that is given only while its target answers; absent: it always is. */
  readonly healthCheck?: { readonly intervalMs: number; readonly threshold: number };
  readonly answers: readonly { readonly region: string; readonly target: string; readonly weight: number }[];
}

/** How the world's metrics reach CloudWatch. */
export interface WorldMetrics {
  readonly namespace: string;
  readonly periodMs: number;
  /** From the end of a period to when its points can be read. */
  readonly delayMs: number;
}
