import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeSchema, windowSchema } from '../../../src/experiment/schema-conditions.js';
import { NO_CONDITIONS } from '../../../src/model/conditions.js';
import { localTime } from '../../../src/model/local-time.js';
import type { Gate } from '../../../src/model/plan.js';
import { readExperiment } from '../../support/sim-drill.js';
import { FRIDAY_MS, gatesFor } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const at = (text: string): number => Date.parse(text);
const NEW_YORK = { days: ['mon-fri'], hours: '09:00-17:00', timeZone: 'America/New_York' };

async function window(wallMs: number | undefined, ...windows: readonly object[]): Promise<Gate> {
  const site = { ...NO_CONDITIONS, windows: windows.map((one) => windowSchema.parse(one)) };
  return (await gatesFor(gorilla, { circumstances: { wallMs, site } }))('window');
}

async function freeze(wallMs: number | undefined, ...freezes: readonly object[]): Promise<Gate> {
  const site = { ...NO_CONDITIONS, freezes: freezes.map((one) => freezeSchema.parse(one)) };
  return (await gatesFor(gorilla, { circumstances: { wallMs, site } }))('freeze');
}

describe('window', () => {
  it.each([
    ['before it opens', '2026-03-06T13:59:00Z'],
    ['after it closed', '2026-03-06T22:00:00Z'],
    ['so late that the drill would outlast it', '2026-03-06T21:57:00Z'],
    ['on another day', '2026-03-07T15:00:00Z'],
    ['an hour early, once summer time is over', '2026-11-06T13:30:00Z'],
  ])('refuses %s', async (_, time) => {
    const gate = await window(at(time), NEW_YORK);
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED' });
    expect(gate.message).toContain('kong.yaml allows mon tue wed thu fri 09:00-17:00 America/New_York');
  });

  it("refuses outside the experiment's own window, although kong.yaml would let it", async () => {
    const own = { ...NO_CONDITIONS, windows: [windowSchema.parse({ hours: '20:00-21:00' })] };
    const site = { ...NO_CONDITIONS, windows: [windowSchema.parse(NEW_YORK)] };
    const gate = await gatesFor({ ...gorilla, conditions: own }, { circumstances: { wallMs: FRIDAY_MS, site } });
    expect(gate('window').message).toContain('the experiment allows every day 20:00-21:00 UTC');
  });

  it.each([
    ['while it is open', '2026-03-06T15:00:00Z', [NEW_YORK]],
    ['by the summer time of its place', '2026-06-05T13:30:00Z', [NEW_YORK]],
    ['past midnight', '2026-03-07T02:00:00Z', [{ days: ['fri'], hours: '22:00-04:00' }]],
    ['across the midnight of two days', '2026-03-06T23:59:00Z', [{ days: ['fri', 'sat'] }]],
    ['in one of several', '2026-03-06T03:00:00Z', [NEW_YORK, { hours: '02:00-06:00' }]],
  ])('passes %s', async (_, time, windows) => {
    expect((await window(at(time), ...windows)).passed).toBe(true);
  });

  it('passes in the simulator, which has no calendar, and where none is set', async () => {
    expect((await window(undefined, NEW_YORK)).message).toContain('simulated');
    expect((await window(at('2026-03-07T15:00:00Z'))).message).toContain('no window is set');
  });
});

describe('freeze', () => {
  const PEAK = { from: '2026-11-20', to: '2026-11-30', reason: 'the busiest week', timeZone: 'America/New_York' };

  it.each([
    ['on its first day', '2026-11-20T05:00:00Z'],
    ['on its last', '2026-12-01T04:59:00Z'],
    ['so shortly before that the drill would run into it', '2026-11-20T04:58:00Z'],
  ])('refuses %s', async (_, time) => {
    const gate = await freeze(at(time), PEAK);
    expect(gate).toMatchObject({ passed: false, message: 'the busiest week, from 2026-11-20 to 2026-11-30' });
  });

  it('refuses between two moments', async () => {
    const moments = { from: '2026-03-06T14:00:00Z', to: '2026-03-06T16:00:00+00:00', reason: 'a launch' };
    expect((await freeze(FRIDAY_MS, moments)).passed).toBe(false);
    expect((await freeze(at('2026-03-06T16:00:00Z'), moments)).passed).toBe(true);
  });

  it('passes before and after it, in the simulator, and where none is set', async () => {
    expect((await freeze(at('2026-11-19T12:00:00Z'), PEAK)).passed).toBe(true);
    expect((await freeze(at('2026-12-01T05:00:00Z'), PEAK)).passed).toBe(true);
    expect((await freeze(undefined, PEAK)).passed).toBe(true);
    expect((await freeze(FRIDAY_MS)).message).toBe('no freeze is set');
  });
});

describe('local time', () => {
  it('is what UTC says in UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const date = new Date(seconds * 1_000);
        expect(localTime(seconds * 1_000, 'UTC')).toEqual({
          day: date.getUTCDay(),
          minute: date.getUTCHours() * 60 + date.getUTCMinutes(),
          date: date.toISOString().slice(0, 10),
        });
      }),
    );
  });
});
