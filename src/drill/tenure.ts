import { messageOf } from '../model/errors.js';
import { touchedAttributes } from './attributes.js';
import { jumpBoundMs } from './clock-jump.js';
import type { RunContext } from './context.js';
import { lockPaths, type Locks } from './lock.js';
import { leftByOthers, regain } from './lost-lock.js';
import type { DrillRequest } from './ports.js';
import { Pulse } from './pulse.js';
import type { RunLog } from './run-log.js';
import { NOTHING_UNDONE, undo, type UndoReport } from './undo.js';
import { noteOf } from './undo-verdict.js';

/** Whom a drill's tenure tells. */
export interface TenurePorts {
  readonly interrupt: (reason: string) => void;
  /** Something is wrong: nothing may be injected any more. */
  readonly stop: (error: unknown) => void;
}

/** A drill's hold on its run: its locks, its heartbeat, its watchdog, and what comes when it has lost them. */
export class Tenure {
  private readonly request: DrillRequest;
  private readonly log: RunLog;
  private readonly locks: Locks;
  private readonly paths: readonly string[];
  private readonly pulse: Pulse;
  private regained: Locks | undefined;

  constructor(request: DrillRequest, log: RunLog, locks: Locks, ports: TenurePorts) {
    const { plan, state, endpoint, run, files, clock, lock, watchdog } = request;
    this.request = request;
    this.log = log;
    this.locks = locks;
    this.paths = lockPaths(state, { ...plan, endpoint });
    this.pulse = new Pulse({
      ...ports,
      state,
      owner: { run, host: lock.host, pid: lock.pid },
      locks: this.paths,
      files,
      clock,
      wallClock: lock.clock,
      jumpBoundMs: jumpBoundMs(plan.experiment.abort),
      beat: () => (this.regained ?? this.locks).beat(),
      isWatched: () => watchdog === undefined || watchdog.isAlive(),
      warn: (message) => log.emit({ type: 'warning', message }),
    });
  }

  /** To be asked right before anything is injected: throws where the run is not, or may not be, its own any more. */
  get fence(): () => void {
    return this.pulse.fence;
  }

  /**
   * Has the drill watched, where that was asked for.
   * @throws KongError NOT_WATCHED
   */
  async secure(): Promise<void> {
    const { watchdog } = this.request;
    await watchdog?.start();
    if (watchdog?.watcher) this.log.emit({ type: 'watched', ...watchdog.watcher });
  }

  /** Looks around once a second until the signal fires. Throws Cancelled then. */
  hold(signal: AbortSignal): Promise<void> {
    return this.pulse.run(signal);
  }

  /** Rolls back what is this drill's to roll back. Even a bug in here must end in a list of what is still changed. */
  async rollBack(context: RunContext): Promise<UndoReport> {
    try {
      return await this.undoOrLeave(context);
    } catch (error) {
      const note = messageOf(error);
      this.warn(`the rollback broke off: ${note}`);
      const open = touchedAttributes(context.journal.entries).filter((item) => !item.undone);
      return { ...NOTHING_UNDONE, remaining: open.map((item) => noteOf(item, note)) };
    }
  }

  private async undoOrLeave(context: RunContext): Promise<UndoReport> {
    const undoAll = (): Promise<UndoReport> => undo(touchedAttributes(context.journal.entries), 'rollback', context);
    if (!this.pulse.hasLostLock()) return undoAll();
    const { plan, state, run, files, lock } = this.request;
    this.warn('waiting until whoever took the run over has rolled it back');
    this.locks.release();
    this.regained = await regain(this.paths, { run, experiment: plan.experiment.name }, lock);
    // calls of this process may have arrived after the others' rollback: it looks again
    if (this.regained) return undoAll();
    this.warn('another run has the lock by now: nothing is touched any more');
    return leftByOthers(state, run, files);
  }

  /** Lets go of what was taken back. */
  end(): void {
    this.regained?.release();
  }

  private warn(message: string): void {
    this.log.emit({ type: 'warning', message });
  }
}
