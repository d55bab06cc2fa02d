import type { Cell, Cells } from './cells.js';
import type { Home } from './homes.js';
import type { CacheModel } from './model.js';

/** One population as one region's caches see it. */
interface Known {
  /** Share of the population for which the region's caches were made. */
  readonly home: number;
  /** How much the population weighs among others: its peak. */
  readonly weight: number;
  /** Share of the population whose entries are here because it is, or was, served here. */
  readonly warm: Cell;
  /** Share of the rest whose entries were copied from elsewhere, 0..1. */
  readonly copied: Cell;
}

/** What the caches of a region are told about a population at each tick. */
export interface Visitors {
  /** Share of the population that is served here now. */
  readonly share: number;
  /** Its requests here, a second. */
  readonly rps: number;
  /** Whether another region answers from which its entries could be copied. */
  readonly copyable: boolean;
}

/** What the caches are made of. */
export interface CacheNodes {
  readonly serving: number;
  /** What the region has on a usual day. */
  readonly usual: number;
}

/** How one region's caches fare. */
export interface CacheState {
  /** Share of lookups that miss, 0..1. */
  readonly missRatio: number;
  /** Share of requests from members whose home is elsewhere, 0..1. */
  readonly visitorRatio: number;
}

/**
 * The caches of one region. They know the members whom the region serves; who comes from another region finds only what all members share, until
 * the caches have filled. Instances that join beyond the usual number bring a copy of the other regions' entries, as long as those answer. More
 * members for each instance than usual crowd out each other's entries.
 */
export class RegionCache {
  private readonly model: CacheModel;
  private readonly known: readonly Known[];

  /** @param populations - in the order in which `step` is told of them */
  constructor(
    region: string,
    populations: readonly Home[],
    { model, cells }: { readonly model: CacheModel; readonly cells: Cells },
  ) {
    this.model = model;
    this.known = populations.map(({ name, home, weight }) => ({
      home,
      weight,
      warm: cells.make(`cache/${region}/${name}/warm`, home),
      copied: cells.make(`cache/${region}/${name}/copied`, 0),
    }));
  }

  /** Lets time pass, and says how the lookups of this tick fare. */
  step(visitors: readonly Visitors[], nodes: CacheNodes, elapsedMs: number): CacheState {
    const fresh = 1 - Math.exp(-elapsedMs / this.model.fillMs);
    const gone = 1 - Math.exp(-elapsedMs / this.model.keepMs);
    const cover = this.coverOf(nodes);
    let hits = 0;
    let rps = 0;
    let away = 0;
    let members = 0;
    let usual = 0;
    for (const [index, known] of this.known.entries()) {
      const visitor = visitors[index];
      if (!visitor) continue;
      this.copy(known, visitor, { cover, elapsedMs });
      hits += visitor.rps * this.hitsFor(known, visitor.share);
      rps += visitor.rps;
      away += visitor.share > 0 ? visitor.rps * Math.max(0, 1 - known.home / visitor.share) : 0;
      members += visitor.share * known.weight;
      usual += known.home * known.weight;
      known.warm.value += (visitor.share - known.warm.value) * (visitor.share > known.warm.value ? fresh : gone);
    }
    if (rps <= 0) return { missRatio: 1 - this.model.warmHits, visitorRatio: 0 };
    const pressure = usual > 0 && nodes.usual > 0 ? (members / usual) * (nodes.usual / Math.max(1, nodes.serving)) : 1;
    const crowded = this.model.crowding * Math.max(0, pressure - 1);
    return { missRatio: Math.min(1, Math.max(0, 1 - hits / rps + crowded)), visitorRatio: away / rps };
  }

  private coverOf({ serving, usual }: CacheNodes): number {
    return Math.min(1, Math.max(0, serving - usual) / this.model.copyInstances);
  }

  private copy({ copied }: Known, { copyable }: Visitors, now: { readonly cover: number; readonly elapsedMs: number }): void {
    if (now.cover < copied.value) copied.value = now.cover;
    else if (copyable) copied.value += (now.cover - copied.value) * (1 - Math.exp(-now.elapsedMs / this.model.copyMs));
  }

  private hitsFor({ warm, copied }: Known, share: number): number {
    const { warmHits, coldHits, copiedHits } = this.model;
    const cold = share > 0 ? Math.max(0, share - warm.value) / share : 0;
    return warmHits * (1 - cold) + cold * (coldHits + copied.value * (copiedHits - coldHits));
  }
}
