import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
  MetricDatum,
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput,
  StatisticSet,
} from '@aws-sdk/client-cloudwatch';
import type { MetricBatch } from '../../ports.js';
import { AwsFault, notSimulated, required } from '../aws-fault.js';
import type { SimBehaviour } from '../behaviour.js';
import { hashText, mix } from '../ids.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import { getMetricData } from './get-metric-data.js';
import type { MetricId, MetricStore } from './metric-store.js';
import type { Sample } from './statistics.js';

/** A call to CloudWatch, with the metrics of the world. */
export interface CloudWatchContext extends CallContext {
  readonly metrics: MetricStore;
}

const LISTED_A_PAGE = 500;
const MOST_DATA = 1_000;
const MOST_VALUES = 150;

/** CloudWatch's operations over one store of metrics. */
export function cloudWatchOperations(metrics: MetricStore): Operations {
  return {
    GetMetricDataCommand(input: GetMetricDataCommandInput, context: CallContext): Answer<GetMetricDataCommandOutput> {
      return getMetricData(input, { ...context, metrics });
    },
    PutMetricDataCommand(input: PutMetricDataCommandInput, context: CallContext): Answer<PutMetricDataCommandOutput> {
      return putMetricData(input, { ...context, metrics });
    },
    ListMetricsCommand(input: ListMetricsCommandInput, context: CallContext): Answer<ListMetricsCommandOutput> {
      return listMetrics(input, { ...context, metrics });
    },
  };
}

/** What a region publishes for one period: readable `delayMs` after its end. */
export function publishBatch(
  metrics: MetricStore,
  batch: MetricBatch,
  timing: { readonly periodMs: number; readonly delayMs: number; readonly late?: SimBehaviour['lateMetrics'] },
): void {
  const { region, namespace, atMs } = batch;
  const readableMs = atMs + timing.periodMs + timing.delayMs;
  for (const { name, dimensions, unit, values, counts } of batch.points) {
    metrics.add({ region, namespace, name, dimensions }, timing.periodMs, {
      atMs,
      readableMs: readableMs + latenessOf(`${region} ${name} ${atMs}`, timing.late),
      unit,
      sample: { kind: 'values', values, counts },
    });
  }
}

/** How much later a point can be read than usual: the same for the same point, in any process. */
function latenessOf(point: string, late: SimBehaviour['lateMetrics'] | undefined): number {
  if (!late || late.ratio <= 0) return 0;
  const isLate = mix(hashText(point), 1) / 2 ** 32 < late.ratio;
  return isLate ? Math.ceil((mix(hashText(point), 2) / 2 ** 32) * late.ms) : 0;
}

function putMetricData(
  input: PutMetricDataCommandInput,
  { sim, region, metrics }: CloudWatchContext,
): Answer<PutMetricDataCommandOutput> {
  if (input.EntityMetricData?.length) throw notSimulated('PutMetricData with EntityMetricData');
  const namespace = required(input.Namespace, 'Namespace');
  const data = input.MetricData ?? [];
  if (data.length > MOST_DATA)
    throw new AwsFault('LimitExceeded', `The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  const samples = data.map((datum) => ({ datum, sample: sampleOf(datum) }));
  for (const { datum, sample } of samples) {
    const periodMs = datum.StorageResolution === 1 ? 1_000 : 60_000;
    const atMs = Math.floor((datum.Timestamp?.getTime() ?? sim.nowMs) / periodMs) * periodMs;
    const id = { region, namespace, name: required(datum.MetricName, 'MetricName'), dimensions: dimensionsOf(datum) };
    const late = latenessOf(`${region} ${id.name} ${sim.nowMs}`, sim.behaviour.lateMetrics);
    const readableMs = sim.nowMs + sim.world.metrics.delayMs + late;
    metrics.add(id, periodMs, { atMs, readableMs, unit: datum.Unit ?? 'None', sample });
  }
  return {};
}

function dimensionsOf({ Dimensions }: Pick<MetricDatum, 'Dimensions'>): Readonly<Record<string, string>> {
  return Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}

function sampleOf({ Value: value, Values: values, Counts: counts, StatisticValues: set }: MetricDatum): Sample {
  const given = [value, values, set].filter((one) => one !== undefined).length;
  if (given !== 1)
    throw new AwsFault(
      'InvalidParameterCombination',
      'Exactly one of Value, Values and StatisticValues must be given.',
    );
  return set ? statisticsOf(set) : valuesOf(values ?? [value ?? 0], counts);
}

function statisticsOf(set: StatisticSet): Sample {
  const { SampleCount: count = 0, Sum: sum = 0, Minimum: min = 0, Maximum: max = 0 } = set;
  return { kind: 'statistics', count, sum, min, max };
}

function valuesOf(all: readonly number[], counts: readonly number[] | undefined): Sample {
  if (all.length > MOST_VALUES)
    throw new AwsFault(
      'InvalidParameterValue',
      `The collection Values must not have a size greater than ${MOST_VALUES}.`,
    );
  if (!all.every(Number.isFinite))
    throw new AwsFault('InvalidParameterValue', 'The value NaN or infinity is not valid for a metric.');
  if (counts && counts.length !== all.length)
    throw new AwsFault('InvalidParameterValue', 'The collections Values and Counts must be of the same length.');
  return { kind: 'values', values: all, counts: counts ?? all.map(() => 1) };
}

function listMetrics(
  input: ListMetricsCommandInput,
  { sim, region, metrics }: CloudWatchContext,
): Answer<ListMetricsCommandOutput> {
  const matching = [...metrics.all()]
    .map((series) => series.id)
    .filter((id) => id.region === region && isWanted(id, input));
  const { items, next } = pageOf(matching, {
    token: input.NextToken,
    max: LISTED_A_PAGE,
    pageSize: sim.behaviour.pageSize,
    badToken: 'InvalidParameterValue',
  });
  return {
    Metrics: items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

function isWanted(id: MetricId, { Namespace, MetricName, Dimensions }: ListMetricsCommandInput): boolean {
  return (
    (Namespace === undefined || Namespace === id.namespace) &&
    (MetricName === undefined || MetricName === id.name) &&
    (Dimensions ?? []).every(({ Name = '', Value }) => {
      const value = id.dimensions[Name];
      return value !== undefined && (Value === undefined || Value === value);
    })
  );
}
