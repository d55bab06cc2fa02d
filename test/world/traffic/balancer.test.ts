import { describe, expect, it } from 'vitest';
import type { GroupView } from '../../../src/world/ports.js';
import { Balancer } from '../../../src/world/traffic/balancer.js';
import { Cells } from '../../../src/world/traffic/cells.js';

/** Two instances in each of three zones; `serving`: how many of them work. */
function group(serving: readonly number[], totals: readonly number[] = [2, 2, 2]): GroupView {
  const zones = serving.map((count, i) => ({ zone: `zone-${i}`, serving: count, total: totals[i] ?? 0 }));
  return { name: 'edge', max: 18, zones };
}

function balancer(retries = 2): Balancer {
  const before = new Balancer('edge', { noticeMs: 15_000, connectMs: 100, retries }, new Cells());
  before.look(group([2, 2, 2]), 0);
  return before;
}

describe('a load balancer', () => {
  it('loses everything where nobody serves, or there is no group', () => {
    expect(balancer().look(group([0, 0, 0]), 1_000).lostRatio).toBe(1);
    expect(balancer().look(undefined, 1_000)).toMatchObject({ serving: 0, lostRatio: 1 });
  });

  it('sends a zone its share until it has noticed that it is dead, and then nothing', () => {
    const edge = balancer();
    expect(edge.look(group([0, 2, 2]), 1_000).deadRatio).toBeCloseTo(1 / 3, 9);
    expect(edge.look(group([0, 2, 2]), 15_000).deadRatio).toBeCloseTo(1 / 3, 9);
    expect(edge.look(group([0, 2, 2]), 16_000)).toEqual({ serving: 4, total: 6, deadRatio: 0, lostRatio: 0 });
  });

  it('loses nothing of one dead zone, since another zone is tried', () => {
    expect(balancer().look(group([0, 2, 2]), 1_000).lostRatio).toBe(0);
  });

  it('loses what meets dead targets at every attempt', () => {
    expect(balancer(0).look(group([0, 2, 2]), 1_000).lostRatio).toBeCloseTo(1 / 3, 9);
    expect(balancer(1).look(group([0, 0, 2]), 1_000).lostRatio).toBeCloseTo(1 / 3, 9);
    expect(balancer(2).look(group([1, 1, 1]), 1_000).lostRatio).toBeCloseTo(1 / 8, 9);
  });

  it('takes back at once what works again', () => {
    const edge = balancer();
    edge.look(group([0, 2, 2]), 1_000);
    edge.look(group([0, 2, 2]), 20_000);
    expect(edge.look(group([2, 2, 2]), 21_000)).toEqual({ serving: 6, total: 6, deadRatio: 0, lostRatio: 0 });
  });

  it('sends nothing to instances that their group has let go', () => {
    expect(balancer().look(group([1, 1, 2], [1, 1, 2]), 1_000)).toMatchObject({ deadRatio: 0, lostRatio: 0 });
  });
});
