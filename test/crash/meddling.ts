import { expect } from 'vitest';
import type { Change } from '../../src/model/change.js';
import type { Result } from '../../src/model/run.js';
import type { Prepared } from './trials.js';

/** Runs a drill in which someone else acts at one of its writes; the write itself comes after. */
export async function meddled(
  { lab, plan }: Prepared,
  at: { readonly command: string; readonly nth: number },
  meddle: () => Promise<unknown>,
): Promise<Result> {
  let seen = 0;
  let failure: unknown;
  const own = lab.process(async (call, answer) => {
    if (call.command === at.command && ++seen === at.nth) {
      await meddle().catch((error: unknown) => {
        failure = error;
      });
    }
    return answer();
  });
  const end = await own.drill(plan);
  if (end === 'dead') throw new Error('died');
  expect(failure).toBeUndefined();
  expect(seen).toBeGreaterThanOrEqual(at.nth);
  return end.result;
}

/** The changes of a plan that set one attribute. */
export function changes({ plan }: Prepared, attribute: string): readonly Change[] {
  return plan.steps
    .flatMap((step) => step.batches.flat())
    .filter((change): change is Change => change.kind === 'reversible' && change.attribute === attribute);
}

/** One of them. */
export function nth(list: readonly Change[], index: number): Change {
  const change = list[index];
  if (!change) throw new Error(`no change ${index}`);
  return change;
}

/** What a result says was changed by someone else. */
export function conflictsOf({ rollback }: Result): readonly string[] {
  return rollback.conflicts.map(({ attribute, resource }) => `${attribute} ${resource}`);
}
