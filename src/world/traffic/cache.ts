import type { Cell, Cells } from './cells.js';
import type { Home } from './homes.js';
import type { CacheModel } from './model.js';

/** One population as one region's caches see it. */
interface Known {
  /** Share of the population for which the region's caches were made. */
  readonly home: number;
  /** How much the population weighs among others: its peak. */
  readonly weight: number;
  /**
   * Share of the population that the region serves, or served not long ago, or is at home here: who its requests may
   * come from.
   */
  readonly pool: Cell;
  /** Share of the population whose entries are here. */
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
  /** Of the regions that are home to its other members, the share that is dark, 0..1. */
  readonly homeDark: number;
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
  /** Share of requests from members whose home is dark, 0..1. */
  readonly strandedRatio: number;
}

/**
 * The caches of one region. They know the members whom the region serves; who comes from another region finds only
 * what all members share, until the caches have filled. Instances that join beyond the usual number bring a copy of
 * the other regions' entries, as long as those answer. More members for each instance than usual crowd out each
 * other's entries.
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
      pool: cells.make(`cache/${region}/${name}/pool`, home),
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
    let stranded = 0;
    let members = 0;
    let usual = 0;
    for (const [index, known] of this.known.entries()) {
      const visitor = visitors[index];
      if (!visitor) continue;
      this.copy(known, visitor, { cover, elapsedMs });
      known.pool.value = Math.max(known.pool.value, visitor.share);
      hits += visitor.rps * this.hitsFor(known);
      rps += visitor.rps;
      const visiting = visitor.share > 0 ? visitor.rps * Math.max(0, 1 - known.home / visitor.share) : 0;
      away += visiting;
      stranded += visiting * visitor.homeDark;
      members += visitor.share * known.weight;
      usual += known.home * known.weight;
      age(known, visitor.share, { fresh, gone });
    }
    if (rps <= 0) return { missRatio: 1 - this.model.warmHits, visitorRatio: 0, strandedRatio: 0 };
    const pressure = usual > 0 && nodes.usual > 0 ? (members / usual) * (nodes.usual / Math.max(1, nodes.serving)) : 1;
    const crowded = this.model.crowding * Math.max(0, pressure - 1);
    return {
      missRatio: Math.min(1, Math.max(0, 1 - hits / rps + crowded)),
      visitorRatio: away / rps,
      strandedRatio: stranded / rps,
    };
  }

  private coverOf({ serving, usual }: CacheNodes): number {
    return Math.min(1, Math.max(0, serving - usual) / this.model.copyInstances);
  }

  private copy(
    { copied }: Known,
    { copyable }: Visitors,
    now: { readonly cover: number; readonly elapsedMs: number },
  ): void {
    if (now.cover < copied.value) copied.value = now.cover;
    else if (copyable) copied.value += (now.cover - copied.value) * (1 - Math.exp(-now.elapsedMs / this.model.copyMs));
  }

  private hitsFor({ warm, pool, copied }: Known): number {
    const { warmHits, coldHits, copiedHits } = this.model;
    const cold = pool.value > 0 ? 1 - warm.value / pool.value : 1;
    return warmHits * (1 - cold) + cold * (coldHits + copied.value * (copiedHits - coldHits));
  }
}

/**
 * Entries of members who are here appear, entries of members who are not expire: anyone of the pool may be the one or
 * the other.
 */
function age(
  { home, pool, warm }: Known,
  share: number,
  { fresh, gone }: { readonly fresh: number; readonly gone: number },
): void {
  if (pool.value <= 0) return;
  const present = share / pool.value;
  const learnt = (pool.value - warm.value) * present * fresh;
  const expired = warm.value * (1 - present) * gone;
  warm.value = Math.min(pool.value, warm.value + learnt - expired);
  const least = Math.max(home, share);
  pool.value = Math.max(warm.value, least + (pool.value - least) * (1 - gone));
}
