import { isMutating } from '../../aws/operations.js';
import { AwsFault } from './aws-fault.js';
import type { ThrottleKey, ThrottleRate, ThrottleRates } from './behaviour.js';
import type { SimCall, SimService } from './sim-call.js';

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** One bucket that a call is paid from. */
interface Price {
  readonly rate: ThrottleRate;
  readonly bucket: string;
  readonly tokens: number;
}

/** Services with one endpoint, whose buckets go for all regions. */
const GLOBAL: readonly SimService[] = ['Route53'];

/** Token buckets, by region. Route 53's are per account, whatever the region. */
export class Throttle {
  private readonly rates: ThrottleRates;
  private readonly buckets = new Map<string, Bucket>();

  constructor(rates: ThrottleRates) {
    this.rates = rates;
  }

  /**
   * Pays for a call.
   * @throws AwsFault by the service's own name for it, where there are not enough tokens left; none are taken then
   */
  take(call: Pick<SimCall, 'service' | 'command' | 'region' | 'input'>, nowMs: number): void {
    const { service, region } = call;
    const prices = [this.priceOfCall(call), this.priceOfResources(call)].flatMap((price) => price ?? []);
    const place = GLOBAL.includes(service) ? '' : region;
    const bills = prices.map(({ rate, bucket, tokens }) => ({
      bucket: this.filled(`${bucket} ${place}`, rate, nowMs),
      tokens,
    }));
    if (bills.some(({ bucket, tokens }) => bucket.tokens < tokens)) throw throttled(service);
    for (const { bucket, tokens } of bills) bucket.tokens -= tokens;
  }

  /** By the operation's own rate, or that of its kind, each operation from a bucket of its own; else the service's. */
  private priceOfCall({ service, command }: Pick<SimCall, 'service' | 'command'>): Price | undefined {
    const own: ThrottleKey = `${service}/${operationOf(command)}`;
    const kind: ThrottleKey = `${service}/${isMutating(command) ? 'write' : 'read'}`;
    const rate = this.rates[own] ?? this.rates[kind];
    if (rate) return { rate, bucket: own, tokens: 1 };
    const all = this.rates[service];
    return all && { rate: all, bucket: service, tokens: 1 };
  }

  /** EC2 also counts the instances that a call is about. */
  private priceOfResources({
    service,
    command,
    input,
  }: Pick<SimCall, 'service' | 'command' | 'input'>): Price | undefined {
    const key: ThrottleKey = `${service}/${operationOf(command)}/resources`;
    const rate = this.rates[key];
    return rate && { rate, bucket: key, tokens: instancesIn(input) };
  }

  private filled(name: string, rate: ThrottleRate, nowMs: number): Bucket {
    const bucket = this.bucketOf(name, rate, nowMs);
    const gained = (Math.max(0, nowMs - bucket.filledMs) * rate.perSecond) / 1_000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
    bucket.filledMs = Math.max(bucket.filledMs, nowMs);
    return bucket;
  }

  private bucketOf(name: string, rate: ThrottleRate, nowMs: number): Bucket {
    const known = this.buckets.get(name);
    if (known) return known;
    const bucket = { tokens: rate.burst, filledMs: nowMs };
    this.buckets.set(name, bucket);
    return bucket;
  }
}

function operationOf(command: string): string {
  return command.replace(/Command$/, '');
}

function instancesIn(input: unknown): number {
  const isList = typeof input === 'object' && input !== null && 'InstanceIds' in input;
  return isList && Array.isArray(input.InstanceIds) ? input.InstanceIds.length : 1;
}

function throttled(service: SimService): AwsFault {
  switch (service) {
    case 'EC2':
      return new AwsFault('RequestLimitExceeded', 'Request limit exceeded.', 503);
    case 'S3':
      return new AwsFault('SlowDown', 'Please reduce your request rate.', 503);
    case 'SSM':
    case 'Fis':
      return new AwsFault('ThrottlingException', 'Rate exceeded');
    case 'AutoScaling':
    case 'CloudWatch':
    case 'Route53':
    case 'ElasticLoadBalancingV2':
    case 'STS':
    case 'RDS':
    case 'ElastiCache':
      return new AwsFault('Throttling', 'Rate exceeded');
  }
}
