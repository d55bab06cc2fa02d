import { actionMs } from '../../experiment/fis-actions.js';
import { plannedFis, type PlannedFis } from '../../experiment/fis-changes.js';
import type { Gate } from '../../model/plan.js';
import { fisHits } from '../fis-hits.js';
import { gate, some, type GateRequest } from './gate.js';

/** Whether what AWS FIS would run comes to an end by itself, and is known to hit what it may. */
export function fisGates({ steps }: GateRequest): readonly Gate[] {
  const changes = steps.flatMap((step) => step.batches.flat());
  const planned = plannedFis(changes);
  if (planned.length === 0) return [];
  const { unknown } = fisHits(changes);
  return [
    stopGate(planned),
    gate({
      name: 'fis.targets',
      code: 'REFUSED',
      passed: unknown.length === 0,
      message:
        unknown.length === 0
          ? 'all that AWS FIS may hit is counted'
          : `what AWS FIS would hit by ${some(unknown)} can't be counted, nor whether it may be touched`,
      fix: 'look at it yourself: `aws fis list-experiment-resolved-targets` after a preview in the console',
    }),
  ];
}

/** What kong makes ends by its durations; of a template of somebody else, only its stop conditions are a promise. */
function stopGate(planned: readonly PlannedFis[]): Gate {
  const bare = planned.filter(({ template }) =>
    template.stopConditions.every(({ source }) => source !== 'aws:cloudwatch:alarm'),
  );
  const problems = bare.flatMap(({ id, template }) => {
    if (id !== undefined) return [`${id} has no stop condition`];
    const endless = Object.values(template.actions).filter((action) => actionMs(action) === undefined);
    return endless.map(({ actionId }) => `${actionId} does not say how long it lasts, and has no stop condition`);
  });
  const well =
    bare.length === 0 ? 'an alarm stops what AWS FIS runs' : 'what AWS FIS runs ends by itself, and kong watches it';
  return gate({
    name: 'fis.stop',
    code: 'REFUSED',
    passed: problems.length === 0,
    message: problems.length === 0 ? well : some(problems),
    fix: 'give the template a CloudWatch alarm to stop at, or the action a duration and fis: { stopAlarms: [NAME] }',
  });
}
