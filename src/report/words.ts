import type { Outcome, PhaseName, StopReason } from '../model/run.js';
import type { Tone } from './lines.js';
import type { SliVerdict } from './progress.js';

/** What a drill does in each phase. */
export const PHASE_WORDS: Readonly<Record<PhaseName, string>> = {
  gates: 'checking the gates',
  baseline: 'reading the baseline',
  method: 'running the method',
  rollback: 'putting everything back',
  verify: 'reading everything back',
  recovery: 'waiting for the steady state',
};

/** How a verdict looks. */
export interface VerdictLook {
  readonly mark: string;
  readonly word: string;
  readonly tone: Tone;
}

/** How an SLI's verdict looks. */
export const VERDICT_MARKS: Readonly<Record<SliVerdict, VerdictLook>> = {
  ok: { mark: '✓', word: 'ok', tone: 'good' },
  off: { mark: '~', word: 'off', tone: 'warn' },
  breach: { mark: '✗', word: 'BREACH', tone: 'bad' },
  missing: { mark: '?', word: 'NO DATA', tone: 'bad' },
};

/** How an outcome looks. */
export const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  held: 'good',
  deviated: 'bad',
  aborted: 'bad',
  inconclusive: 'warn',
  refused: 'warn',
  interrupted: 'warn',
  failed: 'bad',
};

/** Whether a drill that stopped this way did what it was to do. */
export function stopTone(stop: StopReason): Tone {
  return stop.kind === 'completed' ? 'good' : 'bad';
}

/** A moment for people, in UTC: `2025-06-01 19:00:00Z`; what is no ISO time is left as it is. */
export function timeText(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? at : new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
