import { describe, expect, it } from 'vitest';
import { NO_CONDITIONS } from '../../../src/model/conditions.js';
import type { Gate } from '../../../src/model/plan.js';
import { openBench, readExperiment } from '../../support/sim-drill.js';
import { gatesFor, withGroup, type Changed } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const kong = readExperiment('kong-us-east-1');

async function room(experiment: typeof kong, changed: Changed = {}): Promise<Gate> {
  return (await gatesFor(experiment, changed))('survivors.room');
}

describe('survivors.room', () => {
  it('refuses where the survivors can not grow, with the numbers', async () => {
    const gate = await room(kong, { bench: openBench({ set: ['traffic.flaws.no-headroom=true'] }) });
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED', fix: expect.stringContaining('maximum') as unknown });
    const [, share, now, arriving, of] =
      /would be at ([\d.]+) % of its maximum \(work for ([\d.]+) now \+ ([\d.]+) arriving, of (\d+) instances/.exec(
        gate.message,
      ) ?? [];
    expect(Number(of)).toBe(6);
    expect(Number(share)).toBeGreaterThan(80);
    expect(Number(share)).toBeCloseTo((100 * (Number(now) + Number(arriving))) / 6, -0.5);
    expect(gate.message).toContain('limit 80 %');
  });

  it("refuses where the rest of a zone drill's group is at its maximum", async () => {
    const full = withGroup('us-east-1', 'edge', ({ desired }) => ({ max: desired }));
    expect((await room(gorilla, { inventory: full })).passed, '38 % on 4 of 6').toBe(true);
    const fuller = withGroup('us-east-1', 'edge', () => ({ max: 4 }));
    const gate = await room(gorilla, { inventory: fuller });
    expect(gate).toMatchObject({
      passed: false,
      message: expect.stringContaining('us-east-1/edge would be at') as unknown,
    });
  });

  it('refuses what would leave a group without an instance, whatever its load', async () => {
    const small = withGroup('us-east-1', 'edge', () => ({ max: 2 }));
    expect((await room(gorilla, { inventory: small })).message).toContain('us-east-1/edge would have no instance left');
  });

  it('refuses where no survivor has a group for what is lost', async () => {
    const renamed = withGroup('us-west-2', 'edge', () => ({ members: [], name: 'gone' }));
    const gate = await room(kong, { inventory: renamed });
    expect(gate).toMatchObject({ passed: false, message: 'no surviving region has a group for us-east-1/edge' });
  });

  it('refuses where nobody knows how busy a group is', async () => {
    const site = { ...NO_CONDITIONS, capacity: { namespace: undefined, metric: 'CPUUtilisation', limit: 0.8 } };
    const gate = await room(gorilla, { circumstances: { site } });
    expect(gate.passed).toBe(false);
    expect(gate.message).toContain('not known how busy us-east-1/edge, us-east-1/playback, us-east-1/platform are');
    expect((await room(gorilla, { circumstances: { loads: { known: false, why: 'throttled' } } })).message).toBe(
      'not known: throttled',
    );
  });

  it('takes groups of other names for one another, all together', async () => {
    const renamed = withGroup('us-west-2', 'edge', () => ({ name: 'front' }));
    const loads = {
      known: true,
      value: ['us-east-1', 'us-west-2'].flatMap((region) =>
        ['edge', 'front', 'playback', 'platform'].map((group) => ({ region, group, utilisation: 0.4 })),
      ),
    } as const;
    expect((await room(kong, { inventory: renamed, circumstances: { loads } })).passed).toBe(true);
    const busy = loads.value.map((one) => (one.group === 'edge' ? { ...one, utilisation: 2.5 } : one));
    const gate = await room(kong, { inventory: renamed, circumstances: { loads: { known: true, value: busy } } });
    expect(gate).toMatchObject({
      passed: false,
      message: expect.stringMatching(
        /us-west-2\/front would be at 96.7 % .*work for 2.4 now \+ 15 arriving, of 18/,
      ) as unknown,
    });
  });

  it('holds against the limit that the experiment or kong.yaml sets', async () => {
    const capacity = { namespace: undefined, metric: 'CPUUtilization', limit: 0.2 };
    expect((await room({ ...kong, conditions: { ...NO_CONDITIONS, capacity } })).passed).toBe(false);
    expect((await room(kong, { circumstances: { site: { ...NO_CONDITIONS, capacity } } })).passed).toBe(false);
  });

  it('passes the default world, whose survivors may grow to three times their size', async () => {
    const gate = await room(kong);
    expect(gate.passed).toBe(true);
    expect(gate.message).toMatch(/^us-west-2\/\w+ would be at 2\d.\d % of its maximum/);
    expect(gate.message).toContain('of 18 instances');
  });
});
