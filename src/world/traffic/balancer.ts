import type { GroupView, Stress } from '../ports.js';
import type { Cell, Cells } from './cells.js';
import type { BalancerModel } from './model.js';

interface ZoneTargets {
  /** Targets that requests are sent to. */
  readonly listed: Cell;
  /** When some of them were first seen dead; -1: none is. */
  readonly deadSinceMs: Cell;
  serving: number;
}

/** What requests meet that are sent to one group in one region. */
export interface GroupReach {
  /** Instances that work. */
  readonly serving: number;
  readonly total: number;
  /** Share of first attempts that meet a dead target and cost a wait. */
  readonly deadRatio: number;
  /** Share of requests that fail although they were tried again in another zone. */
  readonly lostRatio: number;
  /** What else works on the instances; undefined: nothing. */
  readonly stress?: Stress | undefined;
}

/**
 * The load balancer before one group in one region. It goes on sending to targets that died until its health checks
 * have failed for long enough; an attempt at one of those is made again, each time in another zone. What its group let
 * go is taken off the list first, and is no loss. Targets that come are used at once, since an instance serves only
 * when it is warm.
 */
export class Balancer {
  private readonly name: string;
  private readonly cells: Cells;
  private readonly model: BalancerModel;
  private readonly zones = new Map<string, ZoneTargets>();

  constructor(name: string, model: BalancerModel, cells: Cells) {
    this.name = name;
    this.model = model;
    this.cells = cells;
  }

  /** Looks at the group as it is now. */
  look(view: GroupView | undefined, nowMs: number): GroupReach {
    let serving = 0;
    let total = 0;
    for (const zone of view?.zones ?? []) {
      const targets = this.zones.get(zone.zone) ?? this.add(zone.zone, zone.serving);
      targets.serving = zone.serving;
      serving += zone.serving;
      total += zone.total;
      targets.listed.value = Math.min(targets.listed.value, Math.max(zone.total, zone.serving));
      this.check(targets, nowMs);
    }
    const losses = this.losses(serving);
    const stress = view && stressIn(view, serving);
    if (!stress) return { serving, total, ...losses };
    return { serving, total, ...losses, lostRatio: 1 - (1 - losses.lostRatio) * (1 - stress.lostRatio), stress };
  }

  private add(zone: string, serving: number): ZoneTargets {
    const at = `balancer/${this.name}/${zone}`;
    const added = {
      listed: this.cells.make(`${at}/listed`, serving),
      deadSinceMs: this.cells.make(`${at}/dead`, -1),
      serving,
    };
    this.zones.set(zone, added);
    return added;
  }

  private check({ listed, deadSinceMs, serving }: ZoneTargets, nowMs: number): void {
    if (serving >= listed.value) {
      listed.value = serving;
      deadSinceMs.value = -1;
      return;
    }
    if (deadSinceMs.value < 0) deadSinceMs.value = nowMs;
    if (nowMs - deadSinceMs.value < this.model.noticeMs) return;
    listed.value = serving;
    deadSinceMs.value = -1;
  }

  private losses(serving: number): Pick<GroupReach, 'deadRatio' | 'lostRatio'> {
    const listed = sumOf(this.zones.values(), (zone) => zone.listed.value);
    if (serving === 0) return { deadRatio: 0, lostRatio: 1 };
    if (listed <= serving) return { deadRatio: 0, lostRatio: 0 };
    const lostRatio = lostAmong([...this.zones.values()], this.model.retries);
    return { deadRatio: (listed - serving) / listed, lostRatio };
  }
}

/** The stress of a group's zones as one, each by how many of its instances serve. */
function stressIn({ zones }: GroupView, serving: number): Stress | undefined {
  if (zones.every(({ stress }) => stress === undefined)) return undefined;
  const mean = (of: (stress: Stress) => number): number =>
    sumOf(zones, (zone) => (zone.stress ? of(zone.stress) * zone.serving : 0)) / Math.max(1, serving);
  const slowRatio = mean((one) => one.slowRatio);
  return {
    stressed: sumOf(zones, ({ stress }) => stress?.stressed ?? 0),
    capacityRatio: mean((one) => one.capacityRatio),
    cpuRatio: mean((one) => one.cpuRatio),
    memoryRatio: mean((one) => one.memoryRatio),
    slowRatio,
    addedMs: slowRatio > 0 ? mean((one) => one.slowRatio * one.addedMs) / slowRatio : 0,
    resentRatio: mean((one) => one.resentRatio),
    lostRatio: mean((one) => one.lostRatio),
  };
}

/** Share of requests that meet a dead target in a zone of these, and then in others, until nothing is left to try. */
function lostAmong(zones: readonly ZoneTargets[], retries: number): number {
  const listed = sumOf(zones, (zone) => zone.listed.value);
  return sumOf(zones, (zone) => {
    const dead = zone.listed.value - zone.serving;
    if (dead <= 0) return 0;
    const others = zones.filter((other) => other !== zone && other.listed.value > 0);
    const again = retries > 0 && others.length > 0 ? lostAmong(others, retries - 1) : 1;
    return (dead / listed) * again;
  });
}

function sumOf<T>(items: Iterable<T>, of: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
