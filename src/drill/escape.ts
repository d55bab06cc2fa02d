import { Cancelled } from '../model/errors.js';
import type { Step } from '../model/experiment.js';
import type { Plan } from '../model/plan.js';
import type { Clock } from '../model/ports.js';
import type { AttributeNote, RunEventBody, StopReason } from '../model/run.js';
import type { Touched } from './attributes.js';
import type { RunContext } from './context.js';
import { noteOf } from './undo-verdict.js';

type Stay = Extract<Step, { kind: 'stay' }>;

/** What an escape is told with. */
export interface EscapePorts {
  readonly clock: Clock;
  readonly emit: (event: RunEventBody) => void;
  /** Ends the run with everything as it is. */
  readonly leave: (reason: Extract<StopReason, { kind: 'left' }>) => void;
}

/** By these somebody says that the traffic is to come back. Whatever else ends the process says nothing of that. */
const TOLD: readonly string[] = ['SIGINT', 'kong abort'];
/** A clock sleeps no longer than this at a time. */
const NAP_MS = 3_600_000;

/**
 * An escape from a region that is really sick: traffic never goes back there by itself. A person who stops it while the
 * traffic is out is heard, and the method goes on with the return; a terminal that closes, an error and a breach leave
 * it out.
 */
export class Escape {
  private readonly ports: EscapePorts;
  private readonly said = new Set<string>();
  private staying: AbortController | undefined;

  constructor(ports: EscapePorts) {
    this.ports = ports;
  }

  /** Keeps the traffic out until it is told otherwise, or for as long as the step says. */
  async stay({ until }: Stay, signal: AbortSignal): Promise<void> {
    const { clock, leave } = this.ports;
    if (until === 'rollback') {
      leave({ kind: 'left', because: 'asked', message: 'as asked' });
      throw new Cancelled();
    }
    this.staying = new AbortController();
    const told = AbortSignal.any([this.staying.signal, signal]);
    const endMs = until === 'told' ? Infinity : clock.now() + until;
    try {
      while (clock.now() < endMs) await clock.sleep(Math.min(NAP_MS, endMs - clock.now()), told);
    } catch (error) {
      if (!(error instanceof Cancelled) || signal.aborted) throw error;
    } finally {
      this.staying = undefined;
    }
  }

  /** @returns whether a signal was dealt with; otherwise the drill stops and rolls back, as any does */
  heed(signal: string): boolean {
    if (!TOLD.includes(signal)) {
      this.ports.leave({ kind: 'left', because: 'interrupted', message: `stopped by ${signal}` });
      return true;
    }
    if (!this.staying) return false;
    this.ports.emit({ type: 'warning', message: `${signal}: the traffic comes back, step by step; again: at once` });
    this.staying.abort();
    return true;
  }

  /** Something failed: what is changed stays so. */
  failed(message: string): void {
    this.ports.leave({ kind: 'left', because: 'error', message });
  }

  /** What would stop a drill, and only is told here. */
  get leniency(): Pick<RunContext, 'onLate'> {
    return { onLate: (message) => this.note(message) };
  }

  /** Something went wrong, or an SLI breached: told once, and no reason to send anybody back. */
  note(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.ports.emit({ type: 'warning', message: `${message}; the traffic is not sent back for that` });
  }
}

/** The escape of a plan; undefined for an ordinary drill. */
export function escapeOf(plan: Plan, ports: EscapePorts): Escape | undefined {
  return plan.experiment.escape === true ? new Escape(ports) : undefined;
}

/** What is still changed: what an undo could not put back, or what an escape leaves so on purpose. */
export function stillOut(
  stop: StopReason | undefined,
  touched: readonly Touched[],
  remaining: readonly AttributeNote[],
): readonly AttributeNote[] {
  if (stop?.kind !== 'left') return remaining;
  const open = touched.filter(({ undone }) => !undone);
  return open.map((item) => ({
    ...noteOf(item, 'left so: traffic stays out of the region'),
    now: item.ours.at(-1) ?? null,
  }));
}
