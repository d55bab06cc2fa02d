import { formatDuration } from '../model/duration.js';
import { Cancelled, KongError, messageOf } from '../model/errors.js';
import { count } from '../model/summary.js';
import { lockPaths, type LockPorts } from './lock.js';
import type { RecoveryReport } from './recover.js';
import { findRun, type StoredRun } from './runs.js';
import { Silence } from './silence.js';
import { readBeat, Seized, type Beat } from './takeover.js';
import { WatchNotes, type WatchNote, type WatchState } from './watch-note.js';

/** What watching over a run needs. */
export interface WatchOverRequest {
  readonly state: string;
  readonly run: string;
  /** The silence after which the run is taken over; milliseconds. */
  readonly afterMs: number;
  /** Files, and the machine's own time. */
  readonly ports: LockPorts;
  /** Puts back what a run changed, as `kong rollback` does. */
  readonly rollBack: (stored: StoredRun) => Promise<RecoveryReport>;
  /** Tells what goes on, line by line. */
  readonly say: (message: string) => void;
}

/** How long a run that is about to begin is waited for. */
const BEGINS_WITHIN_MS = 15_000;
const SHORTEST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 2_000;
/** How long a rollback is tried again. */
const PATIENCE_MS = 60 * 60_000;
const TRY_AGAIN_MS = 30_000;
const BEAT_EVERY_MS = 2_000;

/**
 * Follows a run's heartbeat until the run ends. When the heartbeat stops, takes the run's locks and rolls it back.
 *
 * @param signal - when it fires, watching ends; a rollback that has begun goes on
 * @throws KongError UNKNOWN_RUN where there is no such run, and none begins within 15 s
 */
export async function watchOver(request: WatchOverRequest, signal: AbortSignal): Promise<WatchNote> {
  const stored = await awaitRun(request, signal);
  const watch = new WatchOver(request, stored);
  return watch.follow(signal);
}

async function awaitRun({ state, run, ports }: WatchOverRequest, signal: AbortSignal): Promise<StoredRun> {
  const startedAtMs = ports.clock.now();
  for (;;) {
    try {
      return findRun(state, run, ports.files);
    } catch (error) {
      if (ports.clock.now() - startedAtMs >= BEGINS_WITHIN_MS) throw error;
    }
    await ports.clock.sleep(SHORTEST_LOOK_MS, signal);
  }
}

class WatchOver {
  private readonly request: WatchOverRequest;
  private readonly stored: StoredRun;
  private readonly paths: readonly string[];
  private readonly notes: WatchNotes;
  private readonly lookEveryMs: number;
  private isBlind = false;

