import type { Comparison, Threshold } from '../model/experiment.js';

/** What an SLI may be measured in. */
export const UNITS = ['percent', 'milliseconds', 'seconds', 'count', 'none'] as const;
/** One of the units. */
export type Unit = (typeof UNITS)[number];

/** How each unit may be written in a threshold, and what it is worth in the SLI's own unit. */
const WRITTEN: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  percent: { '%': 1 },
  milliseconds: { ms: 1, s: 1_000 },
  seconds: { s: 1, ms: 0.001, m: 60 },
  count: {},
  none: {},
};

const ABSOLUTE = /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*([a-z%]*)$/;
const BASELINE = /^(<=|>=|<|>)\s*baseline(?:\s*([-+*])\s*(\d+(?:\.\d+)?)\s*([a-z%]*))?$/;

/** Why a text is no threshold for an SLI. */
export interface ThresholdProblem {
  readonly message: string;
  readonly fix: string;
}

/**
 * Reads `>= 99%`, `<= 200ms`, `<= baseline + 50ms`, `> baseline * 1.5`. In an SLI in percent, `baseline + 2%` means two
 * points more.
 *
 * @returns a message where the text is no threshold, or its unit is not the SLI's
 */
export function parseThreshold(text: string, unit: Unit): Threshold | ThresholdProblem {
  const trimmed = text.trim();
  const [, op, ...relative] = BASELINE.exec(trimmed) ?? [];
  const [, absoluteOp, ...absolute] = ABSOLUTE.exec(trimmed) ?? [];
  const limit = isComparison(op) ? relativeLimit(relative, unit, text) : absoluteLimit(absolute, unit, text);
  const compared = op ?? absoluteOp;
  if ('message' in limit) return limit;
  return isComparison(compared) ? { text: trimmed, op: compared, limit } : none(text, unit);
}

type Captured = readonly (string | undefined)[];

function absoluteLimit([amount, written]: Captured, unit: Unit, text: string): Threshold['limit'] | ThresholdProblem {
  if (amount === undefined) return none(text, unit);
  const worth = worthOf(written, unit);
  return worth === undefined ? wrongUnit(written, unit, text) : { kind: 'absolute', value: Number(amount) * worth };
}

function relativeLimit(captured: Captured, unit: Unit, text: string): Threshold['limit'] | ThresholdProblem {
  const [sign, amount, written] = captured;
  if (amount === undefined) return { kind: 'baseline', factor: 1, offset: 0 };
  if (sign === '*') {
    if (written) return { message: `a factor has no unit: "${text}"`, fix: 'write `baseline * 1.5`' };
    return { kind: 'baseline', factor: Number(amount), offset: 0 };
  }
  const worth = worthOf(written, unit);
  if (worth === undefined) return wrongUnit(written, unit, text);
  return { kind: 'baseline', factor: 1, offset: (sign === '-' ? -1 : 1) * Number(amount) * worth };
}

/** No unit at all is always right. */
function worthOf(written: string | undefined, unit: Unit): number | undefined {
  if (!written) return 1;
  return Object.hasOwn(WRITTEN[unit], written) ? WRITTEN[unit][written] : undefined;
}

function wrongUnit(written: string | undefined, unit: Unit, text: string): ThresholdProblem {
  return { message: `unit ${written ?? ''} does not fit an SLI in ${unit}: "${text}"`, fix: example(unit) };
}

function none(text: string, unit: Unit): ThresholdProblem {
  return { message: `"${text}" is no threshold`, fix: example(unit) };
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
