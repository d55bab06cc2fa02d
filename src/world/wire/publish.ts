import { PutMetricDataCommand, type MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../aws/cloud.js';
import type { MetricBatch, MetricSink } from '../ports.js';

/**
 * PutMetricData takes 1,000 metrics a call:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
const METRICS_A_CALL = 1_000;

/** How a publisher sends. */
export interface PublisherOptions {
  readonly cloud: Cloud;
  /** From the world's time to the time at which its points are published. */
  readonly shiftMs: number;
  /** Ends the calls under way. */
  readonly signal: AbortSignal;
}

/**
 * Collects what the traffic publishes, and sends it to CloudWatch when told to. A period is sent whole or not at all:
 * what waits beyond a limit is left out period by period, the oldest first, so that a slow endpoint costs points and
 * never memory.
 */
export class WirePublisher implements MetricSink {
  private waiting: MetricBatch[] = [];
  private mostPeriods = Number.POSITIVE_INFINITY;
  private dropped = 0;
  private readonly options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.options = options;
  }

  publish(batch: MetricBatch): void {
    this.waiting.push(batch);
    this.dropOldest();
  }

  /** From now on at most so many periods wait. */
  limit(periods: number): void {
    this.mostPeriods = periods;
    this.dropOldest();
  }

  /** Periods that wait to be sent. */
  get waitingPeriods(): number {
    return this.periods().length;
  }

  /** Periods that were left out since the last call. */
  takeDropped(): number {
    const { dropped } = this;
    this.dropped = 0;
    return dropped;
  }

  /**
   * Sends all that is waiting, regions side by side. What could not be sent waits again.
   * @throws what the first region's call threw
   */
  async send(): Promise<void> {
    const batches = this.waiting;
    this.waiting = [];
    const regions = [...new Set(batches.map((batch) => batch.region))];
    const sent = await Promise.allSettled(
      regions.map(async (region) => {
        const own = batches.filter((batch) => batch.region === region);
        try {
          await this.sendRegion(region, own);
        } catch (error) {
          this.waiting = [...own, ...this.waiting];
          throw error;
        }
      }),
    );
    this.dropOldest();
    for (const one of sent) if (one.status === 'rejected') throw one.reason;
  }

  private periods(): readonly number[] {
    return [...new Set(this.waiting.map(({ atMs }) => atMs))].sort((a, b) => a - b);
  }

  private dropOldest(): void {
    if (this.mostPeriods === Number.POSITIVE_INFINITY) return;
    const old = this.periods().slice(0, -this.mostPeriods);
    if (old.length === 0) return;
    this.waiting = this.waiting.filter(({ atMs }) => !old.includes(atMs));
    this.dropped += old.length;
  }

  private async sendRegion(region: string, batches: readonly MetricBatch[]): Promise<void> {
    const { cloud, signal } = this.options;
    for (const namespace of [...new Set(batches.map((batch) => batch.namespace))]) {
      const data = batches.filter((batch) => batch.namespace === namespace).flatMap((batch) => this.toData(batch));
      for (let from = 0; from < data.length; from += METRICS_A_CALL) {
        const MetricData = data.slice(from, from + METRICS_A_CALL);
        await cloud
          .cloudWatch(region)
          .send(new PutMetricDataCommand({ Namespace: namespace, MetricData }), { abortSignal: signal });
      }
    }
  }

  /** Gauges and sums only: emulators unroll a distribution into single samples, and serve no percentile of it. */
  private toData({ atMs, points }: MetricBatch): MetricDatum[] {
    return points
      .filter((point) => point.values.length === 1)
      .map((point) => ({
        MetricName: point.name,
        Timestamp: new Date(atMs + this.options.shiftMs),
        Value: point.values[0],
        Unit: point.unit,
        StorageResolution: 1,
        ...(Object.keys(point.dimensions).length === 0
          ? {}
          : { Dimensions: Object.entries(point.dimensions).map(([Name, Value]) => ({ Name, Value })) }),
      }));
  }
}
