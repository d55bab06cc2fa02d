import type { Cell, Cells } from './cells.js';
import type { DeviceModel, MemberModel, Population } from './model.js';

/** Where one population's requests went in one tick: all in requests a second. */
export interface Flow {
  /** What its members sent. */
  readonly demand: number;
  /** What reached each region: the shares of `demand` in the order of the regions. */
  readonly arrivals: readonly number[];
  /** What reached no region at all. */
  readonly unreached: number;
  /** What ran into a region that did not answer, whether or not another one did then; by the region that answered. */
  readonly stalls: readonly number[];
  /** Of those, what no region answered. */
  readonly unansweredStalls: number;
  /**
   * What failed in one region, or met silence, and is sent again and again: by the region that gets it, on top of
   * `arrivals`.
   */
  readonly retries: readonly number[];
}

/** What a population's devices find when they send. */
export interface Surroundings {
  readonly demand: number;
  /** By region: the share of clients whose DNS says so; may add up to less than 1. */
  readonly shares: readonly number[];
  /** By region: whether its edge answers at all. */
  readonly answers: readonly boolean[];
  /** By region: the share of its requests that failed a moment ago. */
  readonly failing: readonly number[];
  /** By region: whether it sends nobody elsewhere, and turns away who comes again from elsewhere. */
  readonly isolated: readonly boolean[];
  readonly elapsedMs: number;
}

/** What the devices of one region send. */
interface Sent {
  readonly requests: number;
  readonly own: number;
  /** Share, among those that know a fallback, which go there at once. */
  readonly remembering: number;
  readonly up: boolean;
}

interface Models {
  readonly devices: DeviceModel;
  readonly members: MemberModel;
  readonly cells: Cells;
}

/**
 * The devices of one population. Each goes to the region that DNS gave it. When that does not answer, a device that
 * knows another endpoint tries it after a timeout, and goes straight there for a while: that, not DNS alone, is why
 * most streams start in the first minute of a dark region.
 */
export class Devices {
  private readonly model: DeviceModel;
  private readonly requestEveryMs: number;
  /** By region: the share of devices, among those that know a fallback, which remember that it did not answer. */
  private readonly away: readonly Cell[];
  /** By region: the indices of the regions to try instead, in order. */
  private readonly fallbacks: readonly (readonly number[])[];

  constructor(population: Population, regions: readonly string[], { devices, members, cells }: Models) {
    this.model = devices;
    this.requestEveryMs = members.requestEveryMs;
    this.away = regions.map((region) => cells.make(`devices/${population.name}/${region}/away`, 0));
    const order = population.fallback.map((region) => regions.indexOf(region));
    this.fallbacks = regions.map((_, own) => order.filter((other) => other >= 0 && other !== own));
  }

  /** Sends a tick's requests, and lets devices learn and forget. */
  route({ demand, shares, answers, failing, isolated, elapsedMs }: Surroundings): Flow {
    const arrivals = shares.map(() => 0);
    const stalls = shares.map(() => 0);
    let unanswered = 0;
    let resolved = 0;
    for (const [own, cell] of this.away.entries()) {
      const share = shares[own] ?? 0;
      const sent = { requests: demand * share, own, remembering: cell.value, up: answers[own] === true };
      unanswered += this.send(sent, this.fallbackFor(own, answers), { arrivals, stalls });
      resolved += share;
      this.learn(cell, sent.up, elapsedMs);
    }
    const sentAgain = this.retry({ arrivals, stalls }, answers, failing);
    // at the edge, where it costs next to nothing
    const retries = sentAgain.map((rps, region) => (isolated[region] === true ? 0 : rps));
    return {
      demand,
      arrivals,
      stalls,
      retries,
      unreached: unanswered + demand * Math.max(0, 1 - resolved),
      unansweredStalls: unanswered,
    };
  }

  /** @returns what no region answered */
  private send(
    sent: Sent,
    other: number | undefined,
    to: { readonly arrivals: number[]; readonly stalls: number[] },
  ): number {
    if (other === undefined) {
      if (sent.up) add(to.arrivals, sent.own, sent.requests);
      return sent.up ? 0 : sent.requests;
    }
    const straight = sent.requests * this.model.knowFallback * sent.remembering;
    const turning = sent.up ? 0 : sent.requests * this.model.knowFallback - straight;
    add(to.arrivals, other, straight + turning);
    add(to.stalls, other, turning);
    if (sent.up) add(to.arrivals, sent.own, sent.requests - straight);
    return sent.up ? 0 : sent.requests - straight - turning;
  }

  private retry(
    { arrivals, stalls }: Pick<Flow, 'arrivals' | 'stalls'>,
    answers: readonly boolean[],
    failing: readonly number[],
  ): readonly number[] {
    const retries = stalls.map((stalled) => stalled * this.model.crossRegionRetries);
    const again = this.model.knowFallback * this.model.crossRegionRetries;
    if (again === 0) return retries;
    for (const [own, requests] of arrivals.entries()) {
      const other = this.fallbackFor(own, answers);
      if (other !== undefined) add(retries, other, requests * (failing[own] ?? 0) * again);
    }
    return retries;
  }

  /** Where devices turn whose region does not answer; undefined: nothing else answers either. */
  private fallbackFor(own: number, answers: readonly boolean[]): number | undefined {
    return this.fallbacks[own]?.find((other) => answers[other]);
  }

  private learn(cell: Cell, up: boolean, elapsedMs: number): void {
    const forgotten = cell.value * Math.exp(-elapsedMs / this.model.rememberMs);
    const found = up ? 0 : (1 - forgotten) * (1 - Math.exp(-elapsedMs / this.requestEveryMs));
    cell.value = forgotten + found;
  }
}

function add(to: number[], index: number, value: number): void {
  to[index] = (to[index] ?? 0) + value;
}
