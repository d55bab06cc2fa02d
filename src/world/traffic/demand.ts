import { chanceAt } from './chance.js';
import type { Population } from './model.js';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;

/** A population, and what makes its noise its own. */
export interface Demand {
  readonly population: Population;
  readonly seed: number;
}

/**
 * Requests a second that a population sends: the hour's share of its peak, hours joined by straight lines, and a
 * little noise that depends on nothing but the seed and the second.
 */
export function demandAt({ population, seed }: Demand, nowMs: number): number {
  const { peakRps, hours, utcOffsetHours, noise } = population;
  const hour = positiveModulo(nowMs / HOUR_MS + utcOffsetHours, 24);
  const before = hours[Math.floor(hour)] ?? 0;
  const after = hours[(Math.floor(hour) + 1) % 24] ?? 0;
  const level = before + (after - before) * (hour % 1);
  const second = Math.floor(nowMs / SECOND_MS);
  const swing = noise * (2 * chanceAt(seed, second, Math.floor(second / 0x1_0000_0000)) - 1);
  return Math.max(0, peakRps * level * (1 + swing));
}

function positiveModulo(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}
