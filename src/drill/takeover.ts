import type { Files } from '../model/ports.js';
import { parseHolder, type Holder, type LockPorts } from './lock.js';

/** How a run's locks were found. */
export interface Beat {
  /** Changes as long as there is life in its holder. */
  readonly text: string;
  /** Some lock is not the run's: it has ended, or somebody took the lock away. */
  readonly isOpen: boolean;
  /** The files as they were read; undefined: nobody holds that lock. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly holders: readonly Holder[];
}

/** Reads who holds the locks of a run. */
export function readBeat(paths: readonly string[], run: string, files: Files): Beat {
  const texts = paths.map((path) => files.read(path));
  const found = texts.map((text) => (text === undefined ? undefined : parseHolder(text)));
  const holders = found.flatMap((holder) => (holder?.run === run ? [holder] : []));
  return {
    text: found
      .map((holder) => (holder ? `${holder.run} ${holder.host} ${holder.pid} ${holder.heartbeat}` : '-'))
      .join(),
    isOpen: holders.length < paths.length,
    files: new Map(paths.map((path, index) => [path, texts[index]])),
    holders,
  };
}

/** What the locks of a silent run are taken over with. */
export interface Seizing {
  readonly run: string;
  readonly experiment: string;
  readonly ports: Pick<LockPorts, 'files' | 'clock' | 'host' | 'pid'>;
}

/** The locks of a silent run, in the hands of whoever rolls it back. */
export class Seized {
  private readonly request: Seizing;
  /** What was written to each lock, and what was there before. */
  private readonly written = new Map<string, { readonly now: string; readonly was: string | undefined }>();

  private constructor(request: Seizing) {
    this.request = request;
  }

  /**
   * Takes every lock over, under the name of the run: whoever looks sees it held, by another process.
   *
   * @param heard - the beat that was the last for too long
   * @returns undefined where there is life in the holder after all, or somebody else was quicker
   */
  static take(request: Seizing, heard: Beat): Seized | undefined {
    const seized = new Seized(request);
    if ([...heard.files].every(([path, text]) => seized.seize(path, text))) return seized;
    seized.giveBack();
    return undefined;
  }

  /** Says that the rollback is alive. */
  beat(): void {
    const { files, host, pid } = this.request.ports;
    for (const [path, { now }] of [...this.written]) {
      if (this.swap(path, now)) continue;
      // a beat whose answer was lost may have been written all the same
      const text = files.read(path);
      const holder = text === undefined ? undefined : parseHolder(text);
      if (text === undefined || holder?.host !== host || holder.pid !== pid) continue;
      this.written.set(path, { now: text, was: now });
    }
  }

  release(): void {
    const { files } = this.request.ports;
    for (const [path, { now }] of this.written) files.replace(path, { from: now, to: undefined });
    this.written.clear();
  }

  /** Whoever is alive after all goes on with what it had. */
  private giveBack(): void {
    const { files } = this.request.ports;
    for (const [path, { now, was }] of this.written) files.replace(path, { from: now, to: was });
    this.written.clear();
  }

  private seize(path: string, text: string | undefined): boolean {
    if (text !== undefined && parseHolder(text)?.run !== this.request.run) return false;
    return this.swap(path, text);
  }

  private swap(path: string, from: string | undefined): boolean {
    const { files } = this.request.ports;
    const to = JSON.stringify(this.holder());
    const taken = from === undefined ? files.createNew(path, to) : files.replace(path, { from, to });
    if (taken) this.written.set(path, { now: to, was: from });
    return taken;
  }

  private holder(): Holder {
    const { run, experiment, ports } = this.request;
    const now = new Date(ports.clock.now()).toISOString();
    return { run, experiment, host: ports.host, pid: ports.pid, since: now, heartbeat: now };
  }
}
