import type { StopReason } from '../model/run.js';

/** Where a drill stands. */
export type DrillPhase = 'baseline' | 'method' | 'rollback' | 'recovery' | 'done';

/** Everything that decides what happens next. */
export interface DrillState {
  readonly phase: DrillPhase;
  /** The step of the method that runs, or ran last. */
  readonly step: number;
  readonly steps: number;
  /** Why injection ended; undefined while it goes on. */
  readonly stop: StopReason | undefined;
  /** Whether the steady state is waited for once everything is restored. */
  readonly awaitsRecovery: boolean;
}

/** What can happen to it. */
export type DrillEvent =
  | { readonly kind: 'baseline-held' }
  | { readonly kind: 'step-done' }
  | { readonly kind: 'stop'; readonly reason: StopReason }
  /** Ends with everything as it is. */
  | { readonly kind: 'leave'; readonly reason: StopReason }
  | { readonly kind: 'rolled-back' }
  | { readonly kind: 'recovered' };

/** What is to be done about it. */
export type DrillEffect =
  | { readonly kind: 'run-step'; readonly index: number }
  | { readonly kind: 'cancel-step' }
  | { readonly kind: 'roll-back'; readonly reason: StopReason }
  | { readonly kind: 'await-recovery' }
  | { readonly kind: 'finish' };

/** The state after an event, and what is to be done, in order. */
export interface Transition {
  readonly state: DrillState;
  readonly effects: readonly DrillEffect[];
}

/** A drill that has passed its gates and holds its lock. */
export function newDrill(steps: number, awaitsRecovery = true): DrillState {
  return { phase: 'baseline', step: 0, steps, stop: undefined, awaitsRecovery };
}

/**
 * The whole life of a drill: baseline → steps → rollback → recovery → done. Whatever stops it once something was
 * changed leads through the rollback; an event that no longer matters changes nothing.
 */
export function next(state: DrillState, event: DrillEvent): Transition {
  switch (event.kind) {
    case 'baseline-held':
      return state.phase === 'baseline' ? beginStep({ ...state, phase: 'method' }, 0) : stay(state);
    case 'step-done':
      return state.phase === 'method' ? beginStep(state, state.step + 1) : stay(state);
    case 'stop':
      return stop(state, event.reason);
    case 'leave':
      return leave(state, event.reason);
    case 'rolled-back':
      return state.phase === 'rollback' ? afterRollback(state) : stay(state);
    case 'recovered':
      return state.phase === 'recovery'
        ? { state: { ...state, phase: 'done' }, effects: [{ kind: 'finish' }] }
        : stay(state);
  }
}

function stay(state: DrillState): Transition {
  return { state, effects: [] };
}

function beginStep(state: DrillState, index: number): Transition {
  if (index < state.steps) return { state: { ...state, step: index }, effects: [{ kind: 'run-step', index }] };
  const reason: StopReason = { kind: 'completed' };
  return { state: { ...state, phase: 'rollback', stop: reason }, effects: [{ kind: 'roll-back', reason }] };
}

function stop(state: DrillState, reason: StopReason): Transition {
  switch (state.phase) {
    case 'baseline':
      return { state: { ...state, phase: 'done', stop: reason }, effects: [{ kind: 'finish' }] };
    case 'method':
      return {
        state: { ...state, phase: 'rollback', stop: reason },
        effects: [{ kind: 'cancel-step' }, { kind: 'roll-back', reason }],
      };
    case 'recovery':
      // everything is restored; only a person who does not want to wait ends it early, and that is then what happened
      return reason.kind === 'interrupted' || reason.kind === 'unmeasurable'
        ? { state: { ...state, phase: 'done', stop: worse(state.stop, reason) }, effects: [{ kind: 'finish' }] }
        : stay(state);
    case 'rollback':
    case 'done':
      return stay(state);
  }
}

/** What is changed stays so. Where nothing is yet there is nothing to leave, and a rollback goes on to its end. */
function leave(state: DrillState, reason: StopReason): Transition {
  if (state.phase === 'baseline') return stop(state, reason);
  if (state.phase !== 'method') return stay(state);
  return {
    state: { ...state, phase: 'done', stop: reason },
    effects: [{ kind: 'cancel-step' }, { kind: 'finish' }],
  };
}

function worse(first: StopReason | undefined, second: StopReason): StopReason {
  return first === undefined || first.kind === 'completed' ? second : first;
}

/** Someone who interrupted a drill wants it restored, not watched. */
function afterRollback(state: DrillState): Transition {
  if (!state.awaitsRecovery || state.stop?.kind === 'interrupted' || state.stop?.kind === 'unmeasurable') {
    return { state: { ...state, phase: 'done' }, effects: [{ kind: 'finish' }] };
  }
  return { state: { ...state, phase: 'recovery' }, effects: [{ kind: 'await-recovery' }] };
}
