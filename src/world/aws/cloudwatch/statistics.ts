import { AwsFault } from '../aws-fault.js';

/** What was reported for one moment: single values with how often each was seen, or only their statistics. */
export type Sample =
  | { readonly kind: 'values'; readonly values: readonly number[]; readonly counts: readonly number[] }
  | {
      readonly kind: 'statistics';
      readonly count: number;
      readonly sum: number;
      readonly min: number;
      readonly max: number;
    };

/** One number from the samples of a period; undefined: there is none. */
export type Statistic = (samples: readonly Sample[]) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: count,
  Sum: sum,
  Average: (samples) => (count(samples) === 0 ? undefined : sum(samples) / count(samples)),
  Minimum: (samples) => extreme(samples, Math.min),
  Maximum: (samples) => extreme(samples, Math.max),
};

const PERCENTILE = /^p(100|\d{1,2}(?:\.\d+)?)$/;

/**
 * A statistic by CloudWatch's name: Sum, Average, Minimum, Maximum, SampleCount or a percentile from p0 to p100.
 *
 * A percentile needs the values themselves: from statistics alone there is none, unless they tell of one value.
 * @throws AwsFault at any other name
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function statisticNamed(name: string): Statistic {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple) return simple;
  const [, percent] = PERCENTILE.exec(name) ?? [];
  if (percent === undefined)
    throw new AwsFault(
      'ValidationError',
      `The value ${name} for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic.`,
    );
  return (samples) => percentile(samples, Number(percent) / 100);
}

function count(samples: readonly Sample[]): number {
  return samples.reduce((total, sample) => total + (sample.kind === 'values' ? sumOf(sample.counts) : sample.count), 0);
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, sample) => total + (sample.kind === 'values' ? weighted(sample) : sample.sum), 0);
}

function weighted({ values, counts }: Sample & { readonly kind: 'values' }): number {
  return values.reduce((total, value, i) => total + value * (counts[i] ?? 1), 0);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function extreme(samples: readonly Sample[], pick: (a: number, b: number) => number): number | undefined {
  let best: number | undefined;
  for (const sample of samples) {
    const values = sample.kind === 'values' ? sample.values : [pick(sample.min, sample.max)];
    for (const value of values) best = best === undefined ? value : pick(best, value);
  }
  return best;
}

function percentile(samples: readonly Sample[], ratio: number): number | undefined {
  const pairs = samples.map(pairsOf);
  if (pairs.some((some) => some === undefined)) return undefined;
  const sorted = pairs.flatMap((some) => some ?? []).sort(([a], [b]) => a - b);
  const total = sumOf(sorted.map(([, often]) => often));
  let seen = 0;
  for (const [value, often] of sorted) {
    seen += often;
    // a hair's breadth for counts that are no whole numbers
    if (often > 0 && seen >= ratio * total - 1e-9) return value;
  }
  return undefined;
}

function pairsOf(sample: Sample): readonly (readonly [number, number])[] | undefined {
  if (sample.kind === 'values') return sample.values.map((value, i) => [value, sample.counts[i] ?? 1] as const);
  return sample.count === 1 || sample.min === sample.max ? [[sample.min, sample.count]] : undefined;
}
