import { formatDuration } from '../model/duration.js';
import type { Gate } from '../model/plan.js';
import type { Files } from '../model/ports.js';
import type { SavedPlan } from './saved-plan.js';

/** Who used a saved plan, as written in the state. */
export interface PlanUse {
  readonly plan: string;
  readonly run: string;
  /** ISO 8601, the machine's own time. */
  readonly at: string;
}

/** Where it is written that a plan was used. */
export function planUsePath(state: string, id: string): string {
  return `${state}/plans/${id}.json`;
}

/**
 * Takes a saved plan for a run: between processes, and machines that share their state, one of them gets it.
 *
 * @returns false where another run has it
 * @throws KongError STATE_NOT_WRITABLE
 */
export function takePlan(state: string, use: PlanUse, files: Files): boolean {
  return files.createNew(planUsePath(state, use.plan), `${JSON.stringify(use)}\n`);
}

/** Gives a plan back that a run had taken, and changed nothing by. */
export function givePlanBack(state: string, id: string, files: Files): void {
  files.remove(planUsePath(state, id));
}

/** What a plan's life depends on. */
export interface LifeAt {
  readonly state: string;
  readonly files: Files;
  /** The machine's own time, milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Whether a saved plan was used, and whether it is still valid, as gates. */
export function lifeGates({ saved }: SavedPlan, { state, files, nowMs }: LifeAt): readonly Gate[] {
  const fix = 'make the plan anew with `kong plan TARGET --out FILE`, and have it reviewed';
  const used = useText(files.read(planUsePath(state, saved.id)));
  const leftMs = Date.parse(saved.expiresAt) - nowMs;
  const verdict = (name: string, why: string | undefined, passed: string): Gate =>
    why === undefined
      ? { name, code: 'REFUSED', passed: true, message: passed }
      : { name, code: 'REFUSED', passed: false, message: why, fix };
  const ago = `${formatDuration(Math.abs(leftMs))} ago`;
  return [
    verdict('plan.unused', used, 'the plan was not used yet'),
    verdict(
      'plan.valid',
      leftMs <= 0 ? `the plan expired at ${saved.expiresAt}, ${ago}` : undefined,
      `the plan is valid until ${saved.expiresAt}, ${formatDuration(leftMs)} from now`,
    ),
  ];
}

/** What a plan's file in the state says; a file that can't be read was written by somebody all the same. */
function useText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const use: unknown = JSON.parse(text);
    if (typeof use === 'object' && use !== null && 'run' in use && 'at' in use)
      return `the plan was used by run ${String(use.run)} at ${String(use.at)}`;
  } catch {
    // as below
  }
  return 'the plan was used already, by a run that did not leave its name';
}
