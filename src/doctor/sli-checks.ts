import type { Cloud } from '../aws/cloud.js';
import { failed, ok, warning, type Check } from '../model/checkup.js';
import { formatDuration } from '../model/duration.js';
import type { AbortRule, Experiment, Sli } from '../model/experiment.js';
import type { Plan } from '../model/plan.js';
import { recentMs, type Baseline } from '../sli/baseline.js';
import { readSlis } from '../sli/cloudwatch-source.js';
import { whyNeverFires } from '../sli/firing.js';
import type { ReadPoint, SeriesReading } from '../sli/points.js';
import { watchedRegions } from '../sli/regions.js';
import { Watch } from '../sli/watch.js';

/** Periods that are looked back at, to see how often a metric is published. */
const PERIODS_BACK = 15;

/**
 * What CloudWatch has of each SLI: how old the newest datapoint is, how often there is one, and so when a breach can be
 * known; and whether each abort rule could fire.
 *
 * @param nowMs - in the drill's time
 * @throws KongError as the client throws it
 */
export async function sliChecks(plan: Plan, cloud: Cloud, nowMs: number): Promise<readonly Check[]> {
  const { experiment, regions } = plan;
  const watch = new Watch(experiment, (sli) => watchedRegions(sli, experiment, regions));
  const longestMs = Math.max(0, ...experiment.slis.map(({ periodMs }) => periodMs));
  const startMs = nowMs - Math.max(experiment.baselineMs, PERIODS_BACK * longestMs);
  const reading = await readSlis({ slis: experiment.slis, regionsOf: watch.regionsOf, startMs, endMs: nowMs, cloud });
  const { baselines } = watch.baselineFrom(reading, nowMs);
  const data = experiment.slis.flatMap((sli) => {
    const own = reading.series.filter((one) => one.sli === sli.id);
    if (own.length === 0) return [failed(`sli ${sli.id}`, 'there is no region to read it in', NO_DATA)];
    return own.map((series) => dataCheck(sli, series, { nowMs, startMs, experiment }));
  });
  return [...data, ...experiment.abort.when.map((rule) => ruleCheck(rule, plan, baselines))];
}

const NO_DATA = {
  code: 'SLI_NO_DATA',
  fix: 'check namespace, metric, dimensions and period; wrong ones look like no data',
} as const;

interface Window {
  readonly nowMs: number;
  readonly startMs: number;
  readonly experiment: Experiment;
}

function dataCheck(sli: Sli, { series, points, unreadable }: SeriesReading, window: Window): Check {
  const { nowMs, startMs, experiment } = window;
  const name = `sli ${sli.id} ${series}`;
  const newest = points.at(-1);
  if (unreadable !== undefined) return failed(name, unreadable, { code: 'SLI_NO_DATA' });
  if (!newest) {
    const message = `no datapoint in the last ${formatDuration(nowMs - startMs)}`;
    return sli.missing === 'zero'
      ? warning(name, `${message}: it counts as 0`, NO_DATA.fix)
      : failed(name, message, NO_DATA);
  }
  const ageMs = Math.max(0, nowMs - newest.startMs - sli.periodMs);
  const every = spacingMs(points);
  const often = every === undefined ? '' : `, published every ${formatDuration(every)}`;
  // the next one is not there yet: more can't be told of the delay by one look
  const age = formatDuration(ageMs);
  const message = `newest datapoint ended ${age} ago, period ${formatDuration(sli.periodMs)}${often}, delay at most ${age}`;
  if (ageMs > recentMs(sli.periodMs, experiment.abort.missingDataMs)) {
    return sli.missing === 'breach' ? failed(name, message, NO_DATA) : warning(name, message, NO_DATA.fix);
  }
  if (every !== undefined && every > 1.5 * sli.periodMs) {
    return warning(
      name,
      `${message}: most periods will have no datapoint`,
      `set its period to ${formatDuration(every)}`,
    );
  }
  if (newest.value === undefined) return warning(name, `${message}; its expression has no value there`);
  return ok(name, message);
}

/** The usual time from one datapoint to the next; undefined with fewer than three. */
function spacingMs(points: readonly ReadPoint[]): number | undefined {
  const gaps = points.slice(1).map(({ startMs }, i) => startMs - (points[i]?.startMs ?? startMs));
  return gaps.length < 2 ? undefined : gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}

function ruleCheck(rule: AbortRule, { experiment, forecast }: Plan, baselines: readonly Baseline[]): Check {
  const name = `abort ${rule.sli} ${rule.breach.text}`;
  const sli = experiment.slis.find(({ id }) => id === rule.sli);
  if (!sli) return failed(name, 'there is no such SLI', { code: 'BAD_EXPERIMENT' });
  const own = baselines.filter((one) => one.sli === rule.sli);
  const why = whyNeverFires(rule, { sli, baselines: own, methodMs: forecast.methodSeconds * 1_000 });
  if (why !== undefined) {
    const fix = 'correct abort.when, or make the method longer: an abort rule that can never fire protects nobody';
    return failed(name, `it can never fire: ${why}`, { code: 'REFUSED', fix });
  }
  const needs = rule.of === 1 ? '1 period' : `${rule.count} of ${rule.of} periods`;
  const within = formatDuration((rule.count + 1) * sli.periodMs + experiment.pollMs);
  return ok(name, `can fire on ${needs}: within ${within} of a breach, and the metric's delay`);
}
