import { Cancelled, KongError, messageOf } from '../model/errors.js';
import type { Result, StopReason } from '../model/run.js';
import { readSlis } from '../sli/cloudwatch-source.js';
import { watchedRegions } from '../sli/regions.js';
import { Watch } from '../sli/watch.js';
import { touchedAttributes } from './attributes.js';
import { heedAborts } from './abort-request.js';
import type { RunContext } from './context.js';
import { Journal } from './journal.js';
import type { Locks } from './lock.js';
import { newDrill, next, type DrillEffect, type DrillEvent, type DrillState } from './machine.js';
import type { DrillRequest } from './ports.js';
import { irreversibleNotes } from './recover.js';
import { RecoveryWait } from './recovery-wait.js';
import type { Ended } from './ended.js';
import { resultOf } from './result.js';
import type { RunLog } from './run-log.js';
import { runFolder } from './runs.js';
import { runStep } from './steps.js';
import { undo, type UndoReport } from './undo.js';
import { noteOf } from './undo-verdict.js';
import { watchSlis } from './watcher.js';

const EXPIRES_AFTER_MS = 24 * 3_600_000;
const NOTHING_UNDONE: UndoReport = { restored: 0, already: 0, conflicts: [], remaining: [] };

/** One run of a plan whose gates were passed: carries out what the machine decides, and tells it what happened. */
export class Drill {
  private state: DrillState;
  private readonly context: RunContext;
  private readonly watch: Watch;
  private readonly stepAbort = new AbortController();
  private readonly watchAbort = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private finish: () => void = () => undefined;
  private readonly finished = new Promise<void>((resolve) => {
    this.finish = resolve;
  });
  private readonly startedAtMs: number;
  private injectedAtMs: number | undefined;
  private faultAtMs: number | undefined;
  private restoredFromMs: number | undefined;
  private refusal: Ended['refusal'];
  private undone: UndoReport = NOTHING_UNDONE;
  private stoppedAtMs: number | undefined;
  private firstUndoMs: number | null = null;
  private rollbackFrom: string | null = null;
  private rollbackTo: string | null = null;
  private wait: RecoveryWait | undefined;
  private readonly request: DrillRequest;
  private readonly log: RunLog;
  private readonly locks: Locks;

  constructor(request: DrillRequest, log: RunLog, locks: Locks) {
    this.request = request;
    this.log = log;
    this.locks = locks;
    const { plan, clock, files, run, state, cloud } = request;
    this.state = newDrill(plan.steps.length);
    this.startedAtMs = clock.now();
    const regions = plan.regions;
    this.watch = new Watch(plan.experiment, (sli) => watchedRegions(sli, plan.experiment, regions));
    const onTrouble = (error: unknown): void =>
      log.emit({ type: 'warning', message: `the journal is not written any more: ${messageOf(error)}` });
    const journal = new Journal(`${runFolder(state, run)}/journal.ndjson`, { files, clock, onTrouble });
    const expiresAt = new Date(clock.now() + EXPIRES_AFTER_MS).toISOString();
    this.context = { run, cloud, clock, journal, created: new Map(), expiresAt, emit: log.emit, inFlight: new Set() };
  }

  /** From the baseline to the result. Whatever happens in between, it ends with everything restored or listed. */
  async run(): Promise<Result> {
    const { plan, endpoint, clock, run, onInterrupt } = this.request;
    const { on, where, account, regions, experiment } = plan;
    this.context.journal.begin({ run, experiment: experiment.name, on, where, endpoint, account, regions });
    const interrupt = (signal: string): void => {
      this.dispatch({ kind: 'stop', reason: { kind: 'interrupted', signal } });
    };
    const stopListening = onInterrupt(interrupt);
    try {
      void this.guarded(() => this.baseline());
      void this.guarded(() => heedAborts(this.request, interrupt, this.watchAbort.signal));
      await this.finished;
    } finally {
      this.watchAbort.abort();
      stopListening();
    }
    this.log.endPhase();
    const result = resultOf(this.ended(clock.now()));
    this.context.journal.end(result.outcome, result.rollback.remaining.length);
    return result;
  }

