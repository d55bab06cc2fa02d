import type { Step } from '../model/experiment.js';
import type { Known } from './known.js';
import type { Problems } from './problems.js';
import type { ExperimentFile } from './schema.js';
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

/** AWS FIS acts by an IAM role, which somebody has to name: the experiment, or kong.yaml for all of them. */
export function checkFisRole(
  { engine, fis }: ExperimentFile,
  method: readonly Step[],
  { known, problems }: { readonly known: Known; readonly problems: Problems },
): void {
  if (fis?.role !== undefined || known.fisRole !== false) return;
  const needing = method.flatMap((step, index) => {
    const spec = step.kind === 'fault' ? known.faults.find(({ name }) => name === step.fault) : undefined;
    return step.kind === 'fault' && spec?.needsFisRole?.(step.params) === true ? [['method', index, 'fault']] : [];
  });
  for (const path of engine === 'fis' ? [['engine']] : needing) {
    problems.add(
      path,
      'AWS FIS needs an IAM role to act by, and neither the experiment nor kong.yaml has one',
      'add fis: { role: "arn:aws:iam::…:role/…" } to either; the role needs what its actions do',
    );
  }
}
