import type { Step } from '../model/experiment.js';
import type { Around } from './build-switching.js';
import type { StepFile } from './schema-method.js';
import { suggestion } from './zod-problems.js';

/** Makes survivors ready: their capacity, and by a hook that kong.yaml has, their caches. */
export function prewarmStep(
  { capacity, caches }: NonNullable<StepFile['prewarm']>,
  { index, before, context: { known, problems } }: Around,
): Step {
  if (isAway(before)) {
    const message = 'all traffic was shifted before it: the survivors carry it already';
    problems.add(['method', index, 'prewarm'], message, 'move the prewarm before the shift');
  }
  if (caches === undefined) return { kind: 'prewarm', capacity };
  const names = (known.hooks ?? []).map(({ name }) => name);
  if (!names.includes(caches)) {
    const fix = names.length === 0 ? 'kong.yaml has no hooks: define it there' : suggestion(caches, names).fix;
    problems.add(['method', index, 'prewarm', 'caches'], `kong.yaml has no hook ${caches}`, fix);
  }
  return { kind: 'prewarm', capacity, caches };
}

/** Whether all traffic is shifted, and has not returned. */
function isAway(before: readonly Step[]): boolean {
  const last = before.findLast(({ kind }) => kind === 'shift' || kind === 'return');
  return last?.kind === 'shift' && last.steps.at(-1) === 1;
}
