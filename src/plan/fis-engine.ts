import type { ProtoChange } from '../faults/fault.js';
import { fisParts } from '../faults/fis-parts.js';
import { fisRun } from '../faults/fis-run.js';
import { attributeKey } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Environment } from './environment.js';
import { waitMs } from './forecast.js';
import { regionsOf } from './targets.js';

/** FIS ends by itself so much after the method would have ended it: calls and waits take their time. */
const MARGIN_MS = 60_000;

/** What an engine is asked to carry out. */
export interface EngineRequest {
  readonly experiment: Experiment;
  readonly environment: Environment;
  readonly account: string;
  /** Every change of every fault. */
  readonly changes: readonly ProtoChange[];
}

/**
 * The faults of an experiment as one experiment of AWS FIS: a template, a preview that proves that its targets are
 * there, what kong does beside it, and the experiment itself.
 *
 * @throws KongError BAD_EXPERIMENT without a role, or where FIS can't
 */
export function engineChanges(request: EngineRequest): readonly ProtoChange[] {
  const { experiment, changes } = request;
  const unique = [...new Map(changes.map((change) => [attributeKey(change), change])).values()];
  if (unique.length === 0) return [];
  const region = regionOf(experiment);
  const { template, beside } = fisParts({
    description: `kong: ${experiment.name}`,
    changes: unique,
    lastsMs: lastsMs(experiment) + MARGIN_MS,
    role: roleOf(request),
    stopAlarms: experiment.fis?.stopAlarms ?? [],
    account: request.account,
    region,
  });
  return fisRun({ region, handle: `fis-${region}`, make: { ...template }, beside });
}

/** FIS works in one region at a time, and so do the scopes that it can do. */
export function regionOf({ blastRadius: { scope } }: Experiment): string {
  const [region = '', ...others] = regionsOf(scope);
  if (others.length > 0) {
    throw new KongError('BAD_EXPERIMENT', 'an experiment of AWS FIS works in one region, and a link is between two', {
      fix: 'use engine: kong',
    });
  }
  return region;
}

/**
 * The role by which FIS acts: the experiment's own, or kong.yaml's.
 * @throws KongError BAD_EXPERIMENT where neither says
 */
export function roleOf({ experiment, environment }: Pick<EngineRequest, 'experiment' | 'environment'>): string {
  const role = experiment.fis?.role ?? environment.fisRole;
  if (role !== undefined) return role;
  throw new KongError(
    'BAD_EXPERIMENT',
    'AWS FIS needs an IAM role to act by, and neither the experiment nor kong.yaml has one',
    { fix: 'add fis: { role: "arn:aws:iam::…:role/…" }; the role needs what its actions do' },
  );
}

/** From the first fault to its restore, or to the end. */
function lastsMs({ method }: Experiment): number {
  const from = method.findIndex(({ kind }) => kind === 'fault');
  const to = method.findIndex(({ kind }, index) => index > from && kind === 'restore');
  return method.slice(from, to < 0 ? undefined : to).reduce((sum, step) => sum + waitMs(step), 0);
}
