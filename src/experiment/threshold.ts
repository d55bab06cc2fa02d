import type { Comparison, Threshold } from '../model/experiment.js';

/** What an SLI may be measured in. */
export const UNITS = ['percent', 'milliseconds', 'seconds', 'count', 'none'] as const;
export type Unit = (typeof UNITS)[number];

/** How each unit may be written in a threshold, and what it is worth in the SLI's own unit. No unit at all is always right. */
const WRITTEN: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  percent: { '%': 1 },
  milliseconds: { ms: 1, s: 1_000 },
  seconds: { s: 1, ms: 0.001, m: 60 },
  count: {},
  none: {},
};

const ABSOLUTE = /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*([a-z%]*)$/;
const BASELINE = /^(<=|>=|<|>)\s*baseline(?:\s*([-+*])\s*(\d+(?:\.\d+)?)\s*([a-z%]*))?$/;

/**
 * Reads `>= 99%`, `<= 200ms`, `<= baseline + 50ms`, `> baseline * 1.5`. In an SLI in percent, `baseline + 2%` means two points more.
 *
 * @returns a message where the text is no threshold, or its unit is not the SLI's
 */
export function parseThreshold(text: string, unit: Unit): Threshold | { readonly message: string; readonly fix: string } {
  const trimmed = text.trim();
  const absolute = ABSOLUTE.exec(trimmed);
  const relative = BASELINE.exec(trimmed);
  const [, op, sign, amount, written] = relative ?? [absolute?.[0], absolute?.[1], undefined, absolute?.[2], absolute?.[3]];
  if (!isComparison(op)) return { message: `"${text}" is no threshold`, fix: example(unit) };
  if (relative && amount === undefined) return { text: trimmed, op, limit: { kind: 'baseline', factor: 1, offset: 0 } };
  const value = Number(amount);
  if (sign === '*') {
    if (written) return { message: `a factor has no unit: "${text}"`, fix: 'write `baseline * 1.5`' };
    return { text: trimmed, op, limit: { kind: 'baseline', factor: value, offset: 0 } };
  }
  const worth = written ? WRITTEN[unit][written] : 1;
  if (worth === undefined) return { message: `unit ${written} does not fit an SLI in ${unit}: "${text}"`, fix: example(unit) };
  if (!relative) return { text: trimmed, op, limit: { kind: 'absolute', value: value * worth } };
  return { text: trimmed, op, limit: { kind: 'baseline', factor: 1, offset: (sign === '-' ? -1 : 1) * value * worth } };
}

function isComparison(text: string | undefined): text is Comparison {
  return text === '<' || text === '<=' || text === '>' || text === '>=';
}

function example(unit: Unit): string {
  const examples: Readonly<Record<Unit, string>> = {
    percent: '">= 99%" or "<= baseline + 2%"',
    milliseconds: '"<= 200ms" or "<= baseline + 50ms"',
    seconds: '"<= 10s" or "<= baseline + 5s"',
    count: '"<= 100" or "<= baseline * 1.5"',
    none: '"<= 0.8" or "<= baseline * 1.5"',
  };
  return `write ${examples[unit]}`;
}
