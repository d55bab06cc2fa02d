import type { FailoverSeen, TrafficSeen } from '../model/run.js';
import type { Plan, PlannedStep } from '../model/plan.js';
import { arrivalOf } from '../sli/arrival.js';
import type { FaultSpan } from '../sli/replication.js';
import type { Watch } from '../sli/watch.js';
import type { Ended } from './ended.js';

/** From the first of some things that were done to when they began to be taken back. */
class Span {
  atMs: number | undefined;
  restoredFromMs: number | undefined;
  private readonly names = new Set<string>();

  began(name: string, nowMs: number): void {
    this.atMs ??= nowMs;
    this.names.add(name);
  }

  has(name: string): boolean {
    return this.names.has(name);
  }
}

/** When what happened in a drill: milliseconds since the epoch, undefined where it has not. */
export class Marks {
  /** The first step, whether or not it changes anything. */
  begunAtMs: number | undefined;
  /** The first step that changes anything. */
  injectedAtMs: number | undefined;
  rollbackFromMs: number | undefined;
  rollbackToMs: number | undefined;
  private readonly fault = new Span();
  private readonly switched = new Span();

  /** A step begins. */
  began({ step, batches }: PlannedStep, nowMs: number): void {
    this.begunAtMs ??= nowMs;
    if (batches.flat().length > 0) this.injectedAtMs ??= nowMs;
    if (step.kind === 'fault') this.fault.began(step.fault, nowMs);
    if (step.kind === 'switch') this.switched.began(step.name, nowMs);
    // a switch that is set back ends no fault
    if (step.kind === 'restore') this.restoring((span) => span.has(step.what), nowMs);
  }

  /** The rollback begins. */
  rollingBack(nowMs: number): void {
    this.rollbackFromMs = nowMs;
    this.restoring(() => true, nowMs);
  }

  private restoring(isMeant: (span: Span) => boolean, nowMs: number): void {
    for (const span of [this.fault, this.switched]) if (isMeant(span)) span.restoredFromMs ??= nowMs;
  }

  /**
   * When the fault came, and when it began to be taken back. A method without one breaks what it breaks by a switch.
   */
  faultSpan(): FaultSpan {
    const { atMs: faultAtMs, restoredFromMs: healedAtMs } = this.fault.atMs === undefined ? this.switched : this.fault;
    return { faultAtMs, healedAtMs };
  }

  /** What was seen of a failover that nobody but the system itself made; undefined: there was no fault. */
  failoverSeen({ withinMs, traffic, dark }: Observed, watch: Watch, nowMs: number): FailoverSeen | undefined {
    if (this.fault.atMs === undefined) return undefined;
    const fromMs = this.fault.atMs;
    const stretch = { sinceMs: fromMs, untilMs: this.fault.restoredFromMs };
    const { recoveredAtMs, expectations, firstOffMs } = watch.recovery(stretch, nowMs);
    const seconds = (ms: number | undefined): number | null =>
      ms === undefined ? null : Math.max(0, ms - fromMs) / 1_000;
    const left = traffic === undefined ? undefined : this.trafficSeen({ sli: traffic, dark }, watch, nowMs);
    const isMeasured = expectations.length > 0 && expectations.every(({ measured }) => measured);
    const inTime = recoveredAtMs !== undefined && recoveredAtMs - fromMs <= withinMs;
    const hasLeft = left === undefined || (left.leftSeconds !== null && left.leftSeconds * 1_000 <= withinMs);
    return {
      withinSeconds: withinMs / 1_000,
      engaged: isMeasured && left?.share !== null ? inTime && hasLeft : null,
      feltSeconds: seconds(firstOffMs),
      recoveredSeconds: seconds(recoveredAtMs),
      ...(left === undefined ? {} : { traffic: left }),
    };
  }

  private trafficSeen({ sli, dark }: { sli: string; dark: string }, watch: Watch, nowMs: number): TrafficSeen {
    const sinceMs = this.fault.atMs ?? nowMs;
    const untilMs = this.fault.restoredFromMs ?? nowMs;
    const arrival = arrivalOf(watch.trafficSeries(sli, nowMs), { dark, sinceMs, untilMs });
    const leftAtMs = arrival?.leftAtMs;
    return {
      sli,
      share: arrival === undefined ? null : Math.round(arrival.share * 1_000) / 1_000,
      leftSeconds: leftAtMs === undefined ? null : Math.max(0, leftAtMs - sinceMs) / 1_000,
    };
  }

  /** From the fault to the steady state, while the fault lasted. */
  recoveryTime(watch: Watch, nowMs: number): Pick<Ended, 'rtoMs' | 'stillOffMs'> {
    if (this.fault.atMs === undefined || this.injectedAtMs === undefined) return { rtoMs: undefined };
    const { atMs: sinceMs, restoredFromMs: untilMs = nowMs } = this.fault;
    const { recoveredAtMs, expectations } = watch.recovery({ sinceMs, untilMs }, nowMs);
    if (recoveredAtMs !== undefined) return { rtoMs: Math.max(0, recoveredAtMs - sinceMs) };
    const isMeasured = expectations.length > 0 && expectations.every(({ measured }) => measured);
    return { rtoMs: undefined, ...(isMeasured ? { stillOffMs: untilMs - sinceMs } : {}) };
  }
}

/** What an observation asks. */
export interface Observed {
  readonly withinMs: number;
  /** The SLI by which traffic is seen to leave; undefined: none is named. */
  readonly traffic?: string | undefined;
  /** The region that it is to leave; empty where the scope is none. */
  readonly dark: string;
}

/** What was observed of a failover, for the result; nothing where the method does not ask. */
export function observed(
  { experiment }: Pick<Plan, 'experiment'>,
  seen: (asked: Observed) => FailoverSeen | undefined,
): { readonly failover?: FailoverSeen } {
  const { method, blastRadius } = experiment;
  const step = method.find((one) => one.kind === 'observe');
  const dark = blastRadius.scope.kind === 'region' ? blastRadius.scope.region : '';
  const failover = step && seen({ ...step, dark });
  return failover === undefined ? {} : { failover };
}

/** A time as results have it; null: there was none. */
export function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
