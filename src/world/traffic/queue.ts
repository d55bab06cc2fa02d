/** A station with several workers and room for some to wait. */
export interface QueueLoad {
  /** Workers; a whole number above 0. */
  readonly workers: number;
  /** Places to wait; 0 or more. */
  readonly places: number;
  readonly arrivalsPerSecond: number;
  /** Mean time of one request with one worker. */
  readonly serviceMs: number;
}

/** How the station fares in the steady state. */
export interface QueueState {
  /** Share of the workers' time that is used, 0..1. */
  readonly utilisation: number;
  /** Share of arrivals that find no place and are shed. */
  readonly shedRatio: number;
  /** Share of those admitted that have to wait. */
  readonly waitRatio: number;
  /** Mean wait of those who wait. */
  readonly waitMs: number;
}

const IDLE: QueueState = { utilisation: 0, shedRatio: 0, waitRatio: 0, waitMs: 0 };

/**
 * M/M/c/K in closed form: Poisson arrivals, exponential service, c workers, and places to wait. With many places it is
 * Erlang C.
 *
 * Worked out from the station with no worker upwards: what a station with one worker or place more does follows from
 * the one before (the recursion of Erlang B), so that nothing overflows. Cost: one step for each worker and place.
 */
export function queueState({ workers, places, arrivalsPerSecond, serviceMs }: QueueLoad): QueueState {
  const offered = (arrivalsPerSecond * serviceMs) / 1_000;
  if (!(offered > 0)) return IDLE;
  let full = 1;
  for (let n = 1; n <= workers; n++) full = (offered * full) / (n + offered * full);
  const load = offered / workers;
  let allBusy = full;
  let waiting = 0;
  for (let n = 1; n <= places; n++) {
    full = (load * full) / (1 + load * full);
    allBusy = allBusy * (1 - full) + full;
    waiting = waiting * (1 - full) + n * full;
  }
  const utilisation = Math.min(1, load * (1 - full));
  const waitRatio = full < 1 ? Math.max(0, (allBusy - full) / (1 - full)) : 0;
  // Little's law, for those who wait
  const waitMs = waitRatio > 0 ? (1_000 * waiting) / (arrivalsPerSecond * (1 - full) * waitRatio) : 0;
  return { utilisation, shedRatio: full, waitRatio, waitMs };
}
