import type { CallLog } from '../aws/calls.js';
import type { Clock } from '../model/ports.js';
import type { Result, StopReason } from '../model/run.js';

type Timing = Result['rollback']['timing'];

/** Takes down when a rollback was decided, and when its calls left: what of a breach was kong's own time. */
export class UndoTiming {
  private readonly clock: Clock;
  private decidedAtMs: number | undefined;
  private firstCallAtMs: number | undefined;
  private lastCallAtMs: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** From now on writing calls are the rollback's; the answer ends that. */
  decided(calls: CallLog): () => void {
    this.decidedAtMs = this.clock.now();
    return calls.listen((call) => {
      if (!call.write) return;
      this.lastCallAtMs = this.clock.now();
      this.firstCallAtMs ??= this.lastCallAtMs;
    });
  }

  /**
   * The result's figures, from the end of the period that breached. Null where nothing was breached.
   *
   * @param steadyFrom - when, after some moment, the steady state was back for good; undefined: it was not
   */
  figures(stop: StopReason | undefined, steadyFrom: (sinceMs: number) => number | undefined): Timing {
    if (stop?.kind !== 'breach') return null;
    const since = (ms: number | undefined): number | null => (ms === undefined ? null : ms - Date.parse(stop.at));
    return {
      breachAt: stop.at,
      decidedMs: since(this.decidedAtMs),
      firstCallMs: since(this.firstCallAtMs),
      lastCallMs: since(this.lastCallAtMs),
      steadyMs: since(this.decidedAtMs === undefined ? undefined : steadyFrom(this.decidedAtMs)),
    };
  }
}
