import { restoreNameOf, type Step } from '../model/experiment.js';
import type { Around } from './build-switching.js';

type FaultStep = Extract<Step, { kind: 'fault' }>;

/** Whether something was done, and not restored since. */
export function isOpen(name: string, steps: readonly Step[]): boolean {
  const done = steps.findLastIndex((step) => restoreNameOf(step) === name);
  const restored = steps.findLastIndex((step) => step.kind === 'restore' && step.what === name);
  return done > restored;
}

/** Faults that were injected, and not restored since. */
export function openFaults(before: readonly Step[]): readonly string[] {
  return before.flatMap((step) => (step.kind === 'fault' && isOpen(step.fault, before) ? [step.fault] : []));
}

/** Members are not sent to what is broken on purpose. */
export function checkWhole({ index, before, context }: Around): void {
  const { whole, known, problems } = context;
  const lasting = new Set(known.faults.filter((one) => one.lasting === true).map(({ name }) => name));
  const open = openFaults(before).filter((name) => lasting.has(name));
  if (!whole || open.length === 0) return;
  const message = `traffic comes back while ${open.join(', ')} still holds`;
  problems.add(['method', index, 'return'], message, `add - restore: ${open[0] ?? ''} before it`);
}

/** The same twice is one fault; of instances each draws others, and with other parameters it is another. */
export function checkOnce(step: FaultStep, path: readonly PropertyKey[], { before, context }: Around): void {
  const { scope, known, problems } = context;
  const spec = known.faults.find(({ name }) => name === step.fault);
  if (spec?.lasting !== true || scope === 'instance' || !isOpen(step.fault, before)) return;
  const again = before.some((one) => one.kind === 'fault' && one.fault === step.fault && sameParams(one, step));
  if (!again) return;
  const message = `${step.fault} is injected already, and was not restored`;
  problems.add(path, message, `add - restore: ${step.fault} before it, or take it away`);
}

function sameParams({ params: a }: FaultStep, { params: b }: FaultStep): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => a[name] === b[name]);
}
