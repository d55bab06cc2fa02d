import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.js';
import { forecastOf } from '../../src/plan/forecast.js';

const capacity = (id: string, before: number, after: number): Change => ({
  kind: 'reversible',
  id,
  attribute: 'asg.desiredCapacity',
  resource: { type: 'asg', region: 'us-west-2', id },
  before,
  after,
});

describe('the forecast of a plan', () => {
  it('counts one call for each instance that a pre-warmed group has to lose again', () => {
    const step = { step: { kind: 'prewarm' as const, capacity: 3 }, title: 'prewarm' };
    const forecast = forecastOf([{ ...step, batches: [[capacity('a', 100, 300), capacity('b', 10, 30)]] }]);
    expect(forecast.writeCalls).toBe(2);
    expect(forecast.undoCalls).toBe(220);
    expect(forecast.rollbackSeconds).toBeGreaterThanOrEqual(44);
  });

  it('gives each switch and hook its own time, side by side where they are undone so', () => {
    const own = (attribute: 'switch.value' | 'hook.called', id: string): Change => ({
      kind: 'reversible',
      id,
      attribute,
      resource: { type: attribute === 'hook.called' ? 'hook' : 'switch', region: 'global', id },
      before: 'a',
      after: 'b',
    });
    const changes = [own('switch.value', 'fast'), own('switch.value', 'slow'), own('hook.called', 'warm')];
    const seconds = new Map([
      ['fast', 3],
      ['slow', 90],
      ['warm', 20],
    ]);
    const step = { step: { kind: 'prewarm' as const, capacity: 3 }, title: 'prewarm', batches: [changes] };
    expect(forecastOf([step], ({ resource }) => seconds.get(resource.id)).rollbackSeconds).toBe(90 + 20 + 3);
  });

  it('takes no time to undo what changes nothing', () => {
    const hold = { step: { kind: 'hold' as const, forMs: 60_000 }, title: 'hold', batches: [] };
    expect(forecastOf([hold])).toEqual({ writeCalls: 0, undoCalls: 0, methodSeconds: 60, rollbackSeconds: 0 });
  });
});
