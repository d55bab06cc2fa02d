import type { SimService } from './sim-call.js';

/** A token bucket. */
export interface ThrottleRate {
  /** Tokens in a full bucket. */
  readonly burst: number;
  readonly perSecond: number;
}

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
  /** Per service and region (Route 53: per account); a service without a rate is never throttled. */
  readonly throttle: Partial<Readonly<Record<SimService, ThrottleRate>>>;
  /** Availability zones without capacity: launches and starts there fail. */
  readonly withoutCapacity: readonly string[];
  /** Whether groups take unreachable members for unhealthy, as a load balancer's health checks do. */
  readonly elbHealthChecks: boolean;
  /** From a Route 53 change to INSYNC, and to what resolvers answer. */
  readonly dnsSyncMs: number;
  /** The API fault plan, asked at every call. */
  readonly fault: (call: FaultedCall) => PlannedFault | undefined;
}

/**
 * Mild, but real. EC2's buckets differ by action (50 to 100 tokens, refilled 5 to 20 a second); Route 53 takes five
 * calls a second.
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const DEFAULT_BEHAVIOUR: SimBehaviour = {
  pageSize: 1_000,
  maxDatapoints: 100_800,
  readLagMs: 0,
  throttle: {
    EC2: { burst: 100, perSecond: 20 },
    AutoScaling: { burst: 100, perSecond: 20 },
    CloudWatch: { burst: 50, perSecond: 50 },
    Route53: { burst: 5, perSecond: 5 },
  },
  withoutCapacity: [],
  elbHealthChecks: false,
  dnsSyncMs: 5_000,
  fault: () => undefined,
};
