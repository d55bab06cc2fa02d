import { AwsFault } from './aws-fault.js';
import type { ThrottleRate } from './behaviour.js';
import type { SimService } from './sim-call.js';

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** Token buckets per service and region. Route 53's is per account, whatever the region. */
export class Throttle {
  private readonly rates: Partial<Readonly<Record<SimService, ThrottleRate>>>;
  private readonly buckets = new Map<string, Bucket>();

  constructor(rates: Partial<Readonly<Record<SimService, ThrottleRate>>>) {
    this.rates = rates;
  }

  /**
   * Takes one token.
   * @throws AwsFault by the service's own name for it, where there is none left
   */
  take(service: SimService, region: string, nowMs: number): void {
    const rate = this.rates[service];
    if (!rate) return;
    const bucket = this.bucketOf(service === 'Route53' ? service : `${service} ${region}`, rate, nowMs);
    const gained = (Math.max(0, nowMs - bucket.filledMs) * rate.perSecond) / 1_000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
    bucket.filledMs = Math.max(bucket.filledMs, nowMs);
    if (bucket.tokens < 1) throw throttled(service);
    bucket.tokens--;
  }

  private bucketOf(name: string, rate: ThrottleRate, nowMs: number): Bucket {
    const known = this.buckets.get(name);
    if (known) return known;
    const bucket = { tokens: rate.burst, filledMs: nowMs };
    this.buckets.set(name, bucket);
    return bucket;
  }
}

function throttled(service: SimService): AwsFault {
  if (service === 'EC2') return new AwsFault('RequestLimitExceeded', 'Request limit exceeded.', 503);
  return new AwsFault('Throttling', 'Rate exceeded');
}
