/** What the default world publishes, as lines of an experiment's `slis`. */

/** The 99th percentile of the answers' times, by region. */
export const LATENCY_SLI = `  latency-p99:
    title: Latency, 99th percentile
    unit: milliseconds
    cloudwatch: { namespace: Streaming, metric: { name: LatencyP99, stat: Maximum }, period: 10s, per: region }
`;

interface ErrorRate {
  /** As in the file: `{ Tier: edge }`. */
  readonly dimensions: string;
  readonly per: 'global' | 'region';
}

/** The share of requests that fail, read by dimensions that every region has or none. */
export function errorRateSli({ dimensions, per }: ErrorRate): string {
  return `  error-rate:
    title: Requests that fail
    unit: percent
    cloudwatch:
      namespace: Streaming
      metrics:
        failed: { name: RequestsFailed, stat: Sum, dimensions: ${dimensions} }
        all: { name: Requests, stat: Sum, dimensions: ${dimensions} }
      expression: 100 * failed / all
      period: 10s
      per: ${per}
`;
}
