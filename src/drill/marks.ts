import type { PlannedStep } from '../model/plan.js';
import type { FaultSpan } from '../sli/replication.js';
import type { Watch } from '../sli/watch.js';

/** When what happened in a drill: milliseconds since the epoch, undefined where it has not. */
export class Marks {
  /** The first step that changes anything. */
  injectedAtMs: number | undefined;
  rollbackFromMs: number | undefined;
  rollbackToMs: number | undefined;
  private faultAtMs: number | undefined;
  private restoredFromMs: number | undefined;
  private readonly faults = new Set<string>();

  /** A step begins. */
  began({ step, batches }: PlannedStep, nowMs: number): void {
    if (batches.flat().length > 0) this.injectedAtMs ??= nowMs;
    if (step.kind === 'fault') {
      this.faultAtMs ??= nowMs;
      this.faults.add(step.fault);
    }
    // a switch that is set back ends no fault
    if (step.kind === 'restore' && this.faults.has(step.what)) this.restoredFromMs ??= nowMs;
  }

  /** The rollback begins. */
  rollingBack(nowMs: number): void {
    this.rollbackFromMs = nowMs;
    this.restoredFromMs ??= nowMs;
  }

  /** When the fault came, and when it began to be taken back. */
  faultSpan(): FaultSpan {
    return { faultAtMs: this.faultAtMs, healedAtMs: this.restoredFromMs };
  }

  /** From the fault to the steady state, while the fault lasted; undefined: it did not come back. */
  recoveryTimeMs(watch: Watch, nowMs: number): number | undefined {
    if (this.faultAtMs === undefined) return undefined;
    const stretch = { sinceMs: this.faultAtMs, untilMs: this.restoredFromMs };
    const recoveredAt = watch.recovery(stretch, nowMs).recoveredAtMs;
    return recoveredAt === undefined ? undefined : Math.max(0, recoveredAt - this.faultAtMs);
  }
}
