import type { Cell, Cells } from './cells.js';
import type { ReplicationModel } from './model.js';

interface Pair {
  readonly from: number;
  readonly to: number;
  readonly source: string;
  /** Since the last write that arrived. */
  readonly lagMs: Cell;
  /** How much of what was written has not arrived: a region that is dark writes nothing. */
  readonly missingMs: Cell;
}

/** How far behind a region is on what was written in another. */
export interface Lag {
  readonly source: string;
  readonly lagMs: number;
}

/**
 * Asynchronous replication between each pair of regions. Nothing arrives from or at a region that is dark, and what
 * has piled up is made up for later.
 */
export class Replication {
  private readonly model: ReplicationModel;
  private readonly pairs: readonly Pair[];

  constructor(regions: readonly string[], model: ReplicationModel, cells: Cells) {
    this.model = model;
    this.pairs = regions.flatMap((source, from) =>
      regions.flatMap((target, to) =>
        from === to
          ? []
          : [
              {
                from,
                to,
                source,
                lagMs: cells.make(`replication/${source}/${target}/lag`, model.lagMs),
                missingMs: cells.make(`replication/${source}/${target}/missing`, model.lagMs),
              },
            ],
      ),
    );
  }

  /** Lets time pass; `up`: by region, whether it answers. */
  step(up: readonly boolean[], elapsedMs: number): void {
    const { lagMs: least, catchUp, throughput } = this.model;
    for (const { from, to, lagMs, missingMs } of this.pairs) {
      const linked = up[from] === true && up[to] === true;
      const made = !linked ? 0 : throughput < 1 ? throughput : 1 + catchUp;
      const written = up[from] === true ? 1 : 0;
      lagMs.value = Math.max(least, lagMs.value + elapsedMs * (1 - made));
      missingMs.value = Math.max(least, missingMs.value + elapsedMs * (written - made));
    }
  }

  /** The lags of one region, one for each other. */
  lagsOf(region: number): readonly Lag[] {
    return this.pairs.filter((pair) => pair.to === region).map(({ source, lagMs }) => ({ source, lagMs: lagMs.value }));
  }

  /** The most that one region lacks of what was written in another. */
  missingOf(region: number): number {
    let most = 0;
    for (const pair of this.pairs) if (pair.to === region) most = Math.max(most, pair.missingMs.value);
    return most;
  }
}
