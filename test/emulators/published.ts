import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand, type Metric } from '@aws-sdk/client-cloudwatch';
import { clientConfig } from './snapshot.js';

/** What an emulator has of one metric. */
export interface Published {
  readonly metric: string;
  /** Milliseconds since the epoch, the oldest first. */
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** Every point that a world has published in a region since a moment. */
export async function publishedSince(endpoint: string, region: string, sinceMs: number): Promise<readonly Published[]> {
  const client = new CloudWatchClient(clientConfig(endpoint, region));
  try {
    const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace: 'Streaming' }));
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(sinceMs),
        EndTime: new Date(Date.now() + 1_000),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: Metrics.map((metric, index) => ({
          Id: `m${index}`,
          MetricStat: { Metric: metric, Period: 1, Stat: 'Maximum' },
        })),
      }),
    );
    return MetricDataResults.map(({ Id, Timestamps = [], Values = [] }) => ({
      metric: nameOf(Metrics[Number(Id?.slice(1))]),
      at: Timestamps.map(Number),
      values: Values,
    }));
  } finally {
    client.destroy();
  }
}

function nameOf(metric: Metric | undefined): string {
  const dimensions = (metric?.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`);
  return [metric?.MetricName, ...dimensions].join(' ');
}
