import { Cancelled, KongError, messageOf } from '../model/errors.js';
import type { Result, StopReason } from '../model/run.js';
import { stopText } from '../model/summary.js';
import { endingRuns } from '../plan/fis-lasts.js';
import { watchedRegions } from '../sli/regions.js';
import { Watch } from '../sli/watch.js';
import { EXPIRES_AFTER_MS } from '../changes/creation-tags.js';
import { touchedAttributes } from './attributes.js';
import { captureBaseline } from './baseline.js';
import { undoTagsOf } from './by-tag-notes.js';
import { Consequences } from './consequences.js';
import { tookPlace } from './irreversible-notes.js';
import { plannedAtOf, type RunContext } from './context.js';
import { decidedOf } from './decided.js';
import { awaitPutBack } from './in-sync.js';
import { Journal } from './journal.js';
import type { Locks } from './lock.js';
import { knownAtEnd } from './known-at-end.js';
import { MarkerWatch } from './marker-watch.js';
import { Marks } from './marks.js';
import { newDrill, next, type DrillEffect, type DrillEvent, type DrillState } from './machine.js';
import type { DrillRequest } from './ports.js';
import { RecoveryWait } from './recovery-wait.js';
import type { Ended } from './ended.js';
import { escapeOf, type Escape } from './escape.js';
import { resolutionOf, type Resolution } from './resolution.js';
import { resultOf } from './result.js';
import type { RunLog } from './run-log.js';
import { runFolder } from './runs.js';
import { lookAfter, warnOfBadEnds } from './standing.js';
import { runStep } from './steps.js';
import { Tenure } from './tenure.js';
import { NOTHING_UNDONE, restoredEvent, type UndoReport } from './undo.js';
import { UndoTiming } from './undo-timing.js';
import { watchSlis } from './watcher.js';

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
  private readonly marks = new Marks();
  private refusal: Ended['refusal'];
  private undone: UndoReport = NOTHING_UNDONE;
  private readonly timing: UndoTiming;
  private readonly consequences: Consequences;
  private readonly markers: MarkerWatch | undefined;
  private wait: RecoveryWait | undefined;
  private readonly resolution: Resolution | undefined;
  private readonly request: DrillRequest;
  private readonly log: RunLog;
  private readonly tenure: Tenure;
  /** Undefined: an ordinary drill. */
  private readonly escape: Escape | undefined;

  constructor(request: DrillRequest, log: RunLog, locks: Locks) {
    this.request = request;
    this.log = log;
    const { plan, clock, files, run, state, cloud, switches } = request;
    this.state = newDrill(plan.steps.length, plan.experiment.escape !== true);
    const leave = (reason: StopReason): void => this.dispatch({ kind: 'leave', reason });
    this.escape = escapeOf(plan, { clock, emit: log.emit, leave });
    this.startedAtMs = clock.now();
    this.timing = new UndoTiming(clock);
    this.watch = new Watch(plan.experiment, (sli) => watchedRegions(sli, plan.experiment, plan.regions));
    const onTrouble = (error: unknown): void =>
      log.emit({ type: 'warning', message: `the journal is not written any more: ${messageOf(error)}` });
    this.tenure = new Tenure(request, log, locks, {
      interrupt: (signal) => this.interrupt(signal),
      stop: (error) => this.stopFor(error),
    });
    const { fence } = this.tenure;
    const journal = new Journal(`${runFolder(state, run)}/journal.ndjson`, { files, clock, onTrouble, fence });
    const expiresAt = new Date(clock.now() + EXPIRES_AFTER_MS).toISOString();
    const undoTags = undoTagsOf(plan);
    this.consequences = new Consequences({
      ...{ cloud, clock, emit: log.emit },
      tookPlace: (change) => tookPlace(change, journal.entries),
    });
    this.resolution = resolutionOf(plan, { clock, emit: log.emit, open: request.openResolver });
    const own = { created: new Map<string, string>(), inFlight: new Set<Promise<unknown>>(), pending: new Map() };
    const more = { emit: log.emit, plannedAtMs: plannedAtOf(plan), ...own, ...this.escape?.leniency };
    this.context = { run, cloud, switches, clock, journal, expiresAt, undoTags, ...more };
    this.markers = MarkerWatch.of(plan, this.context);
  }

  /** From the baseline to the result. Whatever happens in between, it ends with everything restored or listed. */
  async run(): Promise<Result> {
    const { plan, endpoint, clock, run, onInterrupt } = this.request;
    const { on, where, account, regions, experiment } = plan;
    const begin = { run, experiment: experiment.name, on, where, endpoint, account, regions };
    this.context.journal.begin({ ...begin, ...decidedOf(plan) });
    const stopListening = onInterrupt((signal) => this.interrupt(signal));
    try {
      void this.guarded(() => this.begin());
      await this.finished;
    } finally {
      this.watchAbort.abort();
      stopListening();
    }
    await this.resolution?.settled();
    this.log.endPhase();
    const result = resultOf(this.ended(clock.now()));
    this.context.journal.end(result.outcome, result.rollback.remaining.length);
    this.tenure.end();
    return result;
  }

  /** Watched first: no time of the drill's own passes before somebody would notice its end. */
  private async begin(): Promise<void> {
    try {
      await this.tenure.secure();
    } catch (error) {
      if (!(error instanceof KongError)) throw error;
      return this.refuse({ code: error.code, message: error.message, fix: error.fix });
    }
    // a signal may have come meanwhile
    if (this.state.phase !== 'baseline') return;
    void this.guarded(() => this.tenure.hold(this.watchAbort.signal));
    await this.baseline();
  }

  private interrupt(signal: string): void {
    if (this.state.phase === 'rollback') this.resolution?.release();
    if (this.escape?.heed(signal) === true) return;
    this.dispatch({ kind: 'stop', reason: { kind: 'interrupted', signal } });
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
      if (!(error instanceof Cancelled)) this.stopFor(error);
    }
  }

  /** What was read by a clock that jumped says nothing. */
  private judged(reason: StopReason): void {
    try {
      this.tenure.fence();
    } catch (error) {
      return this.stopFor(error);
    }
    if (this.escape) return this.escape.note(stopText(reason, this.request.plan.experiment));
    this.dispatch({ kind: 'stop', reason });
  }

  private stopFor(error: unknown): void {
    if (this.escape) return this.escape.failed(messageOf(error));
    const code = error instanceof KongError ? error.code : 'INTERNAL';
    const fix = error instanceof KongError && error.fix !== undefined ? { fix: error.fix } : {};
    this.dispatch({ kind: 'stop', reason: { kind: 'error', code, message: messageOf(error), ...fix } });
  }

  private async baseline(): Promise<void> {
    const { clock, plan, cloud } = this.request;
    const { watch, log } = this;
    log.phase('baseline');
    this.resolution?.baseline();
    const ports = { experiment: plan.experiment, watch, cloud, nowMs: clock.now(), emit: log.emit };
    const refusal = await captureBaseline(ports, this.stepAbort.signal);
    if (refusal) return this.refuse(refusal);
    this.log.phase('method');
    const { markers, watchAbort: { signal } } = this;
    const ending = endingRuns(plan.steps);
    void this.guarded(async () => markers?.goOn(signal));
    void this.guarded(() =>
      watchSlis(
        {
          experiment: plan.experiment,
          watch: this.watch,
          cloud,
          clock,
          emit: this.log.emit,
          injectedAtMs: () => this.marks.injectedAtMs,
          stop: (reason) => this.judged(reason),
          polled: () => this.polled(),
          lookAfter: () => lookAfter(this.context, { stop: (reason) => this.judged(reason), ending }),
        },
        signal,
      ),
    );
    this.dispatch({ kind: 'baseline-held' });
  }

  private refuse(refusal: NonNullable<Ended['refusal']>): void {
    this.refusal = refusal;
    const { code, message } = refusal;
    this.dispatch({ kind: 'stop', reason: { kind: 'error', code, message } });
  }

  private async step(index: number): Promise<void> {
    const { plan, clock } = this.request;
    const planned = plan.steps[index];
    if (!planned) return;
    this.log.emit({ type: 'step', index: index + 1, of: plan.steps.length, title: planned.title });
    const { context, escape, resolution, stepAbort: { signal } } = this;
    await resolution?.beforeStep(planned, signal);
    await this.consequences.before(planned.batches.flat());
    await this.markers?.before(planned);
    this.marks.began(planned, clock.now());
    await runStep({ planned, all: plan.steps, context, signal, stay: async (step) => escape?.stay(step, signal) });
    resolution?.afterStep(planned);
    this.dispatch({ kind: 'step-done' });
  }

  private async rollBack(reason: StopReason): Promise<void> {
    const { clock, calls, plan } = this.request;
    const stopListening = this.timing.decided(calls);
    if (reason.kind !== 'completed') this.log.emit({ type: 'stopping', reason });
    this.log.phase('rollback');
    this.marks.rollingBack(clock.now());
    this.resolution?.pause();
    // a restore that is under way is itself an undo: two at once would only get in each other's way
    if (plan.steps[this.state.step]?.step.kind === 'restore') await this.running;
    this.undone = await this.tenure.rollBack(this.context);
    stopListening();
    this.marks.rollbackToMs = clock.now();
    await warnOfBadEnds(this.context);
    this.log.emit(restoredEvent(this.undone));
    await awaitPutBack(this.context);
    await this.resolution?.putBack(reason, !this.state.awaitsRecovery);
    this.dispatch({ kind: 'rolled-back' });
  }

  private awaitRecovery(): void {
    this.log.phase('recovery');
    this.wait = new RecoveryWait(this.request.plan.experiment, this.watch, this.request.clock.now());
  }

  private async polled(): Promise<void> {
    await this.consequences.look();
    this.resolution?.poll();
    const isWaiting = this.consequences.isWaiting() || this.resolution?.isWaiting() === true;
    if (this.wait?.isOver(this.request.clock.now(), isWaiting) === true) this.dispatch({ kind: 'recovered' });
  }

  private ended(nowMs: number): Ended {
    const { request, context, log, watch, marks, timing, consequences, wait, undone, refusal, startedAtMs } = this;
    const told = { request, context, log, watch, marks, timing, consequences, wait, undone, refusal, startedAtMs };
    return knownAtEnd({ ...told, stop: this.state.stop, markers: this.markers, resolution: this.resolution }, nowMs);
  }
}
