import { formatDuration } from '../model/duration.js';
import type { Result } from '../model/run.js';
import type { Ended } from './ended.js';

type Finding = Result['findings'][number];

/** What a drill taught of the recovery time: it takes longer than it may, or nobody can tell how long it takes. */
export function rtoFindings(ended: Ended, { targetSeconds, met }: Result['objectives']['rto']): readonly Finding[] {
  const { plan, stop, rtoMs, stillOffMs, isEmpty } = ended;
  if (targetSeconds === null || met === true) return [];
  // what was cut short, or broke nothing, was given no chance to recover
  if (ended.refusal || plan.experiment.escape === true || stop?.kind !== 'completed' || isEmpty) return [];
  const objective = `the objective is ${formatDuration(targetSeconds * 1_000)}`;
  if (met === null) {
    const evidence = `how long recovery takes can't be told: ${whyUnknown(ended)}; ${objective}`;
    return [{ id: 'rto-unmeasured', evidence, suggestion: MEASURE_IT }];
  }
  const taken =
    rtoMs === undefined
      ? `the steady state was not back when the fault ended, after ${formatDuration(stillOffMs ?? 0)}`
      : `it took ${formatDuration(rtoMs)} until the steady state was back`;
  return [{ id: 'rto-missed', evidence: `${taken}, ${objective}`, suggestion: RECOVER_SOONER }];
}

const MEASURE_IT =
  'let the fault last longer than the objective, by a `hold` before its restore, and measure every SLI';
const RECOVER_SOONER = 'find what recovers last, and make it sooner, or agree on another objective';

function whyUnknown({ plan, stillOffMs }: Ended): string {
  if (!plan.steps.some(({ step }) => step.kind === 'fault')) return 'the method has no fault to recover from';
  if (stillOffMs === undefined) return 'the steady state was not measured while the fault lasted';
  return `the fault ended after ${formatDuration(stillOffMs)}, before the steady state was back`;
}