  /** What is changed at this moment and not yet put back. */
  stillChanged(): number {
    return touchedAttributes(this.context.journal.entries).filter((item) => !item.undone).length;
  }

  private dispatch(event: DrillEvent): void {
    const { state, effects } = next(this.state, event);
    this.state = state;
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: DrillEffect): void {
    switch (effect.kind) {
      case 'run-step':
        this.running = this.guarded(() => this.step(effect.index));
        return;
      case 'cancel-step':
        this.stepAbort.abort();
        return;
      case 'roll-back':
        void this.guarded(() => this.rollBack(effect.reason));
        return;
      case 'await-recovery':
        this.awaitRecovery();
        return;
      case 'finish':
        this.finish();
        return;
    }
  }

  /**
   * Anything that goes wrong where nobody else looks becomes a reason to stop, and stopping leads through the
   * rollback.
   */
  private async guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof Cancelled) return;
      const code = error instanceof KongError ? error.code : 'INTERNAL';
      this.dispatch({ kind: 'stop', reason: { kind: 'error', code, message: messageOf(error) } });
    }
  }

  private async baseline(): Promise<void> {
    const { clock, plan, cloud } = this.request;
    this.log.phase('baseline');
    const now = clock.now();
    const { slis } = plan.experiment;
    const window = this.watch.baselineWindow(now);
    const reading = await readSlis({
      slis,
      regionsOf: this.watch.regionsOf,
      ...window,
      cloud,
      signal: this.stepAbort.signal,
    });
    const verdict = this.watch.baselineFrom(reading, now);
    verdict.warnings.forEach((message) => this.log.emit({ type: 'warning', message }));
    for (const { sli, series, mean, points } of verdict.baselines)
      this.log.emit({ type: 'baseline', sli, series, mean, points });
    const [refused] = verdict.refusals;
    if (refused) {
      return this.refuse(
        'SLI_NO_DATA',
        `${refused.sli}${refused.series ? ` in ${refused.series}` : ''}: ${refused.reason}`,
        'check namespace, metric, dimensions and period; wrong ones look like no data',
      );
    }
    const steady = this.watch.steadyNow(now);
    const off = steady.items.find((item) => item.verdict !== 'steady');
    if (off) {
      return this.refuse(
        'STEADY_STATE_BROKEN',
        `the steady state does not hold before the drill: ${off.sli} in ${off.series} is ${off.value ?? 'unknown'}, expected ${off.expect}`,
        'let the system recover first; a drill on a sick system teaches nothing',
      );
    }
    this.log.phase('method');
    void this.guarded(() =>
      watchSlis(
        {
          experiment: plan.experiment,
          watch: this.watch,
          cloud,
          clock,
          emit: this.log.emit,
          injectedAtMs: () => this.injectedAtMs,
          stop: (reason) => this.dispatch({ kind: 'stop', reason }),
          polled: () => this.polled(),
        },
        this.watchAbort.signal,
      ),
    );
    this.dispatch({ kind: 'baseline-held' });
  }

  private refuse(code: string, message: string, fix: string): void {
    this.refusal = { code, message, fix };
    this.dispatch({ kind: 'stop', reason: { kind: 'error', code, message } });
  }

  private async step(index: number): Promise<void> {
    const { plan, clock } = this.request;
    const planned = plan.steps[index];
    if (!planned) return;
    this.log.emit({ type: 'step', index: index + 1, of: plan.steps.length, title: planned.title });
    const { kind } = planned.step;
    if (planned.batches.flat().length > 0) this.injectedAtMs ??= clock.now();
    if (kind === 'fault') this.faultAtMs ??= clock.now();
    if (kind === 'restore') this.restoredFromMs ??= clock.now();
    await runStep({ planned, all: plan.steps, context: this.context, signal: this.stepAbort.signal });
    this.dispatch({ kind: 'step-done' });
  }

  private async rollBack(reason: StopReason): Promise<void> {
    const { clock, calls, plan } = this.request;
    this.stoppedAtMs = clock.now();
    if (reason.kind !== 'completed') this.log.emit({ type: 'stopping', reason });
    this.log.phase('rollback');
    this.rollbackFrom = new Date(clock.now()).toISOString();
    this.restoredFromMs ??= clock.now();
    // a restore that is under way is itself an undo: two at once would only get in each other's way
    if (plan.steps[this.state.step]?.step.kind === 'restore') await this.running;
    const stopListening = calls.listen((call) => {
      if (call.write && this.firstUndoMs === null && this.stoppedAtMs !== undefined)
        this.firstUndoMs = clock.now() - this.stoppedAtMs;
    });
    this.undone = await this.undoAll();
    stopListening();
    this.rollbackTo = new Date(clock.now()).toISOString();
    const { restored, already, conflicts, remaining } = this.undone;
    this.log.emit({
      type: 'restored',
      restored: restored + already,
      conflicts: conflicts.length,
      remaining: remaining.length,
    });
    this.dispatch({ kind: 'rolled-back' });
  }

  /** Even a bug in here must end in a list of what is still changed. */
  private async undoAll(): Promise<UndoReport> {
    const touched = touchedAttributes(this.context.journal.entries);
    try {
      return await undo(touched, 'rollback', this.context);
    } catch (error) {
      const note = messageOf(error);
      this.log.emit({ type: 'warning', message: `the rollback broke off: ${note}` });
      const open = touchedAttributes(this.context.journal.entries).filter((item) => !item.undone);
      return { ...NOTHING_UNDONE, remaining: open.map((item) => noteOf(item, note)) };
    }
  }

  private awaitRecovery(): void {
    this.log.phase('recovery');
    this.wait = new RecoveryWait(this.request.plan.experiment, this.watch, this.request.clock.now());
  }

  private polled(): void {
    this.locks.beat();
    if (this.wait?.isOver(this.request.clock.now()) === true) this.dispatch({ kind: 'recovered' });
  }

  private ended(nowMs: number): Ended {
    const { plan, run, calls } = this.request;
    const touched = touchedAttributes(this.context.journal.entries);
    const injected = this.injectedAtMs;
    const whole = injected === undefined ? undefined : this.watch.recovery({ sinceMs: injected }, nowMs);
    return {
      plan,
      run,
      startedAt: new Date(this.startedAtMs).toISOString(),
      endedAt: new Date(nowMs).toISOString(),
      stop: this.state.stop,
      refusal: this.refusal,
      phases: this.log.allPhases(),
      slis: this.watch.results(injected, nowMs),
      whole,
      steadyAtEnd: this.wait?.verdict(nowMs),
      rtoMs: this.recoveryTimeMs(nowMs),
      rollback: {
        startedAt: this.rollbackFrom,
        endedAt: this.rollbackTo,
        firstCallAfterBreachMs: this.state.stop?.kind === 'breach' ? this.firstUndoMs : null,
        restored: touched.filter((item) => item.undone).length - this.undone.conflicts.length,
        conflicts: this.undone.conflicts,
        irreversible: irreversibleNotes(this.context.journal.entries),
        remaining: this.undone.remaining,
      },
      calls: calls.counts(),
    };
  }

  /** From the fault to the steady state, while the fault lasted. */
  private recoveryTimeMs(nowMs: number): number | undefined {
    if (this.faultAtMs === undefined || this.state.stop?.kind !== 'completed') return undefined;
    const stretch = { sinceMs: this.faultAtMs, untilMs: this.restoredFromMs };
    const recoveredAt = this.watch.recovery(stretch, nowMs).recoveredAtMs;
    return recoveredAt === undefined ? undefined : Math.max(0, recoveredAt - this.faultAtMs);
  }
}
