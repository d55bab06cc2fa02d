import type { Fault } from './fault.js';
import { regionDark } from './region-dark.js';

/**
 * Darkens a region that its traffic has left: the same changes as `region-dark`, and the method must have shifted all
 * of it before. What a planned evacuation looks like, and the gentler of the two drills.
 */
export const regionDrain: Fault = {
  ...regionDark,
  name: 'region-drain',
  title: 'Region goes dark once its traffic has left',
  does: 'The same as region-dark, in a method that has shifted all traffic away before.',
  fidelity: `as region-dark: ${regionDark.fidelity}; clients that cached an old answer beyond its time to live still come`,
  afterShift: true,
};
