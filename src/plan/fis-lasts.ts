import { actionMs, FIS_ACTIONS } from '../experiment/fis-actions.js';
import { isPreview, plannedFis } from '../experiment/fis-changes.js';
import { attributeKey } from '../model/change.js';
import type { FisTemplate, FisTemplateAction } from '../model/fis-template.js';
import type { PlannedStep } from '../model/plan.js';

/** How long what AWS FIS breaks stays broken by itself, in milliseconds; `unknown`: nobody can tell. */
export type FisLasts = number | 'for-good' | 'unknown';

/**
 * How long a template's fault is there by its own durations: until the last of its actions ends. What one of them does
 * for good stays as long as anybody likes.
 */
export function fisLasts({ actions }: FisTemplate): FisLasts {
  const all = Object.values(actions);
  if (all.some(isForGood)) return 'for-good';
  if (all.some((action) => actionMs(action) === undefined)) return 'unknown';
  return Math.max(0, ...Object.keys(actions).map((name) => endMs(name, actions, [])));
}

/** The runs of AWS FIS in a plan whose fault is gone once they are over, by `attributeKey`. */
export function endingRuns(steps: readonly PlannedStep[]): ReadonlySet<string> {
  const keys = steps.flatMap(({ batches }) => {
    const changes = batches.flat();
    if (plannedFis(changes).every(({ template }) => fisLasts(template) === 'for-good')) return [];
    return changes
      .filter((change) => change.attribute === 'fisExperiment.running' && !isPreview(change.memo ?? null))
      .map(attributeKey);
  });
  return new Set(keys);
}

/** What it does is there after its end, too: an instance that is terminated, or stopped and never started. */
function isForGood({ actionId, parameters = {} }: FisTemplateAction): boolean {
  const facts = FIS_ACTIONS[actionId];
  if (!facts) return false;
  if (actionId === 'aws:ec2:stop-instances') return parameters.startInstancesAfterDuration === undefined;
  return facts.loses !== undefined;
}

/** When an action ends, from the begin of its template; AWS takes no template whose actions wait for each other. */
function endMs(name: string, actions: FisTemplate['actions'], waiting: readonly string[]): number {
  const action = actions[name];
  if (!action || waiting.includes(name)) return 0;
  const before = (action.startAfter ?? []).map((one) => endMs(one, actions, [...waiting, name]));
  return Math.max(0, ...before) + (actionMs(action) ?? 0);
}
