import { PutMetricDataCommand, type MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../aws/cloud.js';
import type { MetricBatch, MetricSink } from '../ports.js';

/**
 * PutMetricData takes 1,000 metrics a call:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
const METRICS_A_CALL = 1_000;

/** Collects what the traffic publishes, and sends it to CloudWatch when told to. */
export class WirePublisher implements MetricSink {
  private waiting: MetricBatch[] = [];
  private readonly cloud: Cloud;
  private readonly shiftMs: number;

  /** @param shiftMs - from the world's time to the time at which its points are published */
  constructor(cloud: Cloud, shiftMs: number) {
    this.cloud = cloud;
    this.shiftMs = shiftMs;
  }

  publish(batch: MetricBatch): void {
    this.waiting.push(batch);
  }

  /** Sends all that is waiting, regions side by side. */
  async send(): Promise<void> {
    const batches = this.waiting;
    this.waiting = [];
    const regions = [...new Set(batches.map((batch) => batch.region))];
    await Promise.all(
      regions.map((region) =>
        this.sendRegion(
          region,
          batches.filter((batch) => batch.region === region),
        ),
      ),
    );
  }

  private async sendRegion(region: string, batches: readonly MetricBatch[]): Promise<void> {
    for (const namespace of [...new Set(batches.map((batch) => batch.namespace))]) {
      const data = batches.filter((batch) => batch.namespace === namespace).flatMap((batch) => this.toData(batch));
      for (let from = 0; from < data.length; from += METRICS_A_CALL) {
        await this.cloud
          .cloudWatch(region)
          .send(
            new PutMetricDataCommand({ Namespace: namespace, MetricData: data.slice(from, from + METRICS_A_CALL) }),
          );
      }
    }
  }

  /** Gauges and sums only: emulators unroll a distribution into single samples, and serve no percentile of it. */
  private toData({ atMs, points }: MetricBatch): MetricDatum[] {
    return points
      .filter((point) => point.values.length === 1)
      .map((point) => ({
        MetricName: point.name,
        Timestamp: new Date(atMs + this.shiftMs),
        Value: point.values[0],
        Unit: point.unit,
        StorageResolution: 1,
        ...(Object.keys(point.dimensions).length === 0
          ? {}
          : {
              Dimensions: Object.entries(point.dimensions).map(([Name, Value]) => ({ Name, Value })),
            }),
      }));
  }
}