  constructor(request: WatchOverRequest, stored: StoredRun) {
    const { state, run, afterMs, ports } = request;
    this.request = request;
    this.stored = stored;
    this.paths = lockPaths(state, stored.begin);
    this.lookEveryMs = Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, afterMs / 10));
    const note: WatchNote = {
      schema: 'kong/watchdog/v1',
      run,
      host: ports.host,
      pid: ports.pid,
      state: 'watching',
      summary: `watches over ${run}; takes over after ${formatDuration(afterMs)} of silence`,
      since: this.now(),
      afterSeconds: afterMs / 1_000,
    };
    this.notes = WatchNotes.begin(state, note, ports.files);
    this.say(note.summary);
  }

  async follow(signal: AbortSignal): Promise<WatchNote> {
    const { clock } = this.request.ports;
    const silence = new Silence(clock.now(), 2 * this.lookEveryMs);
    for (;;) {
      const beat = this.listen();
      if (beat?.isOpen === true && this.hasEnded()) return this.ended();
      const silentMs = silence.after(beat?.text ?? 'unreadable', clock.now());
      const done = beat && (await this.takeOverIfDead(beat, silentMs));
      if (done) return done;
      try {
        await clock.sleep(this.lookEveryMs, signal);
      } catch (error) {
        if (error instanceof Cancelled) return this.close('left', 'was told to go: nobody watches any more');
        throw error;
      }
    }
  }

  /** Undefined where the state can't be read: then nobody can be rolled back either. */
  private listen(): Beat | undefined {
    try {
      const beat = readBeat(this.paths, this.request.run, this.request.ports.files);
      this.isBlind = false;
      return beat;
    } catch (error) {
      if (!this.isBlind) this.say(`the state can't be read: ${messageOf(error)}`);
      this.isBlind = true;
      return undefined;
    }
  }

  private async takeOverIfDead(beat: Beat, silentMs: number): Promise<WatchNote | undefined> {
    const why = this.whyDead(beat, silentMs);
    return why === undefined ? undefined : this.takeOver(beat, why);
  }

  private whyDead({ holders }: Beat, silentMs: number): string | undefined {
    const { afterMs, ports } = this.request;
    const gone = holders.find(({ host, pid }) => host === ports.host && !ports.isAlive(pid));
    if (gone && silentMs > 0) return `its process, pid ${gone.pid}, is gone`;
    return silentMs < afterMs ? undefined : `it was not heard of for ${formatDuration(silentMs)}`;
  }

  /** @returns undefined where there is life in it after all */
  private async takeOver(heard: Beat, why: string): Promise<WatchNote | undefined> {
    const { run, ports } = this.request;
    const { experiment } = this.stored.begin;
    let seized: Seized | undefined;
    try {
      seized = Seized.take({ run, experiment, ports }, heard);
    } catch (error) {
      this.say(`the lock could not be taken over: ${messageOf(error)}`);
    }
    if (!seized) return undefined;
    const stop = new AbortController();
    try {
      this.note('taking-over', `takes ${run} over: ${why}`, { tookOverAt: this.now() });
      void this.beat(seized, stop.signal);
      if (this.hasEnded()) return this.ended();
      return await this.rollBack();
    } finally {
      stop.abort();
      this.quietly(() => seized.release());
    }
  }

  private async beat(seized: Seized, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.request.ports.clock.sleep(BEAT_EVERY_MS, signal);
        this.quietly(() => seized.beat());
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }

  /** The network may be gone for a while, and credentials may come back: there is nobody else to do it. */
  private async rollBack(): Promise<WatchNote> {
    const { state, run, ports, rollBack } = this.request;
    const startedAtMs = ports.clock.now();
    for (;;) {
      let summary: string;
      let report: RecoveryReport | undefined;
      try {
        report = await rollBack(findRun(state, run, ports.files));
        if (report.remaining.length === 0 && report.lost)
          return this.close('still-changed', maybeText(run, report), report);
        if (report.remaining.length === 0) return this.close('rolled-back', restoredText(run, report), report);
        summary = `${count(report.remaining.length, 'attribute')} of ${run} still changed`;
      } catch (error) {
        summary = `the rollback of ${run} failed: ${messageOf(error)}${fixOf(error)}`;
      }
      if (ports.clock.now() - startedAtMs >= PATIENCE_MS) {
        return this.close('still-changed', `${summary}; to finish: kong rollback ${run}`, report);
      }
      this.say(`${summary}; trying again in ${formatDuration(TRY_AGAIN_MS)}`);
      await ports.clock.sleep(TRY_AGAIN_MS);
    }
  }

  private hasEnded(): boolean {
    const { state, run, ports } = this.request;
    try {
      return findRun(state, run, ports.files).end !== undefined;
    } catch (error) {
      this.say(`the journal can't be read: ${messageOf(error)}`);
      return false;
    }
  }

  private ended(): WatchNote {
    const { state, run, ports } = this.request;
    const { open, end } = findRun(state, run, ports.files);
    if (open.length === 0) return this.close('ended', `${run} has ended by itself: ${end?.outcome ?? 'no outcome'}`);
    const changed = `${count(open.length, 'attribute')} still changed`;
    return this.close('still-changed', `${run} has ended by itself, with ${changed}; to finish: kong rollback ${run}`);
  }

  private close(state: WatchState, summary: string, rollback?: RecoveryReport): WatchNote {
    return this.note(state, summary, { endedAt: this.now(), ...(rollback ? { rollback } : {}) });
  }

  private note(state: WatchState, summary: string, more: Partial<WatchNote>): WatchNote {
    this.quietly(() => this.notes.update({ ...more, state, summary }));
    this.say(summary);
    return this.notes.note;
  }

  private say(message: string): void {
    this.request.say(message);
    this.quietly(() => this.notes.log(this.now(), message));
  }

  /** What can't be written is no reason not to roll back. */
  private quietly(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.request.say(messageOf(error));
    }
  }

  private now(): string {
    return new Date(this.request.ports.clock.now()).toISOString();
  }
}

function restoredText(run: string, { restored, already, conflicts }: RecoveryReport): string {
  const left = conflicts.length === 0 ? '' : `, ${conflicts.length} changed by someone else and left alone`;
  return `rolled ${run} back: ${count(restored + already, 'attribute')} as before${left}`;
}

/** What lines that can't be read announced, nobody can put back. */
function maybeText(run: string, report: RecoveryReport): string {
  return `${restoredText(run, report)}; lines of its journal are lost, so more may still be changed: kong rollback ${run} lists them`;
}

function fixOf(error: unknown): string {
  return error instanceof KongError && error.fix !== undefined ? ` (${error.fix})` : '';
}
