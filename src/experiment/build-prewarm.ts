import type { Step } from '../model/experiment.js';
import type { Around } from './build-switching.js';
import type { StepFile } from './schema-method.js';
import { suggestion } from './zod-problems.js';

/** Makes survivors ready: their capacity, and by a hook that kong.yaml has, their caches. */
export function prewarmStep(
  { capacity, caches }: NonNullable<StepFile['prewarm']>,
  { index, context: { known, problems } }: Around,
): Step {
  if (caches === undefined) return { kind: 'prewarm', capacity };
  const names = (known.hooks ?? []).map(({ name }) => name);
  if (!names.includes(caches)) {
    const fix = names.length === 0 ? 'kong.yaml has no hooks: define it there' : suggestion(caches, names).fix;
    problems.add(['method', index, 'prewarm', 'caches'], `kong.yaml has no hook ${caches}`, fix);
  }
  return { kind: 'prewarm', capacity, caches };
}
