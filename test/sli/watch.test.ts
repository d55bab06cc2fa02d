import { describe, expect, it } from 'vitest';
import type { Experiment, MissingPolicy } from '../../src/model/experiment.js';
import { Watch } from '../../src/sli/watch.js';
import { after, experiment, PERIOD, readPoint, reading, sli } from './fixtures.js';

const WEST = () => ['us-west-2'];
const BASELINE = 6;

/** A watch with a baseline of six good periods. */
const begun = (more: Partial<Experiment> = {}): Watch => {
  const watch = new Watch(experiment(more), WEST);
  const points = Array.from({ length: BASELINE }, (_, i) => readPoint(i, 99.5));
  watch.baselineFrom(reading([0, BASELINE], points), after(BASELINE));
  return watch;
};

/** Polls once a period, from the baseline on; undefined: no datapoint. */
const poll = (watch: Watch, values: readonly (number | undefined)[]): number => {
  const all = [...Array.from({ length: BASELINE }, () => 99.5), ...values];
  const points = all.flatMap((value, i) => (value === undefined ? [] : [readPoint(i, value)]));
  for (let end = BASELINE + 1; end <= all.length; end++) watch.merge(reading([0, end], points), after(end));
  return after(all.length);
};

const missing = (policy: MissingPolicy): Partial<Experiment> => ({ slis: [sli('starts', { missing: policy })] });
const gaps = (count: number): readonly undefined[] => Array.from({ length: count }, () => undefined);

describe('a watch before the injection', () => {
  it('refuses an SLI that has no datapoint', () => {
    const watch = new Watch(experiment(), WEST);
    const verdict = watch.baselineFrom(reading([0, 6], []), after(7));
    expect(verdict.refusals).toMatchObject([{ sli: 'starts', reason: 'no datapoint in the baseline window' }]);
    expect(watch.steadyNow(after(7)).overall).toBe('unknown');
  });

  it('refuses an SLI that has no region', () => {
    const watch = new Watch(experiment(), () => []);
    const verdict = watch.baselineFrom({ startMs: after(0), endMs: after(6), series: [] }, after(6));
    expect(verdict.refusals).toMatchObject([{ sli: 'starts', series: '' }]);
    expect(watch.steadyNow(after(6)).overall).toBe('unknown');
  });

  it('takes the baseline from metrics that are already there, and tells none of them as fresh', () => {
    const watch = new Watch(experiment(), WEST);
    const verdict = watch.baselineFrom(reading([0, 2], [readPoint(0, 99), readPoint(1, 100)]), after(2));
    expect(verdict).toEqual({
      baselines: [{ sli: 'starts', series: 'us-west-2', mean: 99.5, points: 2 }],
      refusals: [],
      warnings: [],
    });
    expect(watch.fresh()).toEqual([]);
    expect(watch.steadyNow(after(2)).overall).toBe('steady');
  });
});

describe('a watch after the injection', () => {
  it('breaches when data stops for as long as the experiment allows, a period after it could have come', () => {
    const watch = begun();
    expect(watch.breach(after(6), poll(watch, gaps(6)))).toBeUndefined();
    expect(watch.breach(after(6), poll(watch, gaps(7)))).toMatchObject({ kind: 'missing', atMs: after(12) });
  });

  it('breaches when polls stop, whatever the policy for missing data', () => {
    for (const policy of ['breach', 'zero', 'hold', 'ignore'] as const) {
      const watch = begun(missing(policy));
      expect(watch.breach(after(6), after(12))).toBeUndefined();
      expect(watch.breach(after(6), after(13))).toMatchObject({ kind: 'unreadable', text: 'it was not read in time' });
      expect(watch.steadyNow(after(13)).overall).toBe('unknown');
    }
  });

  it('breaches by the value 0 where no datapoint means zero', () => {
    const watch = begun(missing('zero'));
    expect(watch.breach(after(6), poll(watch, gaps(4)))).toMatchObject({ kind: 'value', value: 0, atMs: after(9) });
  });

  it('does not breach where no datapoint means the last value or nothing', () => {
    for (const policy of ['hold', 'ignore'] as const) {
      const watch = begun(missing(policy));
      expect(watch.breach(after(6), poll(watch, gaps(30)))).toBeUndefined();
    }
  });

  it('breaches on three bad datapoints', () => {
    const watch = begun();
    expect(watch.breach(after(6), poll(watch, [90, 90]))).toBeUndefined();
    const breach = { value: 90, text: '< 97', atMs: after(9) };
    expect(watch.breach(after(6), poll(watch, [90, 90, 90]))).toMatchObject(breach);
  });

  it('tells each point once, with its verdict', () => {
    const watch = begun();
    poll(watch, [99.5, 98, 90]);
    expect(watch.fresh()).toEqual([
      { sli: 'starts', series: 'us-west-2', startMs: after(6), value: 99.5, verdict: 'ok' },
      { sli: 'starts', series: 'us-west-2', startMs: after(7), value: 98, verdict: 'off' },
      { sli: 'starts', series: 'us-west-2', startMs: after(8), value: 90, verdict: 'breach' },
    ]);
    expect(watch.fresh()).toEqual([]);
  });

  it('tells a gap when it is certain, and again when it is filled', () => {
    const watch = begun();
    poll(watch, [undefined]);
    expect(watch.fresh()).toEqual([]);
    poll(watch, [undefined, 99.5]);
    expect(watch.fresh()).toMatchObject([
      { startMs: after(6), value: null, verdict: 'missing' },
      { startMs: after(7), verdict: 'ok' },
    ]);
    expect(watch.fresh()).toEqual([]);
    poll(watch, [99.5, 99.5]);
    expect(watch.fresh()).toMatchObject([{ startMs: after(6), value: 99.5, verdict: 'ok' }]);
  });

  it('reads again what may still come or change, back to before the last poll', () => {
    const watch = begun();
    expect(watch.window(after(7))).toEqual({ startMs: after(2), endMs: after(7) });
    expect(watch.window(after(40))).toEqual({ startMs: after(2), endMs: after(40) });
  });

  it('sums up before, peak, after, and how the steady state came through', () => {
    const watch = begun();
    const nowMs = poll(watch, [98, 97.5, 98.5, 99.4, 99.4]);
    expect(watch.results(after(6), nowMs)).toMatchObject({ starts: { before: 99.5, peak: 97.5, after: 99.4 } });
    expect(watch.recovery({ sinceMs: after(6) }, nowMs)).toEqual({
      expectations: [
        { sli: 'starts', expect: '>= 99', held: true, measured: true, offMs: 3 * PERIOD, settleMs: 30_000 },
      ],
      recoveredAtMs: after(9),
      firstOffMs: after(7),
    });
  });
});
