import type { MissingPolicy } from '../model/experiment.js';
import type { ClosedPoint, JudgedPoint } from './points.js';

/**
 * Applies an SLI's policy for gaps to its closed points.
 *
 * | | value | no datapoint | expression without a value (`5 / 0`) | CloudWatch could not say |
 * | --- | --- | --- | --- | --- |
 * | breach | value | gap | gap | gap |
 * | zero | value | 0 | gap: errors without requests are not "no errors" | gap |
 * | hold | value | last value, a gap before the first | last value, a gap before the first | gap |
 * | ignore | value | left out | left out | gap |
 *
 * The policy is about datapoints that are not there; it never turns an answer that could not be read into a pass.
 */
export function applyPolicy(points: readonly ClosedPoint[], policy: MissingPolicy): readonly JudgedPoint[] {
  const judged: JudgedPoint[] = [];
  let last: number | undefined;
  for (const point of points) {
    if (point.kind === 'value') last = point.value;
    const one = judgeOne(point, policy, last);
    if (one) judged.push({ startMs: point.startMs, endMs: point.endMs, ...one });
  }
  return judged;
}

type Judged = Omit<JudgedPoint, 'startMs' | 'endMs'>;

const GAP: Judged = { value: undefined, from: 'gap', unreadable: undefined };

function judgeOne(point: ClosedPoint, policy: MissingPolicy, last: number | undefined): Judged | undefined {
  switch (point.kind) {
    case 'value':
      return { value: point.value, from: 'measured', unreadable: undefined };
    case 'unreadable':
      return { ...GAP, unreadable: point.reason };
    case 'absent':
      return policy === 'zero' ? { value: 0, from: 'zero', unreadable: undefined } : standIn(policy, last);
    case 'undefined':
      return standIn(policy, last);
  }
}

function standIn(policy: MissingPolicy, last: number | undefined): Judged | undefined {
  switch (policy) {
    case 'ignore':
      return undefined;
    case 'hold':
      return last === undefined ? GAP : { value: last, from: 'held', unreadable: undefined };
    case 'zero':
    case 'breach':
      return GAP;
  }
}
