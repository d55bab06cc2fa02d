import type { Known } from './known.js';
import type { Problems } from './problems.js';
import type { StepFile } from './schema-method.js';

/**
 * With `engine: fis` every fault is one that AWS FIS knows. It runs them all as one experiment, which begins and ends
 * as a whole: the faults follow one another, and so do their restores.
 */
export function checkEngine(steps: readonly StepFile[], known: Known, problems: Problems): void {
  const kinds = steps.map((step) =>
    step.fault === undefined ? (step.restore === undefined ? 'other' : 'restore') : 'fault',
  );
  steps.forEach(({ fault }, index) => {
    if (fault === undefined) return;
    const name = typeof fault === 'string' ? fault : fault.name;
    const spec = known.faults.find((one) => one.name === name);
    if (spec === undefined || spec.byFis === true) return;
    const able = known.faults.filter(({ byFis }) => byFis === true).map((one) => one.name);
    problems.add(
      ['method', index, 'fault'],
      `AWS FIS can't carry out ${name}`,
      `it knows ${able.join(', ')}; or use engine: kong`,
    );
  });
  for (const kind of ['fault', 'restore'] as const) {
    const from = kinds.indexOf(kind);
    const gap = kinds.findIndex((one, index) => from >= 0 && index > from && one === kind && kinds[index - 1] !== kind);
    if (gap < 0) continue;
    const what = kind === 'fault' ? 'begins' : 'ends';
    problems.add(
      ['method', gap, kind],
      `AWS FIS runs all faults as one experiment, which ${what} at once`,
      `put every ${kind} right after the first`,
    );
  }
}
