import type { Cloud } from '../aws/cloud.js';
import type { UndoTagsByHandle } from '../changes/creation-tags.js';
import type { ReadContext } from '../changes/driver.js';
import type { Look } from '../changes/look.js';
import type { Switches } from '../changes/switches.js';
import type { AttributeKind } from '../model/change.js';
import { Cancelled } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import type { Clock } from '../model/ports.js';
import type { RunEventBody } from '../model/run.js';
import type { Journal } from './journal.js';

/** What applying and undoing share within one run. */
export interface RunContext {
  readonly run: string;
  readonly cloud: Cloud;
  /** The switches of kong.yaml; undefined: it has none. */
  readonly switches?: Switches | undefined;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Ids of created resources by handle; grows as they are created. */
  readonly created: Map<string, string>;
  /** When what this run creates may be taken for abandoned. */
  readonly expiresAt: string;
  /**
   * When the values before were read for the plan, in the drill's time: for a while they need not be read again.
   * Undefined: somebody else may have had all the time to change them.
   */
  readonly plannedAtMs?: number | undefined;
  /** What the tags of what this run creates say of its undo. */
  readonly undoTags?: UndoTagsByHandle;
  readonly emit: (event: RunEventBody) => void;
  /** Calls that were on their way when their step was cancelled: they may still take effect. */
  readonly inFlight: Set<Promise<unknown>>;
  /** What was taken and has not reached everybody yet, by the service's names for it. */
  readonly pending: Map<string, AttributeKind>;
  /** Hears of what is late, where that is no reason to stop; undefined: it is. */
  readonly onLate?: (message: string) => void;
}

/**
 * The part of a run's context that drivers read with.
 *
 * @param look - shares what several drivers need; undefined: each reads for itself
 */
export function readContext({ cloud, run, created, switches, clock }: RunContext, look?: Look): ReadContext {
  return { cloud, run, created, switches, nowMs: clock.now(), look };
}

/** When what a plan says of before was read; undefined for a saved plan, which another process made at its time. */
export function plannedAtOf({ saved, createdAt }: Pick<Plan, 'saved' | 'createdAt'>): number | undefined {
  return saved === undefined ? Date.parse(createdAt) : undefined;
}

/**
 * Waits for work, but no longer than until the signal fires; the work itself goes on, and is kept in `inFlight`.
 * @throws Cancelled
 */
export async function untilCancelled<T>(
  work: Promise<T>,
  signal: AbortSignal,
  inFlight: Set<Promise<unknown>>,
): Promise<T> {
  const tracked = work.catch(() => undefined).finally(() => inFlight.delete(tracked));
  inFlight.add(tracked);
  if (signal.aborted) throw new Cancelled();
  let onAbort: (() => void) | undefined;
  const cancelled = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new Cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
