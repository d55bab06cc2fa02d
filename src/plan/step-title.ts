import { faultNamed } from '../faults/registry.js';
import { formatDuration } from '../model/duration.js';
import { REST, type IsolateBy, type Step } from '../model/experiment.js';

/** A step in a few words. */
export function titleOf(step: Step): string {
  const percents = (shares: readonly number[]): string =>
    shares.map((share) => `${Math.round(share * 100)}`).join(' → ') + ' %';
  switch (step.kind) {
    case 'prewarm':
      return `prewarm survivors to ${Math.round(step.capacity * 100)} %${step.caches === undefined ? '' : `, caches by ${step.caches}`}`;
    case 'fault':
      return faultNamed(step.fault)?.name ?? step.fault;
    case 'shift':
      return `shift ${percents(step.steps)} to ${step.to === 'survivors' ? 'survivors' : step.to.join(', ')}${step.via ? ` via ${step.via.name}` : ''}${tiersText(step)}`;
    case 'switch':
      return `switch ${step.name} to ${step.to}`;
    case 'isolate':
      return `isolate ${byText(step.by)}`;
    case 'hold':
      return `hold ${formatDuration(step.forMs)}`;
    case 'observe':
      return `observe whether it fails over by itself within ${formatDuration(step.withinMs)}${step.traffic === undefined ? '' : `, by ${step.traffic} too`}`;
    case 'stay':
      return stayText(step.until);
    case 'restore':
      return `restore ${step.what}`;
    case 'return':
      return `return ${percents(step.steps)}${tiersText(step)}`;
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

function stayText(until: Extract<Step, { kind: 'stay' }>['until']): string {
  if (until === 'rollback') return 'stay out until kong rollback';
  return until === 'told' ? 'stay out until told: Ctrl-C, or kong abort' : `stay out for ${formatDuration(until)}`;
}

/** `, edge.example.com before the rest` */
function tiersText({ tiers }: Extract<Step, { kind: 'shift' | 'return' }>): string {
  const texts = tiers?.map((names) => names.map((name) => (name === REST ? 'the rest' : name)).join(' and '));
  return texts === undefined ? '' : `, ${texts.join(' before ')}`;
}
