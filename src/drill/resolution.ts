import { lookUp, type KnownAddresses } from '../inventory/look-up-names.js';
import { formatDuration } from '../model/duration.js';
import { Cancelled, KongError, messageOf } from '../model/errors.js';
import type { Plan, PlannedStep } from '../model/plan.js';
import type { Clock } from '../model/ports.js';
import {
  waitMsOf,
  type NameCounts,
  type OpenResolver,
  type ResolutionPlan,
  type ResolutionSeen,
  type ResolutionStage,
} from '../model/resolution.js';
import type { RunEventBody, StopReason } from '../model/run.js';
import { beginLooking, lastLookOf, noteLook, type Looking } from './looking.js';
import { seenOf, type LastLook } from './resolution-seen.js';

/** What a drill looks at a resolver with. */
export interface ResolutionPorts {
  readonly clock: Clock;
  readonly emit: (event: RunEventBody) => void;
  /** Undefined: nobody can be asked. */
  readonly open: OpenResolver | undefined;
}

interface Waiting {
  readonly signal: AbortSignal;
  /** Once, where the first look is not enough. */
  readonly onWait?: () => void;
}

type Checked = Extract<ResolutionPlan, { checked: true }>;

/** No sooner than this again: a resolver is shared. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Whether the members' resolvers follow a shift and its return. It looks beside the drill, at its polls; the drill
 * waits for it only before a fault that darkens what traffic has left, and at the very end.
 */
export class Resolution {
  private readonly plan: Checked;
  private readonly ports: ResolutionPorts;
  private readonly look: () => Promise<readonly NameCounts[]>;
  private readonly stages = new Map<ResolutionStage, Looking>();
  private open: Looking | undefined;
  private underWay: { readonly open: Looking; readonly done: Promise<void> } | undefined;
  private hasMoved = false;
  private readonly released = new AbortController();
  private readonly warned = new Set<ResolutionStage>();

  constructor(plan: Checked, open: OpenResolver, ports: ResolutionPorts) {
    this.plan = plan;
    this.ports = ports;
    const addresses: KnownAddresses = new Map();
    const { names, region, resolver } = plan;
    const ask = open(resolver);
    const { samples } = resolver;
    this.look = () => lookUp({ names, region, samples, ask, addresses, now: () => ports.clock.now() });
  }

  /** Before anything is moved. */
  baseline(): void {
    this.begin('before');
  }

  /**
   * A step is about to begin.
   *
   * @throws Cancelled when the signal fires
   * @throws KongError NOT_VERIFIED where a fault would darken what answers still lead to
   */
  async beforeStep({ step }: PlannedStep, signal: AbortSignal): Promise<void> {
    if (step.kind === 'shift' || step.kind === 'return') this.pause();
    if (step.kind === 'shift') this.hasMoved = true;
    if (step.kind === 'fault') await this.awaitGone(signal);
    if (step.kind === 'stay' && step.until === 'rollback') await this.tellGone(signal);
  }

  /** A step is done, and Route 53 in sync about it. */
  afterStep({ step }: PlannedStep): void {
    if (step.kind !== 'shift' && step.kind !== 'return') return;
    if (step.steps.at(-1) === 1) this.begin(step.kind === 'shift' ? 'moved' : 'returned');
  }

  /** A rollback is about to change weights. */
  pause(): void {
    this.open = undefined;
  }

  /** Somebody wants an end: there is nothing left to wait for but what a resolver says. */
  release(): void {
    this.released.abort();
  }

