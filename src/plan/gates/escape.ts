import type { Expectation } from '../../model/experiment.js';
import type { Gate } from '../../model/plan.js';
import { quantityText } from '../../model/quantity.js';
import type { Baseline } from '../../sli/baseline.js';
import { compare } from '../../sli/expectation.js';
import { gate, some, type GateRequest } from './gate.js';

/** What a drill waits for, and somebody whose region is sick can't. */
const NOT_WAITED_FOR: readonly string[] = [
  'window',
  'freeze',
  'budget',
  'fis',
  'groups.desired',
  'groups.settled',
  'groups.refresh',
  'sli.data',
  'abort.fires',
  'resolver',
];

/** The gates of an escape: what only a drill has to wait for is told and lets it through. */
export function escapeGates(gates: readonly Gate[], request: GateRequest): readonly Gate[] {
  const kept = gates.map(({ fix, ...one }) => {
    if (one.passed || !NOT_WAITED_FOR.includes(one.name)) return { ...one, ...(fix === undefined ? {} : { fix }) };
    return { ...one, passed: true, message: `an escape does not wait for it: ${one.message}` };
  });
  return [...kept, steadyGate(request)];
}

/**
 * Whether the survivors are well themselves, by what the SLIs of each say now: nobody should be sent to what is sick
 * as well. What is not measured is told, and is no obstacle.
 */
function steadyGate({ experiment, circumstances }: GateRequest): Gate {
  const named = { name: 'survivors.steady', code: 'STEADY_STATE_BROKEN' } as const;
  const fix = 'find out what ails the survivors, or name others';
  const slis = circumstances?.slis;
  if (slis?.known !== true) {
    const why = slis ? `: ${slis.why}` : '';
    return gate({ ...named, fix, passed: true, message: `not measured, which is no obstacle${why}` });
  }
  const { baselines } = slis.value;
  const own = experiment.slis.filter(({ per }) => per === 'region');
  const judged = experiment.steadyState.flatMap((expectation) => {
    const sli = own.find(({ id }) => id === expectation.sli);
    const series = baselines.filter((one) => one.sli === expectation.sli);
    if (!sli) return [];
    return series.map((one) => ({ off: isOff(expectation, one), text: offText(expectation, one, sli.unit) }));
  });
  const off = judged.filter((one) => one.off).map(({ text }) => text);
  const well = judged.length === 0 ? 'not measured, which is no obstacle' : 'the survivors are as they should be';
  return gate({ ...named, fix, passed: off.length === 0, message: off.length === 0 ? well : some(off) });
}

function isOff({ expect }: Expectation, { mean }: Baseline): boolean {
  const { limit, op } = expect;
  return limit.kind === 'absolute' && !compare(op, mean, limit.value);
}

function offText({ sli, expect }: Expectation, { series, mean }: Baseline, unit: string): string {
  return `${sli} in ${series} is ${quantityText(mean, unit)}, expected ${expect.text}`;
}
