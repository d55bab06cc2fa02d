import { describe, expect, it } from 'vitest';
import { RegionCache, type CacheState, type Visitors } from '../../../src/world/traffic/cache.js';
import { Cells } from '../../../src/world/traffic/cells.js';
import { streaming } from './default-world.js';

const { cache: model } = streaming().traffic;
const WARM = 1 - model.warmHits;

function cache(home = 0.5): RegionCache {
  return new RegionCache('us-west-2', [{ name: 'americas', home, weight: 7_600 }], { model, cells: new Cells() });
}

function visitors(share: number, over: Partial<Visitors> = {}): readonly Visitors[] {
  return [{ share, rps: 1_000 * share, homeDark: 0, copyable: true, ...over }];
}

/** Lets seconds pass. */
function run(
  some: RegionCache,
  seconds: number,
  { who, serving = 6 }: { who: readonly Visitors[]; serving?: number },
): CacheState {
  let state = some.step(who, { serving, usual: 6 }, 1_000);
  for (let second = 1; second < seconds; second++) state = some.step(who, { serving, usual: 6 }, 1_000);
  return state;
}

describe('the caches of a region', () => {
  it('say nothing of visitors where nobody comes', () => {
    expect(run(cache(), 10, { who: visitors(0) })).toMatchObject({ visitorRatio: 0, strandedRatio: 0 });
  });

  it('know the members who are at home here', () => {
    expect(run(cache(), 100, { who: visitors(0.5) }).missRatio).toBeCloseTo(WARM, 6);
  });

  it('do not know members who come from another region, and learn', () => {
    const some = cache();
    const first = run(some, 1, { who: visitors(1) }).missRatio;
    expect(first).toBeCloseTo(WARM + (model.warmHits - model.coldHits) / 2 + model.crowding, 3);
    const later = run(some, model.fillMs / 1_000, { who: visitors(1) }).missRatio;
    expect(later - WARM - model.crowding).toBeCloseTo((first - WARM - model.crowding) / Math.E, 2);
  });

  it('stay warmer when members come little by little', () => {
    const some = cache();
    const worst = [0.55, 0.65, 0.8, 1].map((share) => run(some, 60, { who: visitors(share) }).missRatio);
    expect(Math.max(...worst)).toBeLessThan(run(cache(), 1, { who: visitors(1) }).missRatio - 0.02);
  });

  it('copy from other regions to instances that join, as long as those answer', () => {
    const copied = cache();
    run(copied, 120, { who: visitors(0.5), serving: 9 });
    expect(run(copied, 1, { who: visitors(1), serving: 9 }).missRatio).toBeLessThan(0.075);
    const alone = cache();
    run(alone, 120, { who: visitors(0.5, { copyable: false }), serving: 9 });
    expect(run(alone, 1, { who: visitors(1, { copyable: false }), serving: 9 }).missRatio).toBeGreaterThan(0.1);
  });

  it('forget members who are gone for long, and are cold for a part of them when they return', () => {
    const some = cache();
    run(some, model.keepMs / 1_000, { who: visitors(0) });
    const expected = WARM + (model.warmHits - model.coldHits) * (1 - 1 / Math.E);
    expect(run(some, 1, { who: visitors(0.1) }).missRatio).toBeCloseTo(expected, 2);
  });

  it('tell members whose home is dark from other visitors', () => {
    const state = run(cache(), 1, { who: visitors(1, { homeDark: 1 }) });
    expect(state.visitorRatio).toBeCloseTo(0.5, 6);
    expect(state.strandedRatio).toBeCloseTo(0.5, 6);
  });
});
