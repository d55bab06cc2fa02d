import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../../src/world/traffic/cells.js';
import { Devices, type Flow, type Surroundings } from '../../../src/world/traffic/devices.js';
import type { DeviceModel } from '../../../src/world/traffic/model.js';
import { streaming } from './default-world.js';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const { populations, members } = streaming().traffic;

function devices(model: Partial<DeviceModel> = {}): Devices {
  const americas = populations.find(({ name }) => name === 'americas');
  if (!americas) throw new Error('the default world has no americas');
  const all = { knowFallback: 0.9, timeoutMs: 2_000, rememberMs: 180_000, crossRegionRetries: 0, ...model };
  return new Devices(americas, REGIONS, { devices: all, members, cells: new Cells() });
}

function around(over: Partial<Surroundings> = {}): Surroundings {
  return {
    demand: 1_000,
    shares: [0.5, 0.5, 0],
    answers: [true, true, true],
    failing: [0, 0, 0],
    isolated: [false, false, false],
    elapsedMs: 1_000,
    ...over,
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('devices', () => {
  it('reach nothing where no region answers', () => {
    const flow = devices().route(around({ answers: [false, false, false] }));
    expect(flow).toMatchObject({ arrivals: [0, 0, 0], unreached: 1_000 });
  });

  it('reach nothing where DNS has no answer for them', () => {
    expect(devices().route(around({ shares: [0.5, 0.2, 0] })).unreached).toBeCloseTo(300, 6);
  });

  it('go where DNS sends them', () => {
    expect(devices().route(around())).toMatchObject({ arrivals: [500, 500, 0], unreached: 0, stalls: [0, 0, 0] });
  });

  it('turn to another region when theirs is silent, if they know one, and stall', () => {
    const flow = devices().route(around({ answers: [false, true, true] }));
    expect(flow.arrivals).toEqual([0, 950, 0]);
    expect(flow.unreached).toBeCloseTo(50, 6);
    expect(flow.stalls[1]).toBeCloseTo(450, 6);
  });

  it('remember for a while that their region was silent', () => {
    const some = devices();
    const dark = around({ answers: [false, true, true] });
    for (let second = 0; second < 300; second++) some.route(dark);
    expect(some.route(dark).stalls[1]).toBeLessThan(120);
    expect(some.route(around()).arrivals[1]).toBeGreaterThan(800);
    for (let second = 0; second < 1_200; second++) some.route(around());
    expect(some.route(around()).arrivals[0]).toBeCloseTo(500, 0);
  });

  it('send again what failed, to the next region, only where nobody forbids it', () => {
    const failing = [0.2, 0, 0];
    expect(devices().route(around({ failing })).retries).toEqual([0, 0, 0]);
    expect(devices({ crossRegionRetries: 2 }).route(around({ failing })).retries[1]).toBeCloseTo(
      500 * 0.2 * 0.9 * 2,
      6,
    );
  });

  it('lose no request: each reaches a region, or none', () => {
    const share = fc.double({ min: 0, max: 1 / 3, noNaN: true });
    const up = fc.boolean();
    fc.assert(
      fc.property(
        fc.array(fc.record({ shares: fc.tuple(share, share, share), answers: fc.tuple(up, up, up) }), {
          maxLength: 20,
        }),
        (steps) => {
          const some = devices();
          for (const step of steps) {
            const flow: Flow = some.route(around(step));
            expect(sum(flow.arrivals) + flow.unreached).toBeCloseTo(1_000, 6);
            expect(Math.min(...flow.arrivals, ...flow.stalls, flow.unreached)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
