import type { Json } from '../model/json.js';
import { nameFrom, TODO, type Draft, type ImportNote } from './import-draft.js';
import { namedArguments, type ToolkitActivity, type ToolkitExperiment } from './import-toolkit-schema.js';

/** What a hypothesis came to. */
export type Hypothesis = Pick<Draft, 'slis' | 'steadyState' | 'abort' | 'choices' | 'left'>;

/**
 * The probes of a steady-state hypothesis that CloudWatch answers, as SLIs with what is expected of them. Any that
 * could not be turned leaves the section to a person: a hypothesis is not made weaker in passing.
 */
export function hypothesisOf(file: ToolkitExperiment, region: string): Hypothesis {
  const probes = file['steady-state-hypothesis']?.probes ?? [];
  const read = probes.map((probe, index) => ({
    path: `steady-state-hypothesis.probes[${index}]`,
    probe,
    made: probeOf(probe, region),
  }));
  const left: ImportNote[] = read.flatMap(({ path, probe, made }) =>
    'why' in made ? [{ path, why: `${probe.name ?? 'unnamed'}: ${made.why}` }] : [],
  );
  const made = read.flatMap(({ made: one }, index) => ('why' in one ? [] : [{ ...one, id: idOf(one.id, index) }]));
  if (made.length === 0) {
    const none = { path: 'steady-state-hypothesis', why: 'no probe of it reads CloudWatch: write SLIs' };
    return { slis: undefined, steadyState: undefined, abort: undefined, choices: [], left: [...left, none] };
  }
  const slis = Object.fromEntries(made.map(({ id, sli }) => [id, sli]));
  return {
    slis: left.length > 0 ? { ...slis, [TODO]: `${left.length} more` } : slis,
    steadyState: made.flatMap(({ id, within }) => within.map(([good]) => ({ sli: id, expect: good, settle: '3m' }))),
    abort: {
      when: made.flatMap(({ id, within }) => within.map(([, bad]) => ({ sli: id, breach: bad, for: '3 of 5' }))),
    },
    choices: [
      'an SLI may be off for 3m while the system recovers; after 3 bad datapoints of 5 the drill is rolled back',
      'no datapoint is a breach, where the Chaos Toolkit takes it for 0: missing: zero, where that is right',
    ],
    left,
  };
}

interface Made {
  readonly id: string;
  readonly sli: Json;
  /** What is expected, and its opposite. */
  readonly within: readonly (readonly [string, string])[];
}

const STATS = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];

function probeOf(
  { name = '', provider, tolerance, ref }: ToolkitActivity,
  region: string,
): Made | { readonly why: string } {
  if (ref !== undefined) return { why: `a reference to ${ref} is not followed` };
  const { type, module, func, given } = calledBy(provider);
  if (module !== 'chaosaws.cloudwatch.probes' || !/^get_metric_(statistics|data)$/.test(func)) {
    const what = type === 'python' ? `${module}.${func}` : `a ${type} probe`;
    return { why: `kong reads CloudWatch alone, and this is ${what}` };
  }
  const metric = metricOf(given);
  if ('why' in metric) return metric;
  const within = withinOf(tolerance);
  if (within === undefined) return { why: 'its tolerance is no number and no range' };
  const id = name === '' ? metric.name : name;
  const { namespace, ...own } = metric;
  const cloudwatch = { namespace, metric: own, period: periodOf(given), per: 'global', region };
  return { id, within, sli: { title: id.slice(0, 200), unit: 'none', cloudwatch } };
}

function calledBy(provider: ToolkitActivity['provider']): {
  readonly type: string;
  readonly module: string;
  readonly func: string;
  readonly given: Arguments;
} {
  const { type = 'bare', module = '', func = '' } = provider ?? {};
  return { type, module, func, given: namedArguments(provider) ?? {} };
}

type Arguments = Readonly<Record<string, unknown>>;

interface MetricOf {
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
  readonly dimensions: Json;
}

function metricOf(given: Arguments): MetricOf | { readonly why: string } {
  const { namespace, metric_name: name, statistic = 'Average', extended_statistic: stat = statistic } = given;
  if (typeof namespace !== 'string' || typeof name !== 'string') return { why: 'it names no metric' };
  if (typeof stat !== 'string' || !(STATS.includes(stat) || /^p\d{1,2}(\.\d{1,2})?$/.test(stat)))
    return { why: `${JSON.stringify(stat)} is no statistic` };
  return { namespace, name, stat, dimensions: dimensionsOf(given) };
}

/** Whole minutes. */
function periodOf({ period = 60 }: Arguments): string {
  const seconds = Math.max(60, Math.ceil(Number(period) / 60) * 60);
  return `${Number.isFinite(seconds) ? seconds : 60}s`;
}

function dimensionsOf({
  dimension_name: name,
  dimension_value: value,
  dimensions,
}: Readonly<Record<string, unknown>>): Json {
  const listed: readonly unknown[] = Array.isArray(dimensions) ? dimensions : [];
  const pairs = listed.flatMap((one) => {
    if (typeof one !== 'object' || one === null || !('Name' in one) || !('Value' in one)) return [];
    return typeof one.Name === 'string' ? [[one.Name, String(one.Value)] as const] : [];
  });
  return { ...(typeof name === 'string' ? { [name]: String(value) } : {}), ...Object.fromEntries(pairs) };
}

/** A number, `[low, high]`, or `{ type: range, range: [low, high] }`. */
function withinOf(tolerance: unknown): Made['within'] | undefined {
  const range: unknown =
    typeof tolerance === 'object' && tolerance !== null && 'range' in tolerance ? tolerance.range : tolerance;
  const [low, high] = Array.isArray(range) ? [Number(range[0]), Number(range[1])] : [range, range];
  if (typeof low !== 'number' || typeof high !== 'number' || !Number.isFinite(low) || !Number.isFinite(high))
    return undefined;
  return [
    [`<= ${high}`, `> ${high}`],
    [`>= ${low}`, `< ${low}`],
  ];
}

function idOf(name: string, index: number): string {
  const id = nameFrom(name, `probe-${index + 1}`);
  return /^[a-z]/.test(id) ? id : `probe-${id}`;
}
