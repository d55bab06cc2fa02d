import type { SimService } from './sim-call.js';

/** A token bucket. */
export interface ThrottleRate {
  /** Tokens in a full bucket. */
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Whose rate it is: one operation's (`EC2/StopInstances`), that of each reading or each changing operation
 * (`EC2/read`, `EC2/write`), which have a bucket each, or a service's (`EC2`), whose operations share one. The most
 * exact one counts.
 * `EC2/StopInstances/resources` counts beside it: a token for each instance that the call names.
 */
export type ThrottleKey = SimService | `${SimService}/${string}`;

/** Token buckets; what has no rate is never throttled. */
export type ThrottleRates = Partial<Readonly<Record<ThrottleKey, ThrottleRate>>>;

/** A call as the fault plan sees it. `index` counts all calls of a world from 0. */
export interface FaultedCall {
  readonly index: number;
  readonly service: SimService;
  readonly command: string;
  readonly region: string;
}

/** What the fault plan throws: instead of the effect, or after it, when only the answer is lost. */
export interface PlannedFault {
  readonly before?: Error;
  readonly after?: Error;
}

/** What hurts about AWS. Every switch is deterministic in the seed. */
export interface SimBehaviour {
  /** The most items on one page of a list, whatever the call asks for. */
  readonly pageSize: number;
  /** The most datapoints of one GetMetricData answer. */
  readonly maxDatapoints: number;
  /** The longest that describing calls lag behind a write, milliseconds; each write draws its own lag. */
  readonly readLagMs: number;
  /** Per region (Route 53: per account). */
  readonly throttle: ThrottleRates;
  /** Availability zones without capacity: launches and starts there fail. */
  readonly withoutCapacity: readonly string[];
  /** Whether groups take unreachable members for unhealthy, as a load balancer's health checks do. */
  readonly elbHealthChecks: boolean;
  /** From a Route 53 change to INSYNC, and to what resolvers answer. */
  readonly dnsSyncMs: number;
  /** Some points of metrics come late: what share of them, 0..1, and how much later at the most, milliseconds. */
  readonly lateMetrics: { readonly ratio: number; readonly ms: number };
  /** Network ACLs a VPC. */
  readonly aclsPerVpc: number;
  /** Share of the conditional writes to S3 that meet another one under way, 0..1. */
  readonly s3ConflictRatio: number;
  /** Whether FIS knows `actionsMode: skip-all`: what does not, as some emulators, runs a preview for real. */
  readonly fisPreviews: boolean;
  /** The API fault plan, asked at every call. */
  readonly fault: (call: FaultedCall) => PlannedFault | undefined;
}

/**
 * Mild, but real. EC2's buckets are one for each action, and beside them one for the instances that three of them name;
 * Route 53 takes five calls a second.
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const DEFAULT_BEHAVIOUR: SimBehaviour = {
  pageSize: 1_000,
  maxDatapoints: 100_800,
  readLagMs: 0,
  throttle: {
    'EC2/read': { burst: 100, perSecond: 20 },
    'EC2/write': { burst: 50, perSecond: 5 },
    'EC2/StartInstances/resources': { burst: 1_000, perSecond: 2 },
    'EC2/StopInstances/resources': { burst: 1_000, perSecond: 20 },
    'EC2/TerminateInstances/resources': { burst: 1_000, perSecond: 20 },
    AutoScaling: { burst: 100, perSecond: 20 },
    CloudWatch: { burst: 50, perSecond: 50 },
    Route53: { burst: 5, perSecond: 5 },
    SSM: { burst: 40, perSecond: 20 },
    Fis: { burst: 20, perSecond: 5 },
    RDS: { burst: 50, perSecond: 10 },
    ElastiCache: { burst: 50, perSecond: 10 },
  },
  withoutCapacity: [],
  elbHealthChecks: false,
  dnsSyncMs: 5_000,
  lateMetrics: { ratio: 0, ms: 0 },
  aclsPerVpc: 200,
  s3ConflictRatio: 0,
  fisPreviews: true,
  fault: () => undefined,
};
