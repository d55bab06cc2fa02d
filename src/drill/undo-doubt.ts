import { driverOf } from '../changes/registry.js';
import type { Touched } from './attributes.js';
import type { RunContext } from './context.js';
import type { Judged } from './undo-verdict.js';

/** How long a call whose answer was lost may still take effect, and reads may lag behind writes. */
const CONSISTENCY_MS = 10_000;
/** How long calls that were on their way are waited for: the client's own limit. */
const IN_FLIGHT_MS = 30_000;

/** What one undo has sent, and which of its reads may not be believed yet. */
export class Doubt {
  /** Changes whose attribute was written back, or tried to be. */
  readonly written = new Set<string>();
  private readonly sentAtMs = new Map<string, number>();
  private readonly changed = new Set<string>();
  private readonly context: RunContext;
  private readonly startedAtMs: number;
  /** From when on nothing that was sent before the undo is on its way any more. */
  private quietAtMs: number;
  /** When calls from before the undo were last seen on their way. */
  private busyAtMs = -Infinity;

  constructor(context: RunContext) {
    const { clock, inFlight } = context;
    this.context = context;
    this.startedAtMs = clock.now();
    this.quietAtMs = this.startedAtMs + (inFlight.size > 0 ? IN_FLIGHT_MS : 0);
    void Promise.allSettled([...inFlight]).then(() => {
      this.quietAtMs = Math.min(this.quietAtMs, clock.now());
    });
  }

  /**
   * Whether what was read may be an old answer, or soon be overtaken: where a call was never answered, until it can't
   * arrive any more; where it was, until it has been seen to take effect, or reads must have caught up with it.
   */
  isDoubtful(item: Touched): boolean {
    if (this.mayComeLate(item)) return true;
    const now = this.context.clock.now();
    if (!item.confirmed) return now < this.quietAtMs + CONSISTENCY_MS;
    if (this.changed.has(item.change) || this.context.journal.hasTakenHold(item.latest)) return false;
    return now < this.since(item.touchedAtMs) + CONSISTENCY_MS;
  }

  /** What is ours is written back; so is, once, what reads as before and may still turn out not to be. */
  needsWriting({ relation, verdict: { item } }: Judged): boolean {
    if (relation === 'before') return this.isDoubtful(item) && !this.written.has(item.change);
    if (relation !== 'after' && relation !== 'partly') return false;
    this.changed.add(item.change);
    return driverOf(item.attribute).repeatable || this.hasSettled(item);
  }

  /** Notes that an attribute is about to be written back. */
  sending(item: Touched): void {
    this.written.add(item.change);
    this.sentAtMs.set(item.change, this.context.clock.now());
  }

  /** Whether more of what was taken away may come: also from a call of this process's that has had no answer. */
  private mayComeLate({ attribute, change, triedAtMs = Infinity }: Touched): boolean {
    const { lateSeconds } = driverOf(attribute);
    if (lateSeconds === undefined) return false;
    const { clock, inFlight } = this.context;
    if (inFlight.size > 0) this.busyAtMs = clock.now();
    const takenAwayMs = this.sentAtMs.get(change) ?? (triedAtMs === Infinity ? Infinity : this.since(triedAtMs));
    return clock.now() < Math.max(takenAwayMs, this.busyAtMs) + lateSeconds * 1_000;
  }

  /** Whether reads show all that was done to it, by this process or another. */
  private hasSettled({ change, touchedAtMs, triedAtMs = -Infinity }: Touched): boolean {
    const lastMs = this.sentAtMs.get(change) ?? this.since(Math.max(touchedAtMs, triedAtMs));
    return this.context.clock.now() >= lastMs + CONSISTENCY_MS;
  }

  /** The time of an entry, which another machine's clock may have put in the future. */
  private since(atMs: number): number {
    return Math.min(atMs, this.startedAtMs);
  }
}
