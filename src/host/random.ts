import type { Random } from '../model/ports.js';

/**
 * The same numbers for the same seed, on every machine: mulberry32, 32 bits of state, plenty for drawing a few
 * thousand numbers.
 *
 * @param seed - any integer; taken modulo 2^32
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
