import type { AlarmRow, AlarmState } from '../alarm-rows.js';
import { experimentsAlarmed } from '../fis/run.js';
import type { SimState } from '../sim-state.js';
import { judge, periodsLookedAt } from './judge.js';
import type { MetricStore } from './metric-store.js';
import { readMetric } from './read-metric.js';
import { statisticNamed } from './statistics.js';

/** Why an alarm is in a state, for people and for programs. */
export interface AlarmReason {
  readonly text: string;
  readonly json: string | null;
}

/** What an alarm's timer means: it looks at the periods that can be read by now, and again after the next. */
export function alarmDue(sim: SimState, metrics: MetricStore, id: string): void {
  const row = sim.store.alarms.get(id);
  if (!row) return;
  const values = valuesFor(row, sim, metrics);
  const state = judge(row, values);
  if (state !== row.state) setState(sim, row, state, reasonFor(row, state, values));
  sim.awaitLook(row);
}

/** Puts an alarm into a state; experiments that it is a stop condition of end. */
export function setState(sim: SimState, row: AlarmRow, state: AlarmState, { text, json }: AlarmReason): void {
  sim.store.alarms.put({
    ...row,
    state,
    reason: text,
    reasonJson: json,
    changedMs: state === row.state ? row.changedMs : sim.nowMs,
    updatedMs: sim.nowMs,
  });
  if (state === 'ALARM') experimentsAlarmed(sim, row.id);
}

function valuesFor(row: AlarmRow, sim: SimState, metrics: MetricStore): readonly (number | undefined)[] {
  const { periodMs, region, namespace, metric: name, dimensions } = row;
  const { delayMs } = sim.world.metrics;
  const step = Math.min(periodMs, 60_000);
  const endMs = Math.floor((sim.nowMs - delayMs) / step) * step;
  const count = periodsLookedAt(row);
  const startMs = endMs - count * periodMs;
  const series = metrics.get({ region, namespace, name, dimensions });
  const points = series
    ? readMetric(series, {
        startMs,
        endMs,
        periodMs,
        nowMs: sim.nowMs,
        delayMs,
        unit: row.unit ?? undefined,
        statistic: statisticNamed(row.statistic),
      })
    : [];
  const byTime = new Map(points.map(({ atMs, value }) => [atMs, value]));
  return Array.from({ length: count }, (_, i) => byTime.get(startMs + i * periodMs));
}

function reasonFor(row: AlarmRow, state: AlarmState, values: readonly (number | undefined)[]): AlarmReason {
  const known = values.filter((value) => value !== undefined).slice(-row.periods);
  const json = JSON.stringify({ version: '1.0', recentDatapoints: known, threshold: row.threshold });
  if (state === 'INSUFFICIENT_DATA')
    return { text: `Insufficient Data: ${row.periods} datapoints were unknown.`, json };
  const text = `Threshold Crossed: ${known.length} of the last ${row.periods} datapoints [${known.join(', ')}]`;
  return { text: `${text}, threshold ${row.threshold} (${row.comparison}): ${state}.`, json };
}
