import { formatDuration } from '../model/duration.js';
import type { AbortRule, Sli } from '../model/experiment.js';
import { quantityText } from '../model/quantity.js';
import { limitOf, metBy } from './expectation.js';
import type { Baseline } from './baseline.js';

/** What is known about an abort rule before a drill. */
export interface RuleFacts {
  readonly sli: Sli;
  /** Of the SLI's series; empty: not known yet. */
  readonly baselines: readonly Baseline[];
  /** Injection to restored, by the method's own waits. */
  readonly methodMs: number;
}

/**
 * Why an abort rule could never fire, so that nothing would stop the drill on its account; undefined: it could.
 *
 * Told from what an SLI can be: its value is taken for never negative, and in percent for never above 100, unless its
 * unit is `none`. And from the time: as many periods as it needs must end before the method does.
 */
export function whyNeverFires({ breach, count }: AbortRule, facts: RuleFacts): string | undefined {
  const { sli, baselines, methodMs } = facts;
  const neededMs = count * sli.periodMs;
  if (neededMs > methodMs) {
    const needed = `${count} ${count === 1 ? 'period' : 'periods'} of ${formatDuration(sli.periodMs)}`;
    return `${sli.id} ${breach.text} needs ${needed}, and the method is over after ${formatDuration(methodMs)}`;
  }
  const known = breach.limit.kind === 'absolute' ? [undefined] : baselines.map(({ mean }) => mean);
  const limits = known.map((mean) => limitOf(breach, mean)).filter((limit) => limit !== undefined);
  const beyond = limits.find((limit) => isOutOfReach(breach.op, limit, sli.unit));
  if (beyond === undefined) return undefined;
  const what = breach.limit.kind === 'baseline' ? `, which is ${quantityText(beyond, sli.unit)}` : '';
  const bound = metBy(breach.op) === 'low' ? 'never negative' : 'never above 100 %';
  return `${sli.id} ${breach.text}${what}: it is ${bound}`;
}

function isOutOfReach(op: AbortRule['breach']['op'], limit: number, unit: string): boolean {
  if (unit === 'none') return false;
  switch (op) {
    case '<':
      return limit <= 0;
    case '<=':
      return limit < 0;
    case '>':
      return unit === 'percent' && limit >= 100;
    case '>=':
      return unit === 'percent' && limit > 100;
  }
}
