import type { Step } from '../model/experiment.js';
import type { Problems } from './problems.js';

/** What an escape is checked against. */
export interface EscapeContext {
  readonly isEscape: boolean;
  readonly scope: string | undefined;
  readonly problems: Problems;
}

/** An escape breaks nothing, moves the traffic of a region, and nothing else stays away for longer than it holds. */
export function checkEscape(method: readonly Step[], { isEscape, scope, problems }: EscapeContext): void {
  for (const [index, step] of method.entries()) {
    if (isEscape && (step.kind === 'fault' || step.kind === 'restore')) {
      const fix = 'take it away, or take escape: true away';
      problems.add(['method', index, step.kind], 'an escape breaks nothing', fix);
    }
    if (!isEscape && step.kind === 'stay') {
      problems.add(['method', index, 'stay'], 'only an escape stays away', 'write hold: 5m, or add escape: true');
    }
  }
  if (!isEscape) return;
  if (scope !== 'region') {
    problems.add(['escape'], `an escape is from a region, and the scope is ${scope ?? 'none'}`, 'use scope: region');
  }
  if (!method.some((step) => step.kind === 'shift')) {
    problems.add(['escape'], 'an escape without a shift moves nobody', 'add a shift');
  }
}
