import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/host/random.js';
import { queueState } from '../../../src/world/traffic/queue.js';

/** Erlang C as textbooks write it: the share of arrivals that wait. */
function erlangC(workers: number, offered: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < workers; n++) {
    term *= offered / n;
    sum += term;
  }
  const last = ((term * offered) / workers) * (workers / (workers - offered));
  return last / (sum + last);
}

/** The same station served customer by customer: mean wait of all, and the share of the workers' time in use. */
function servedOneByOne(load: { readonly workers: number; readonly perSecond: number; readonly serviceMs: number }) {
  const random = seededRandom(7);
  const exponential = (mean: number): number => -mean * Math.log(1 - random.next());
  const freeAt = Array.from({ length: load.workers }, () => 0);
  let nowMs = 0;
  let waitMs = 0;
  let busyMs = 0;
  const customers = 400_000;
  for (let i = 0; i < customers; i++) {
    nowMs += exponential(1_000 / load.perSecond);
    const next = freeAt.indexOf(Math.min(...freeAt));
    const beginMs = Math.max(nowMs, freeAt[next] ?? 0);
    const workMs = exponential(load.serviceMs);
    freeAt[next] = beginMs + workMs;
    waitMs += beginMs - nowMs;
    busyMs += workMs;
  }
  return { waitMs: waitMs / customers, utilisation: busyMs / (nowMs * load.workers) };
}

const loads = fc.record({
  workers: fc.integer({ min: 1, max: 64 }),
  places: fc.integer({ min: 0, max: 200 }),
  arrivalsPerSecond: fc.double({ min: 0.1, max: 50_000, noNaN: true }),
  serviceMs: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
});

describe('queueState', () => {
  it('is idle without demand', () => {
    const idle = queueState({ workers: 4, places: 8, arrivalsPerSecond: 0, serviceMs: 10 });
    expect(idle).toEqual({ utilisation: 0, shedRatio: 0, waitRatio: 0, waitMs: 0 });
  });

  it.each([
    [1, 0.5],
    [4, 3.2],
    [16, 14],
    [40, 36],
  ])('is Erlang C where there is room to wait: %i workers, %f busy', (workers, offered) => {
    const serviceMs = 20;
    const state = queueState({ workers, places: 4_000, arrivalsPerSecond: (1_000 * offered) / serviceMs, serviceMs });
    expect(state.waitRatio).toBeCloseTo(erlangC(workers, offered), 6);
    expect(state.waitMs).toBeCloseTo(serviceMs / (workers - offered), 6);
    expect(state.utilisation).toBeCloseTo(offered / workers, 9);
  });

  it('is within 5 % of a station that is simulated customer by customer', () => {
    const load = { workers: 6, perSecond: 250, serviceMs: 20 };
    const simulated = servedOneByOne(load);
    const { utilisation, waitRatio, waitMs } = queueState({
      ...load,
      places: 1_000,
      arrivalsPerSecond: load.perSecond,
    });
    expect(Math.abs(utilisation / simulated.utilisation - 1)).toBeLessThan(0.05);
    expect(Math.abs((waitRatio * waitMs) / simulated.waitMs - 1)).toBeLessThan(0.05);
  });

  it('sheds what is beyond its capacity', () => {
    const { utilisation, shedRatio } = queueState({
      workers: 10,
      places: 100,
      arrivalsPerSecond: 2_000,
      serviceMs: 10,
    });
    expect(utilisation).toBeGreaterThan(0.999);
    expect(shedRatio).toBeCloseTo(0.5, 3);
  });

  it('is never better off with more load, nor worse off with a worker more', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const now = queueState(load);
        const more = queueState({ ...load, arrivalsPerSecond: load.arrivalsPerSecond * 1.1 });
        const wider = queueState({ ...load, workers: load.workers + 1 });
        const nearly = 1e-9;
        expect(more.shedRatio).toBeGreaterThanOrEqual(now.shedRatio - nearly);
        expect(more.utilisation).toBeGreaterThanOrEqual(now.utilisation - nearly);
        expect(wider.shedRatio).toBeLessThanOrEqual(now.shedRatio + nearly);
        expect(wider.utilisation).toBeLessThanOrEqual(now.utilisation + nearly);
        for (const value of Object.values(now)) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
