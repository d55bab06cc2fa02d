import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newDrill, next, type DrillEffect, type DrillEvent, type DrillState } from '../../src/drill/machine.js';

const breach: DrillEvent = {
  kind: 'stop',
  reason: { kind: 'breach', sli: 's', series: 'r', value: 1, breach: '< 2', at: '' },
};
const interrupt: DrillEvent = { kind: 'stop', reason: { kind: 'interrupted', signal: 'SIGINT' } };

function play(events: readonly DrillEvent[], steps = 2): { state: DrillState; effects: DrillEffect[] } {
  let state = newDrill(steps);
  const effects: DrillEffect[] = [];
  for (const event of events) {
    const transition = next(state, event);
    state = transition.state;
    effects.push(...transition.effects);
  }
  return { state, effects };
}

const kinds = (effects: readonly DrillEffect[]): string[] => effects.map((effect) => effect.kind);

describe('the drill machine', () => {
  it('finishes without a rollback where it stops before anything was injected', () => {
    const { state, effects } = play([breach]);
    expect(state.phase).toBe('done');
    expect(kinds(effects)).toEqual(['finish']);
  });

  it('cancels the step and rolls back on a breach in the middle of the method', () => {
    const { effects } = play([{ kind: 'baseline-held' }, breach]);
    expect(kinds(effects)).toEqual(['run-step', 'cancel-step', 'roll-back']);
  });

  it('runs all steps, rolls back, waits for recovery and finishes', () => {
    const { state, effects } = play([
      { kind: 'baseline-held' },
      { kind: 'step-done' },
      { kind: 'step-done' },
      { kind: 'rolled-back' },
      { kind: 'recovered' },
    ]);
    expect(kinds(effects)).toEqual(['run-step', 'run-step', 'roll-back', 'await-recovery', 'finish']);
    expect(state.stop).toEqual({ kind: 'completed' });
  });

  it('does not wait for recovery after an interrupt', () => {
    const { effects } = play([{ kind: 'baseline-held' }, interrupt, { kind: 'rolled-back' }]);
    expect(kinds(effects)).toEqual(['run-step', 'cancel-step', 'roll-back', 'finish']);
  });

  it('keeps the first reason when more go wrong during the rollback', () => {
    const { state } = play([{ kind: 'baseline-held' }, breach, interrupt, { kind: 'rolled-back' }]);
    expect(state.stop?.kind).toBe('breach');
  });

  it('rolls back exactly once and before it finishes, whatever happens after the first step began', () => {
    const event = fc.constantFrom<DrillEvent>(
      { kind: 'baseline-held' },
      { kind: 'step-done' },
      breach,
      interrupt,
      { kind: 'rolled-back' },
      { kind: 'recovered' },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (events, steps) => {
        const order = kinds(play(events, steps).effects);
        const begun = order.includes('run-step');
        expect(order.filter((kind) => kind === 'roll-back').length).toBeLessThanOrEqual(1);
        expect(order.filter((kind) => kind === 'finish').length).toBeLessThanOrEqual(1);
        if (begun && order.includes('finish')) expect(order.indexOf('roll-back')).toBeLessThan(order.indexOf('finish'));
        const rolledBack = order.indexOf('roll-back');
        if (rolledBack >= 0) expect(order.slice(rolledBack)).not.toContain('run-step');
      }),
    );
  });
});
