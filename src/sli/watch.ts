import type { Experiment, Sli } from '../model/experiment.js';
import type { SliResult } from '../model/run.js';
import type { TrafficSeries } from './arrival.js';
import { breachOf, isBeyond, type Breach } from './abort.js';
import { baselineOf, recentMs, type Baseline, type BaselineRefusal, type BaselineVerdict } from './baseline.js';
import { applyPolicy } from './missing.js';
import { seriesName, type JudgedPoint, type JudgedSeries, type Reading } from './points.js';
import { isLeft } from './regions.js';
import { recoveryOf, type Recovery, type Stretch } from './recovery.js';
import type { LagSeries } from './replication.js';
import { resultOf } from './result.js';
import { steadinessOf, steadyNow, type SteadyVerdict } from './steady.js';
import { Timeline, type TrackSpec } from './timeline.js';

/** A period whose value, or whose lack of one, has become known since the last time that was asked. */
export interface FreshPoint {
  readonly sli: string;
  readonly series: string;
  readonly startMs: number;
  /** In the SLI's unit; null for a gap. */
  readonly value: number | null;
  readonly verdict: 'ok' | 'off' | 'breach' | 'missing';
}

/** Periods at the end of what is known that are read again: CloudWatch revises them. */
const REREAD_PERIODS = 3;

/**
 * Everything that a drill knows of its SLIs, and every verdict on them. A poll reads `window`, merges what it read,
 * and asks.
 *
 * All times are milliseconds since the epoch, and are passed in: one `nowMs` a poll, taken before it reads. Periods
 * for which no reading was merged age into gaps that no policy forgives, so a verdict asked for after failed polls is
 * not one on old news.
 */
export class Watch {
  private readonly timeline: Timeline;
  private readonly keys: readonly { readonly sli: Sli; readonly series: string }[];
  private readonly announced = new Map<string, JudgedPoint['from']>();
  private baselines: readonly Baseline[] = [];
  private nowMs = 0;
  private cached: { readonly nowMs: number; readonly series: readonly JudgedSeries[] } | undefined;

  /** @param regionsOf - where an SLI is read, as for `readSlis` */
  constructor(
    private readonly experiment: Experiment,
    readonly regionsOf: (sli: Sli) => readonly string[],
  ) {
    this.keys = experiment.slis.flatMap((sli) => {
      return regionsOf(sli).map((region) => ({ sli, series: seriesName(sli, region) }));
    });
    this.timeline = new Timeline(this.keys.map(({ sli, series }) => specOf(sli, series, experiment)));
  }

  /** The window that the baseline is read over. */
  baselineWindow(nowMs: number): { readonly startMs: number; readonly endMs: number } {
    return { startMs: nowMs - this.experiment.baselineMs, endMs: nowMs };
  }

  /**
   * The window that the next poll should read: back to what may still come or change, however long ago the last poll
   * was.
   */
  window(nowMs: number): { readonly startMs: number; readonly endMs: number } {
    const lastMs = this.timeline.lastMergeMs() ?? nowMs - this.experiment.baselineMs;
    const back = this.keys.map(({ sli, series }) => {
      return REREAD_PERIODS * sli.periodMs + this.timeline.graceMs({ sli: sli.id, series });
    });
    return { startMs: Math.min(lastMs, nowMs) - Math.max(0, ...back), endMs: nowMs };
  }

  /**
   * Takes the baseline from a reading of `baselineWindow`. With a refusal in it, nothing may be injected. Its points
   * are not fresh.
   */
  baselineFrom(reading: Reading, nowMs: number): BaselineVerdict {
    this.merge(reading, nowMs);
    const { baselineMs, abort, steadyState } = this.experiment;
    const fromMs = nowMs - baselineMs - Math.max(0, ...this.experiment.slis.map(({ periodMs }) => periodMs));
    const series = this.judged(nowMs).map((one) => {
      return { ...one, points: one.points.filter(({ startMs }) => startMs >= fromMs) };
    });
    const judged = new Set([...steadyState, ...abort.when].map(({ sli }) => sli));
    const verdict = baselineOf(series, { nowMs, missingDataMs: abort.missingDataMs, judged });
    this.baselines = verdict.baselines;
    this.cached = undefined;
    this.fresh();
    return { ...verdict, refusals: [...this.nowhere(), ...verdict.refusals] };
  }

  /** Adds a poll's reading. */
  merge(reading: Reading, nowMs: number): void {
    this.timeline.merge(reading, nowMs);
    this.nowMs = nowMs;
    this.cached = undefined;
  }

  /** The first abort rule that fired since the injection; undefined: none did. */
  breach(sinceMs: number, nowMs: number): Breach | undefined {
    const { experiment } = this;
    const serving = this.judged(nowMs).filter(({ sli, series }) => !isLeft(sli, series, experiment));
    return breachOf(experiment.abort, serving, sinceMs);
  }

