import { formatDuration } from '../model/duration.js';
import type { AbortRule, Experiment, MissingPolicy } from '../model/experiment.js';
import type { Plan } from '../model/plan.js';
import { count } from '../model/summary.js';
import { resolutionFacts } from './resolution-text.js';
import { groupBy } from './group-by.js';

const ESCAPE = 'a breach, missing data and errors are told; traffic never goes back for them';

/** How a drill is watched, as pairs of a word and what it means here: objectives, polls, gaps, the slowest abort. */
export function watchFacts(plan: Plan): readonly (readonly [string, string])[] {
  const { experiment } = plan;
  const slowest = slowestAbort(plan);
  return [
    ['objectives', objectivesText(experiment)],
    [
      'read',
      `every ${formatDuration(experiment.pollMs)}; the baseline is the ${formatDuration(experiment.baselineMs)} before`,
    ],
    ...(experiment.escape === true ? [['escape', ESCAPE] as const] : [['no data', missingText(experiment)] as const]),
    ...resolutionFacts(plan),
    ...(experiment.escape === true || slowest === undefined ? [] : [['abort', slowest] as const]),
  ];
}

function objectivesText({ objectives: { rtoMs, rpoMs } }: Experiment): string {
  const named = [
    ...(rtoMs === undefined ? [] : [`RTO ${formatDuration(rtoMs)}`]),
    ...(rpoMs === undefined ? [] : [`RPO ${formatDuration(rpoMs)}`]),
  ];
  return named.length === 0 ? 'none' : named.join(', ');
}

const POLICY_WORDS: Readonly<Record<Exclude<MissingPolicy, 'breach'>, string>> = {
  zero: 'counts as 0',
  hold: 'is taken for the value before',
  ignore: 'is ignored',
};

function missingText({ slis, abort }: Experiment): string {
  const rule = `none for ${formatDuration(abort.missingDataMs)} stops the drill`;
  const others = [...groupBy(slis, ({ missing }) => missing)].flatMap(([policy, own]) =>
    policy === 'breach' ? [] : [`${own.map(({ title }) => title).join(', ')}: a gap ${POLICY_WORDS[policy]}`],
  );
  return [rule, ...others].join('; ');
}

/**
 * How long the slowest abort rule takes at worst for a breach that lasts. The period in which it began may still look
 * well, `count` more have to end, the last of them has to be published, and then to be read.
 */
function slowestAbort({ experiment, publishDelaySeconds }: Plan): string | undefined {
  const { abort, slis, pollMs } = experiment;
  const rules = abort.when.flatMap((rule) => {
    const sli = slis.find(({ id }) => id === rule.sli);
    return sli === undefined ? [] : [{ rule, sli, ms: (rule.count + 1) * sli.periodMs }];
  });
  const [slowest] = rules.sort((a, b) => b.ms - a.ms);
  if (slowest === undefined) return undefined;
  const delayMs = (publishDelaySeconds ?? 0) * 1_000;
  const parts = [
    `${count(slowest.rule.count + 1, 'period')} of ${formatDuration(slowest.sli.periodMs)}`,
    ...(delayMs > 0 ? [`${formatDuration(delayMs)} until it can be read`] : []),
    `a poll of ${formatDuration(pollMs)}`,
  ];
  const unknown = publishDelaySeconds === undefined ? ', and what CloudWatch takes to publish' : '';
  const at = formatDuration(slowest.ms + delayMs + pollMs);
  return `at most ${at} after a lasting breach begins${unknown} (${parts.join(', ')}; ${slowest.sli.title} ${ruleText(slowest.rule)})`;
}

/** `< 97% for 3 of 5` */
export function ruleText({ breach, count: times, of }: AbortRule): string {
  return of > 1 ? `${breach.text} for ${times} of ${of}` : breach.text;
}
