import type { LinkView } from '../ports.js';
import type { WorldLink } from '../world.js';
import type { Cell, Cells } from './cells.js';
import type { ReplicationModel } from './model.js';

interface Pair {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly target: string;
  /** Lag while all is well. */
  readonly leastMs: number;
  /** Since the last write that arrived. */
  readonly lagMs: Cell;
  /** How much of what was written has not arrived: a region that is dark writes nothing. */
  readonly missingMs: Cell;
  /** Whether packets flow both ways, or nothing is acknowledged and so counts as arrived, and nobody paused it. */
  isLinked: boolean;
}

/** How far behind a region is on what was written in another. */
export interface Lag {
  readonly source: string;
  readonly lagMs: number;
}

/** What replication is made from. */
export interface ReplicationSetup {
  readonly model: ReplicationModel;
  readonly links: readonly WorldLink[];
  readonly cells: Cells;
}

/** What decides in one tick what arrives. */
export interface ReplicationTick {
  /** By region: whether it answers. */
  readonly up: readonly boolean[];
  /** The same object as long as nothing changed. */
  readonly links: readonly LinkView[];
  readonly elapsedMs: number;
}

/**
 * Asynchronous replication between each pair of regions that are linked. Nothing arrives from or at a region that is
 * dark, over a link that is cut in one direction or both, or while it is paused; what has piled up is made up for
 * later.
 */
export class Replication {
  private readonly model: ReplicationModel;
  private readonly pairs: readonly Pair[];
  private links: readonly LinkView[] = [];

  constructor(regions: readonly string[], { model, links, cells }: ReplicationSetup) {
    this.model = model;
    this.pairs = regions.flatMap((source, from) =>
      regions.flatMap((target, to) => {
        const link = links.find((one) => from !== to && one.regions.includes(source) && one.regions.includes(target));
        if (!link) return [];
        const { lagMs: leastMs } = link;
        const cell = (what: string): Cell => cells.make(`replication/${source}/${target}/${what}`, leastMs);
        return [{ from, to, source, target, leastMs, lagMs: cell('lag'), missingMs: cell('missing'), isLinked: false }];
      }),
    );
  }

  /** Lets time pass. */
  step({ up, links, elapsedMs }: ReplicationTick): void {
    if (links !== this.links) this.look(links);
    const { catchUp, throughput } = this.model;
    for (const { from, to, leastMs, lagMs, missingMs, isLinked } of this.pairs) {
      const arrives = isLinked && up[from] === true && up[to] === true;
      const made = !arrives ? 0 : throughput < 1 ? throughput : 1 + catchUp;
      const written = up[from] === true ? 1 : 0;
      lagMs.value = Math.max(leastMs, lagMs.value + elapsedMs * (1 - made));
      missingMs.value = Math.max(leastMs, missingMs.value + elapsedMs * (written - made));
    }
  }

  /** The lags of one region, one for each other that it is linked to. */
  lagsOf(region: number): readonly Lag[] {
    return this.pairs.filter((pair) => pair.to === region).map(({ source, lagMs }) => ({ source, lagMs: lagMs.value }));
  }

  /** The most that one region lacks of what was written in another. */
  missingOf(region: number): number {
    let most = 0;
    for (const pair of this.pairs) if (pair.to === region) most = Math.max(most, pair.missingMs.value);
    return most;
  }

  private look(links: readonly LinkView[]): void {
    this.links = links;
    const flows = (from: string, to: string): boolean =>
      links.some((link) => link.from === from && link.to === to && link.flows);
    const isPaused = (from: string, to: string): boolean =>
      links.some((link) => link.from === from && link.to === to && link.paused === true);
    for (const pair of this.pairs) {
      const { source, target } = pair;
      pair.isLinked = flows(source, target) && flows(target, source) && !isPaused(source, target);
    }
  }
}
