import type { Random } from '../../model/ports.js';

const TWO_32 = 4_294_967_296;

/** A number in [0, 1) that depends on nothing but the seed and two more integers: chance without a state to save. */
export function chanceAt(seed: number, a: number, b: number): number {
  let h = (seed ^ Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return ((h ^ (h >>> 15)) >>> 0) / TWO_32;
}

/** A quick stream of such numbers: mulberry32. */
export class ChanceStream implements Random {
  private a: number;

  /** @param seed - any integer; taken modulo 2^32 */
  constructor(seed: number) {
    this.a = seed >>> 0;
  }

  next(): number {
    this.a = (this.a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.a ^ (this.a >>> 15), this.a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / TWO_32;
  }
}
