import type { StopReason } from '../model/run.js';
import type { Watch } from '../sli/watch.js';
import { touchedAttributes } from './attributes.js';
import type { Consequences } from './consequences.js';
import type { RunContext } from './context.js';
import type { Ended } from './ended.js';
import { stillOut } from './escape.js';
import { aftermathNotes, irreversibleNotes } from './irreversible-notes.js';
import type { MarkerWatch } from './marker-watch.js';
import { observed, timeOf, type Marks } from './marks.js';
import type { DrillRequest } from './ports.js';
import type { RecoveryWait } from './recovery-wait.js';
import { howReplicated } from './replication.js';
import { resolutionSeen, type Resolution } from './resolution.js';
import type { RunLog } from './run-log.js';
import type { UndoReport } from './undo.js';
import type { UndoTiming } from './undo-timing.js';

/** The parts of a drill that know how it went. */
export interface DrillParts {
  readonly request: DrillRequest;
  readonly context: RunContext;
  readonly log: RunLog;
  readonly watch: Watch;
  readonly marks: Marks;
  readonly timing: UndoTiming;
  readonly consequences: Consequences;
  readonly markers: MarkerWatch | undefined;
  readonly wait: RecoveryWait | undefined;
  readonly resolution: Resolution | undefined;
  readonly undone: UndoReport;
  readonly stop: StopReason | undefined;
  readonly refusal: Ended['refusal'];
  readonly startedAtMs: number;
}

/** What a drill knows at its end, gathered from its parts. */
export function knownAtEnd(parts: DrillParts, nowMs: number): Ended {
  const { request, context, log, watch, marks, undone, stop } = parts;
  const { plan, run, calls, watchdog } = request;
  const touched = touchedAttributes(context.journal.entries);
  const { begunAtMs, injectedAtMs = begunAtMs } = marks;
  return {
    plan,
    run,
    startedAt: new Date(parts.startedAtMs).toISOString(),
    endedAt: new Date(nowMs).toISOString(),
    stop,
    refusal: parts.refusal,
    phases: log.allPhases(),
    slis: watch.results(injectedAtMs, nowMs),
    whole: injectedAtMs === undefined ? undefined : watch.recovery({ sinceMs: injectedAtMs }, nowMs),
    isEmpty: marks.injectedAtMs === undefined,
    steadyAtEnd: parts.wait?.verdict(nowMs),
    ...(stop?.kind === 'completed' ? marks.recoveryTime(watch, nowMs) : { rtoMs: undefined }),
    rollback: {
      ...spanOf(parts, nowMs),
      restored: touched.filter((item) => item.undone).length - undone.conflicts.length,
      conflicts: undone.conflicts,
      irreversible: irreversibleNotes(context.journal.entries, aftermathNotes(parts.consequences.all(), watch, nowMs)),
      remaining: stillOut(stop, touched, undone.remaining),
    },
    calls: calls.counts(),
    ...observed(plan, (asked) => marks.failoverSeen(asked, watch, nowMs)),
    ...howReplicated({ ...context, plan, watch, marks, markers: parts.markers }, nowMs),
    resolution: resolutionSeen(plan, parts.resolution),
    ...(watchdog?.watcher ? { watchdog: watchdog.watcher } : {}),
  };
}

function spanOf(
  { marks, timing: timings, watch, wait, stop }: DrillParts,
  nowMs: number,
): Pick<Ended['rollback'], 'startedAt' | 'endedAt' | 'firstCallAfterBreachMs' | 'timing'> {
  const isSteady = wait?.verdict(nowMs) === 'steady';
  const recovered = (sinceMs: number): number | undefined =>
    isSteady ? watch.recovery({ sinceMs }, nowMs).recoveredAtMs : undefined;
  const timing = timings.figures(stop, recovered);
  return {
    startedAt: timeOf(marks.rollbackFromMs),
    endedAt: timeOf(marks.rollbackToMs),
    firstCallAfterBreachMs: timing?.firstCallMs ?? null,
    timing,
  };
}
