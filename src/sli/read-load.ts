import type { Cloud } from '../aws/cloud.js';
import type { CapacityRule } from '../model/conditions.js';
import type { Metric } from '../model/experiment.js';
import { readMetrics, type MetricAnswer } from './metric-data.js';
import { queryKey } from './queries.js';

/** How busy one Auto Scaling group is. */
export interface GroupLoad {
  readonly region: string;
  readonly group: string;
  /** Mean of its instances, 0..1; undefined: there is no datapoint. */
  readonly utilisation: number | undefined;
}

/** Which groups are asked about, and by which metric. */
export interface LoadRequest {
  readonly groups: readonly { readonly region: string; readonly name: string }[];
  readonly rule: CapacityRule;
  /** Where the metric may be when the rule does not say: the first that has datapoints counts. */
  readonly namespaces: readonly string[];
  /** Milliseconds since the epoch, in the drill's time. */
  readonly nowMs: number;
  readonly cloud: Cloud;
}

const PERIOD_MS = 60_000;
/** EC2's basic monitoring publishes every five minutes, some minutes late. */
const WINDOW_MS = 20 * PERIOD_MS;
/** "Now" is the mean of so much before the newest datapoint. */
const NOW_MS = 5 * PERIOD_MS;

/**
 * How busy groups are now: the mean, over the last five minutes that have datapoints, of the metric by
 * AutoScalingGroupName. One GetMetricData a region for each 500 metrics.
 *
 * @throws KongError as the client throws it
 */
export async function readLoads(request: LoadRequest): Promise<readonly GroupLoad[]> {
  const regions = [...new Set(request.groups.map(({ region }) => region))];
  const read = await Promise.all(regions.map((region) => readRegion(region, request)));
  return read.flat();
}

async function readRegion(region: string, request: LoadRequest): Promise<readonly GroupLoad[]> {
  const { rule, nowMs, cloud } = request;
  const names = request.groups.filter((one) => one.region === region).map(({ name }) => name);
  const namespaces = rule.namespace === undefined ? request.namespaces : [rule.namespace];
  const metricOf = (group: string, namespace: string): Metric => ({
    id: 'load',
    namespace,
    name: rule.metric,
    stat: 'Average',
    dimensions: { AutoScalingGroupName: group },
  });
  const queries = names.flatMap((group) =>
    namespaces.map((namespace) => {
      const metric = metricOf(group, namespace);
      return { key: queryKey(metric, PERIOD_MS), metric, periodMs: PERIOD_MS };
    }),
  );
  const window = { region, startMs: nowMs - WINDOW_MS, endMs: nowMs, cloud };
  const answers = await readMetrics(queries, window);
  return names.map((group) => {
    const own = namespaces.map((namespace) => answers.get(queryKey(metricOf(group, namespace), PERIOD_MS)));
    return { region, group, utilisation: own.map(newest).find((value) => value !== undefined) };
  });
}

function newest(answer: MetricAnswer | undefined): number | undefined {
  if (answer === undefined || answer.unreadable !== undefined || answer.values.size === 0) return undefined;
  const last = Math.max(...answer.values.keys());
  const values = [...answer.values].filter(([at]) => at > last - NOW_MS).map(([, value]) => value);
  return values.reduce((sum, value) => sum + value, 0) / values.length / 100;
}
