import fc from 'fast-check';

/**
 * Properties are tried on the same examples every time, so that a red run is red for whoever repeats it.
 * `KONG_SEED=random` looks for new ones (a failure prints its seed), `KONG_SEED=123` replays one.
 */
const wanted = process.env.KONG_SEED ?? '20260101';
if (wanted !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
