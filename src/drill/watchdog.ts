import { formatDuration } from '../model/duration.js';
import { KongError } from '../model/errors.js';
import type { LockPorts } from './lock.js';
import { watchNotes } from './watch-note.js';

/** A process that was started to outlive this one. */
export interface DetachedProcess {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** What it has written to its stderr so far. */
  said(): string;
  /** Leaves it to itself: nothing of it is heard any more, and this process does not wait for it. */
  letGo(): void;
}

/** What a watchdog is started with. */
export interface WatchdogPorts {
  readonly state: string;
  readonly run: string;
  /** The silence after which it takes over; milliseconds. */
  readonly afterMs: number;
  /** Files, and the machine's own time. */
  readonly ports: LockPorts;
  /** Starts `kong watch-over` for a run. */
  readonly launch: (run: string) => DetachedProcess;
}

const STARTS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** The process that watches over a drill, as the drill sees it. */
export class Watchdog {
  private readonly request: WatchdogPorts;
  private pid: number | undefined;

  constructor(request: WatchdogPorts) {
    this.request = request;
  }

  /** Who watches, and how patiently; undefined: nobody does so far. */
  get watcher(): { readonly pid: number; readonly afterSeconds: number } | undefined {
    return this.pid === undefined ? undefined : { pid: this.pid, afterSeconds: this.request.afterMs / 1_000 };
  }

  /**
   * Starts it, and waits until it has said that it watches. The run's journal must have begun, and its lock be held.
   *
   * @throws KongError NOT_WATCHED: then nothing may be changed
   */
  async start(): Promise<void> {
    const { state, run, ports, launch } = this.request;
    const child = launch(run);
    const deadlineMs = ports.clock.now() + STARTS_WITHIN_MS;
    while (child.pid !== undefined && ports.isAlive(child.pid) && ports.clock.now() < deadlineMs) {
      const notes = watchNotes(state, run, ports.files);
      if (notes.some(({ host, pid }) => host === ports.host && pid === child.pid)) {
        child.letGo();
        this.pid = child.pid;
        return;
      }
      await ports.clock.sleep(LOOK_EVERY_MS);
    }
    // its last words may still be on their way
    await ports.clock.sleep(LOOK_EVERY_MS);
    const said = child.said().trim();
    child.letGo();
    throw new KongError('NOT_WATCHED', `the watchdog ${failureOf(child.pid, ports)}${said === '' ? '' : `: ${said}`}`, {
      fix: `try \`kong watch-over ${run}\` by hand, or drill without --watchdog`,
    });
  }

  isAlive(): boolean {
    return this.pid !== undefined && this.request.ports.isAlive(this.pid);
  }
}

function failureOf(pid: number | undefined, { isAlive }: LockPorts): string {
  if (pid === undefined) return 'could not be started';
  return isAlive(pid) ? `does not watch after ${formatDuration(STARTS_WITHIN_MS)}` : 'ended before it watched';
}
