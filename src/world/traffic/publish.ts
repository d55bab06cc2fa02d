import type { MetricPoint } from '../ports.js';
import { thinned, type LatencySample } from './latency.js';
import type { GroupLoad, PeriodLatency } from './region-period.js';
import type { Lag } from './replication.js';
import type { Tally } from './tally.js';

/** Different values that one datum may carry in PutMetricData. */
const MOST_VALUES = 100;

type Dimensions = MetricPoint['dimensions'];

/** What one region says of one period. */
export interface RegionFigures {
  readonly tally: Tally;
  readonly latency: PeriodLatency;
  readonly loads: readonly GroupLoad[];
  readonly lags: readonly Lag[];
}

/** How members fared, from the sums of a period, which are taken by this. */
export function memberPoints(tally: Tally, dimensions: Dimensions): readonly MetricPoint[] {
  const count = (name: string, value: number): MetricPoint => gauge(name, 'Count', value, dimensions);
  const requests = tally.takeCount('requests');
  const starts = tally.takeCount('starts');
  return [
    count('StreamStarts', starts),
    count('StreamStartSuccess', tally.takeCount('startsOk', starts)),
    count('Requests', requests),
    count('RequestsFailed', tally.takeCount('failed', requests)),
    gauge('RebufferSeconds', 'Seconds', tally.takeSum('stallSeconds'), dimensions),
    gauge('PlaybackSeconds', 'Seconds', tally.takeSum('playSeconds'), dimensions),
    gauge('StartDelaySeconds', 'Seconds', tally.takeSum('delaySeconds'), dimensions),
  ];
}

/** All the points of one region for one period. */
export function regionPoints({ tally, latency, loads, lags }: RegionFigures): readonly MetricPoint[] {
  const edge = { Tier: 'edge' };
  const lookups = tally.takeCount('lookups');
  return [
    ...memberPoints(tally, edge),
    gauge('CacheLookups', 'Count', lookups, edge),
    gauge('CacheHits', 'Count', tally.takeCount('hits', lookups), edge),
    gauge('Retries', 'Count', tally.takeCount('retries'), edge),
    gauge('CrossRegionCalls', 'Count', tally.takeCount('crossRegion'), edge),
    ...latencyPoints(latency),
    ...loads.flatMap(({ group, utilisation, memory }) => [
      gauge('CPUUtilization', 'Percent', 100 * utilisation, { AutoScalingGroupName: group }),
      gauge('MemoryUtilization', 'Percent', 100 * memory, { AutoScalingGroupName: group }),
    ]),
    ...lags.map(({ source, lagMs }) =>
      gauge('ReplicationLagSeconds', 'Seconds', lagMs / 1_000, { SourceRegion: source }),
    ),
    ...(lags.length > 0
      ? [gauge('ReplicationLagSeconds', 'Seconds', Math.max(...lags.map(({ lagMs }) => lagMs)) / 1_000, {})]
      : []),
  ];
}

function latencyPoints({ sample, p50Ms, p95Ms, p99Ms }: PeriodLatency): readonly MetricPoint[] {
  const { values, counts }: LatencySample = thinned(sample, MOST_VALUES);
  return [
    gauge('LatencyP50', 'Milliseconds', p50Ms, {}),
    gauge('LatencyP95', 'Milliseconds', p95Ms, {}),
    gauge('LatencyP99', 'Milliseconds', p99Ms, {}),
    { name: 'Latency', dimensions: {}, unit: 'Milliseconds', values, counts },
  ];
}

function gauge(name: string, unit: MetricPoint['unit'], value: number, dimensions: Dimensions): MetricPoint {
  return { name, dimensions, unit, values: [value], counts: [1] };
}
