import type { Clock, Files } from '../model/ports.js';
import type { PhaseName, Result, RunEvent, RunEventBody } from '../model/run.js';

/** What a run tells: to its events file, to whoever listens, and, of its phases, to its result. */
export class RunLog {
  private readonly phases: { name: PhaseName; startedAt: string; endedAt: string | undefined }[] = [];
  private readonly path: string;
  private readonly ports: { readonly files: Files; readonly clock: Clock; readonly onEvent: (event: RunEvent) => void };
  private fileWorks = true;

  constructor(
    path: string,
    ports: { readonly files: Files; readonly clock: Clock; readonly onEvent: (event: RunEvent) => void },
  ) {
    this.path = path;
    this.ports = ports;
  }

  /** Never throws: what can't be logged must not stop a rollback. */
  readonly emit = (body: RunEventBody): void => {
    const event: RunEvent = { at: this.now(), ...body };
    this.ports.onEvent(event);
    if (!this.fileWorks) return;
    try {
      this.ports.files.append(this.path, `${JSON.stringify(event)}\n`, { flush: false });
    } catch (error) {
      this.fileWorks = false;
      this.ports.onEvent({
        at: this.now(),
        type: 'warning',
        message: `events are not written any more: ${String(error)}`,
      });
    }
  };

  /** Begins a phase, and with that ends the one before. */
  phase(name: PhaseName): void {
    this.endPhase();
    this.phases.push({ name, startedAt: this.now(), endedAt: undefined });
    this.emit({ type: 'phase', phase: name });
  }

  endPhase(): void {
    const last = this.phases.at(-1);
    if (last && last.endedAt === undefined) last.endedAt = this.now();
  }

  allPhases(): Result['phases'] {
    return this.phases.map(({ name, startedAt, endedAt }) => ({ name, startedAt, endedAt: endedAt ?? this.now() }));
  }

  private now(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }
}
