import type { FailoverSeen } from '../model/run.js';
import type { Plan, PlannedStep } from '../model/plan.js';
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

  /** What was seen of a failover that nobody but the system itself made; undefined: there was no fault. */
  failoverSeen(withinMs: number, watch: Watch, nowMs: number): FailoverSeen | undefined {
    if (this.faultAtMs === undefined) return undefined;
    const fromMs = this.faultAtMs;
    const stretch = { sinceMs: fromMs, untilMs: this.restoredFromMs };
    const { recoveredAtMs, expectations, firstOffMs } = watch.recovery(stretch, nowMs);
    const seconds = (ms: number | undefined): number | null =>
      ms === undefined ? null : Math.max(0, ms - fromMs) / 1_000;
    const isMeasured = expectations.length > 0 && expectations.every(({ measured }) => measured);
    const inTime = recoveredAtMs !== undefined && recoveredAtMs - fromMs <= withinMs;
    return {
      withinSeconds: withinMs / 1_000,
      engaged: isMeasured ? inTime : null,
      feltSeconds: seconds(firstOffMs),
      recoveredSeconds: seconds(recoveredAtMs),
    };
  }

  /** From the fault to the steady state, while the fault lasted; undefined: it did not come back. */
  recoveryTimeMs(watch: Watch, nowMs: number): number | undefined {
    if (this.faultAtMs === undefined) return undefined;
    const stretch = { sinceMs: this.faultAtMs, untilMs: this.restoredFromMs };
    const recoveredAt = watch.recovery(stretch, nowMs).recoveredAtMs;
    return recoveredAt === undefined ? undefined : Math.max(0, recoveredAt - this.faultAtMs);
  }
}

/** What was observed of a failover, for the result; nothing where the method does not ask. */
export function observed(
  { experiment }: Pick<Plan, 'experiment'>,
  seen: (withinMs: number) => FailoverSeen | undefined,
): { readonly failover?: FailoverSeen } {
  const step = experiment.method.find((one) => one.kind === 'observe');
  const failover = step && seen(step.withinMs);
  return failover === undefined ? {} : { failover };
}

/** A time as results have it; null: there was none. */
export function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
