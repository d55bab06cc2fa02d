import type { Experiment } from '../model/experiment.js';
import type { Watch } from '../sli/watch.js';

/** A settled minute is what "after" is the mean of; fast SLIs settle in fewer seconds. */
const SETTLED_MS = 60_000;
const SETTLED_PERIODS = 6;
/** Beyond what the experiment allows for settling: publishing delays, and the last period itself. */
const GRACE_MS = 120_000;

/** The wait, once everything is restored, for the steady state to come back and stay. */
export class RecoveryWait {
  private readonly experiment: Experiment;
  private readonly watch: Watch;
  private readonly sinceMs: number;

  constructor(experiment: Experiment, watch: Watch, sinceMs: number) {
    this.experiment = experiment;
    this.watch = watch;
    this.sinceMs = sinceMs;
  }

  /**
   * Whether the system has been steady for long enough, or has had all the time that it is allowed.
   *
   * @param isIncomplete - something that was lost is still to be replaced
   */
  isOver(nowMs: number, isIncomplete: boolean): boolean {
    return (this.hasSettled(nowMs) && !isIncomplete) || nowMs - this.sinceMs >= this.longestMs();
  }

  /** What is to be said of the steady state at the end. */
  verdict(nowMs: number): 'steady' | 'off' | 'unknown' {
    return this.hasSettled(nowMs) ? 'steady' : this.watch.steadyNow(nowMs).overall;
  }

  private hasSettled(nowMs: number): boolean {
    if (this.watch.steadyNow(nowMs).overall !== 'steady') return false;
    const since = this.watch.recovery({ sinceMs: this.sinceMs }, nowMs).recoveredAtMs;
    return since !== undefined && nowMs - Math.max(since, this.sinceMs) >= this.settledMs();
  }

  private settledMs(): number {
    const longestPeriod = Math.max(...this.experiment.slis.map((sli) => sli.periodMs));
    return Math.min(SETTLED_MS, SETTLED_PERIODS * longestPeriod);
  }

  private longestMs(): number {
    const settle = Math.max(0, ...this.experiment.steadyState.map((one) => one.settleMs));
    return settle + this.settledMs() + GRACE_MS;
  }
}