  /** Everything is written back. `isLast`: nobody looks after this. */
  async putBack({ kind }: StopReason, isLast: boolean): Promise<void> {
    // whoever interrupts wants it restored, and not watched
    if (!this.hasMoved || kind === 'interrupted' || kind === 'unmeasurable') return;
    this.open = this.stages.get('returned');
    if (this.open) this.poll();
    else this.begin('returned');
    if (!isLast || !this.open) return;
    try {
      await this.lookUntil(() => !this.isWaiting(), this.open, this.released);
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }

  /** Looks beside the drill, unless it still does, or knows. */
  poll(): void {
    const { open, ports: { clock } } = this;
    if (!open || open.isOver) return;
    if (open.counts === undefined || clock.now() - open.atMs >= LOOK_AGAIN_MS) void this.lookNow();
  }

  /** Whether the drill should go on for a while: names that lead elsewhere may only have been kept by a cache. */
  isWaiting(): boolean {
    const { open } = this;
    if (open?.stage !== 'returned' || open.isOver || this.isLate(open)) return false;
    return open.counts === undefined || open.counts.some(({ region, unknown }) => region + unknown === 0);
  }

  /** Waits for the look that is under way, if there is one. */
  async settled(): Promise<void> {
    await this.underWay?.done;
  }

  /** What was seen, for the result. */
  seen(): ResolutionSeen {
    const of = (stage: ResolutionStage): LastLook | undefined => {
      const looking = this.stages.get(stage);
      return looking && lastLookOf(looking);
    };
    const before = this.stages.get('before')?.counts ? of('before') : undefined;
    return seenOf(this.plan, { before, moved: of('moved'), returned: of('returned') });
  }

  private begin(stage: ResolutionStage): void {
    this.open = beginLooking(stage, this.ports.clock.now());
    this.stages.set(stage, this.open);
    this.poll();
  }

  /** Waits until no answer leads to the region any more, for as long as caches may keep one, and as long again. */
  private async awaitGone(signal: AbortSignal): Promise<void> {
    const { open } = this;
    if (open?.stage !== 'moved') return;
    const leading = (): readonly NameCounts[] => open.counts?.filter(({ region }) => region > 0) ?? [];
    await this.lookUntil(() => leading().length === 0, open, { signal, onWait: () => this.tellWait(open) });
    const [first] = leading();
    if (!first) return;
    const { name, asked, region } = first;
    const after = `${Math.round((open.atMs - open.fromMs) / 1_000)}s after the shift`;
    const answers = `${region} of ${asked} answers of ${this.plan.resolver.address} for ${name}`;
    throw new KongError('NOT_VERIFIED', `${answers} still lead to ${this.plan.region}, ${after}`, {
      fix: 'find out who keeps answers longer than their time to live, shorten that, or hold longer before the fault',
    });
  }

  private tellWait({ fromMs }: Looking): void {
    const { resolver, names, region } = this.plan;
    const leftMs = fromMs + waitMsOf(names) - this.ports.clock.now();
    const span = formatDuration(Math.max(0, Math.round(leftMs / 1_000)) * 1_000);
    const message = `answers of ${resolver.address} still lead to ${region}: waiting for that to end, at most ${span}`;
    this.ports.emit({ type: 'warning', message });
  }

  /** Nothing is darkened, so it is told alone. */
  private async tellGone(signal: AbortSignal): Promise<void> {
    try {
      await this.awaitGone(signal);
    } catch (error) {
      if (!(error instanceof KongError)) throw error;
      this.ports.emit({ type: 'warning', message: error.message });
    }
  }

  private async lookUntil(is: () => boolean, open: Looking, { signal, onWait }: Waiting): Promise<void> {
    for (let looks = 0; ; looks++) {
      await this.lookNow();
      if (signal.aborted) throw new Cancelled();
      if (is() || this.isLate(open)) return;
      if (looks === 0) onWait?.();
      await this.ports.clock.sleep(LOOK_AGAIN_MS, signal);
    }
  }

  /** One look at a time. What another stage still looks at tells nothing of this one: it is waited for. */
  private lookNow(): Promise<void> {
    const { open, underWay } = this;
    if (!open) return Promise.resolve();
    if (underWay?.open === open) return underWay.done;
    const done = this.lookFor(open, underWay?.done).finally(() => {
      if (this.underWay?.done === done) this.underWay = undefined;
    });
    this.underWay = { open, done };
    return done;
  }

  private async lookFor(open: Looking, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (this.open !== open) return;
    try {
      const counts = await this.look();
      // weights have been changed meanwhile: who knows which answers are of before
      if (this.open === open) this.note(open, counts);
    } catch (error) {
      this.warnOnce(open.stage, messageOf(error));
    }
  }

  private note(open: Looking, counts: readonly NameCounts[]): void {
    const { resolver, region, names } = this.plan;
    const { stage } = open;
    const isNews = JSON.stringify(open.counts) !== JSON.stringify(counts);
    noteLook(open, counts, { names, nowMs: this.ports.clock.now() });
    if (isNews) this.ports.emit({ type: 'resolution', stage, resolver: resolver.address, region, names: counts });
    const dumb = counts.find(({ unknown, asked }) => unknown > 0 || asked === 0);
    if (dumb) this.warnOnce(stage, `${dumb.name} ${dumb.type}: ${dumb.why ?? 'not asked'}`);
  }

  private isLate({ fromMs }: Looking): boolean {
    return this.ports.clock.now() - fromMs >= waitMsOf(this.plan.names);
  }

  private warnOnce(stage: ResolutionStage, why: string): void {
    if (this.warned.has(stage)) return;
    this.warned.add(stage);
    const message = `whether members follow is not known from ${this.plan.resolver.address}: ${why}`;
    this.ports.emit({ type: 'warning', message });
  }
}

/** Looks at the resolver of a plan; undefined where it has none. */
export function resolutionOf({ resolution }: Plan, ports: ResolutionPorts): Resolution | undefined {
  if (resolution?.checked !== true || !ports.open) return undefined;
  return new Resolution(resolution, ports.open, ports);
}

/** What the result of a drill says of who followed it; undefined where nothing was to be followed. */
export function resolutionSeen({ resolution: plan }: Plan, looked: Resolution | undefined): ResolutionSeen | undefined {
  if (looked) return looked.seen();
  return plan?.checked === true ? { checked: false, why: 'nobody could be asked' } : plan;
}