  /** What the steady-state hypothesis says now. */
  steadyNow(nowMs: number): SteadyVerdict {
    const { steadyState, abort } = this.experiment;
    return steadyNow(steadyState, this.judged(nowMs), { nowMs, missingDataMs: abort.missingDataMs });
  }

  /**
   * How the steady state came through a stretch of the drill: for the outcome, and up to the restore step for the
   * RTO.
   */
  recovery(stretch: Stretch, nowMs: number): Recovery {
    return recoveryOf(this.experiment.steadyState, this.judged(nowMs), stretch);
  }

  /**
   * What has become known with the last merge and was not told before, in order of time. A period whose datapoint
   * comes after it was told as a gap, or as what stood in for one, is told again.
   */
  fresh(): readonly FreshPoint[] {
    const news = this.judged(this.nowMs).flatMap((one) => {
      return one.points.filter((point) => this.isNews(one, point)).map((point) => this.freshPoint(one, point));
    });
    return news.sort((a, b) => a.startMs - b.startMs);
  }

  /**
   * Each SLI's part of result.json, by its id.
   *
   * @param sinceMs - when the injection began; undefined: nothing was injected, so there is no peak and no after
   */
  results(sinceMs: number | undefined, nowMs: number): Readonly<Record<string, SliResult>> {
    const { experiment, baselines } = this;
    const all = { experiment, baselines, sinceMs, series: this.judged(nowMs) };
    return Object.fromEntries(experiment.slis.map((sli) => [sli.id, resultOf(sli, all)]));
  }

  /** An SLI of replication lag, as it was measured: what only stands in for a datapoint says nothing of replication. */
  lagSeries(id: string, nowMs: number): readonly LagSeries[] {
    const own = this.judged(nowMs).filter(({ sli }) => sli.id === id);
    return own.map(({ series, points }) => ({
      name: series,
      points: points.map(({ startMs, endMs, value, from }) => {
        return { startMs, endMs, lagSeconds: from === 'measured' || from === 'zero' ? value : undefined };
      }),
    }));
  }

  /** An SLI that counts traffic, as it was measured, region by region. */
  trafficSeries(id: string, nowMs: number): readonly TrafficSeries[] {
    const own = this.judged(nowMs).filter(({ sli }) => sli.id === id);
    return own.map(({ series, baseline, points }) => ({
      region: series,
      baseline,
      points: points.map(({ startMs, endMs, value, from }) => {
        return { startMs, endMs, value: from === 'measured' || from === 'zero' ? value : undefined };
      }),
    }));
  }

  private judged(nowMs: number): readonly JudgedSeries[] {
    if (this.cached?.nowMs === nowMs) return this.cached.series;
    const judged = this.keys.map(({ sli, series }) => ({
      sli,
      series,
      points: applyPolicy(this.timeline.closedPoints({ sli: sli.id, series }, nowMs), sli.missing),
      baseline: this.baselines.find((one) => one.sli === sli.id && one.series === series)?.mean,
    }));
    this.cached = { nowMs, series: judged };
    return judged;
  }

  private nowhere(): readonly BaselineRefusal[] {
    const unread = this.experiment.slis.filter((sli) => !this.keys.some((key) => key.sli === sli));
    return unread.map(({ id }) => ({ sli: id, series: '', reason: 'there is no surviving region to read it in' }));
  }

  private isNews(one: JudgedSeries, point: JudgedPoint): boolean {
    const key = `${one.sli.id} ${one.series} ${point.startMs}`;
    const told = this.announced.get(key);
    this.announced.set(key, point.from);
    return told !== point.from && told !== 'measured';
  }

  private freshPoint(one: JudgedSeries, point: JudgedPoint): FreshPoint {
    const { startMs, value } = point;
    return { sli: one.sli.id, series: one.series, startMs, value: value ?? null, verdict: this.verdictOf(one, point) };
  }

  private verdictOf(one: JudgedSeries, point: JudgedPoint): FreshPoint['verdict'] {
    const { abort, steadyState } = this.experiment;
    if (point.value === undefined) return 'missing';
    if (isBeyond(abort, one, point.value)) return 'breach';
    const own = steadyState.filter(({ sli }) => sli === one.sli.id);
    return own.every((expectation) => steadinessOf(expectation, one, point) === 'steady') ? 'ok' : 'off';
  }
}

function specOf(sli: Sli, series: string, experiment: Experiment): TrackSpec {
  const latestMs = recentMs(sli.periodMs, experiment.abort.missingDataMs);
  return { sli: sli.id, series, periodMs: sli.periodMs, latestMs, regular: sli.missing === 'breach' };
}
