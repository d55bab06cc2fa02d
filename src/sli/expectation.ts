import type { Comparison, Threshold } from '../model/experiment.js';

/** Whether a value meets a threshold; `unknown` where there is no value or no baseline to compare with. */
export type Judgement = 'met' | 'not-met' | 'unknown';

/**
 * The number that a threshold stands for.
 *
 * @param baseline - the series' mean before injection, in the SLI's unit
 * @returns undefined where the threshold is relative to a baseline that is not known
 */
export function limitOf(threshold: Threshold, baseline: number | undefined): number | undefined {
  const { limit } = threshold;
  switch (limit.kind) {
    case 'absolute':
      return limit.value;
    case 'baseline':
      return baseline === undefined ? undefined : limit.factor * baseline + limit.offset;
  }
}

/** Whether `value op limit` holds. */
export function compare(op: Comparison, value: number, limit: number): boolean {
  switch (op) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

/** Whether a value meets a threshold. A missing value or baseline is `unknown`: a gap is never a pass. */
export function judge(threshold: Threshold, value: number | undefined, baseline: number | undefined): Judgement {
  const limit = limitOf(threshold, baseline);
  if (value === undefined || limit === undefined || Number.isNaN(value)) return 'unknown';
  return compare(threshold.op, value, limit) ? 'met' : 'not-met';
}

/** Which way a comparison points: `<` and `<=` are met by low values. */
export function metBy(op: Comparison): 'low' | 'high' {
  return op === '<' || op === '<=' ? 'low' : 'high';
}
