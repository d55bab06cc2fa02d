import { faultNamed } from '../faults/registry.js';
import { formatDuration } from '../model/duration.js';
import type { IsolateBy, Step } from '../model/experiment.js';

/** A step in a few words. */
export function titleOf(step: Step): string {
  const percents = (shares: readonly number[]): string =>
    shares.map((share) => `${Math.round(share * 100)}`).join(' → ') + ' %';
  switch (step.kind) {
    case 'prewarm':
      return `prewarm survivors to ${Math.round(step.capacity * 100)} %`;
    case 'fault':
      return faultNamed(step.fault)?.name ?? step.fault;
    case 'shift':
      return `shift ${percents(step.steps)} to ${step.to === 'survivors' ? 'survivors' : step.to.join(', ')}${step.via ? ` via ${step.via.name}` : ''}`;
    case 'switch':
      return `switch ${step.name} to ${step.to}`;
    case 'isolate':
      return `isolate ${byText(step.by)}`;
    case 'hold':
      return `hold ${formatDuration(step.forMs)}`;
    case 'restore':
      return `restore ${step.what}`;
    case 'return':
      return `return ${percents(step.steps)}`;
  }
}

function byText(by: IsolateBy): string {
  switch (by.kind) {
    case 'routes':
      return 'by routes';
    case 'switch':
      return `via ${by.name}: ${by.to}`;
    case 'parameter':
      return `via ${by.parameter} in ${by.region ?? 'each survivor'}: ${by.to}`;
  }
}
