import { actionMs, FIS_ACTIONS } from '../../experiment/fis-actions.js';
import { plannedFis, type PlannedFis } from '../../experiment/fis-changes.js';
import { isoMinutes } from '../../experiment/fis-template.js';
import { formatDuration } from '../../model/duration.js';
import type { Gate } from '../../model/plan.js';
import { fisHits } from '../fis-hits.js';
import { fisLasts, type FisLasts } from '../fis-lasts.js';
import { meantMs } from '../lasts.js';
import { gate, some, type GateRequest } from './gate.js';

/** Whether what AWS FIS would run comes to an end by itself, and is known to hit what it may. */
export function fisGates({ steps }: GateRequest): readonly Gate[] {
  const changes = steps.flatMap((step) => step.batches.flat());
  const planned = plannedFis(changes);
  if (planned.length === 0) return [];
  const { unknown } = fisHits(changes);
  return [
    stopGate(planned),
    ...lastsGates(steps),
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

/**
 * A fault that AWS ends while the method still holds: what holds without it would count as held under it.
 * Where AWS ends it at the very moment of the restore, it is gone before.
 */
function lastsGates(steps: GateRequest['steps']): readonly Gate[] {
  const method = steps.map(({ step }) => step);
  const runs = steps.flatMap(({ step, batches }, index) => {
    if (step.kind !== 'fault' || step.fault !== 'fis') return [];
    const ms = meantMs(method, index);
    return plannedFis(batches.flat()).map((run) => ({ run, lasts: fisLasts(run.template), ms }));
  });
  if (runs.length === 0) return [];
  const short = runs.filter(({ lasts, ms }) => typeof lasts === 'number' && ms > 0 && lasts <= ms);
  const [first] = short;
  const unknown = runs.filter(({ lasts }) => lasts === 'unknown').map(({ run }) => nameOf(run));
  const well =
    unknown.length > 0
      ? `how long ${some(unknown)} lasts is not known: where it ends before its restore, the drill is inconclusive`
      : 'what AWS FIS breaks is there until its restore';
  return [
    gate({
      name: 'fis.lasts',
      code: 'REFUSED',
      passed: short.length === 0,
      message: first ? some(short.map(shortText)) : well,
      fix: first ? `${longer(first)}, or a shorter hold` : '',
    }),
  ];
}

interface Lasting {
  readonly run: PlannedFis;
  readonly lasts: FisLasts;
  /** From the fault to its restore. */
  readonly ms: number;
}

function shortText({ run, lasts, ms }: Lasting): string {
  const own = typeof lasts === 'number' ? formatDuration(lasts) : lasts;
  return `${nameOf(run)} ends by itself after ${own}, and its restore comes after ${formatDuration(ms)}`;
}

/** A minute more: calls take their time, too. */
function longer({ run: { id, template }, ms }: Lasting): string {
  const duration = isoMinutes(ms + 60_000);
  if (id !== undefined) return `let the actions of ${id} go on for ${duration}`;
  const [parameter = 'duration'] = Object.values(template.actions).flatMap(
    ({ actionId }) => FIS_ACTIONS[actionId]?.duration ?? [],
  );
  return `${parameter}=${duration}`;
}

function nameOf({ id, template }: PlannedFis): string {
  return id ?? [...new Set(Object.values(template.actions).map(({ actionId }) => actionId))].join(', ');
}
