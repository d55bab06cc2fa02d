import type { AnyChange } from '../model/change.js';
import { formatDuration } from '../model/duration.js';
import { sameJson } from '../model/json.js';
import { quantityText } from '../model/quantity.js';
import type { Result } from '../model/run.js';
import type { Ended } from './ended.js';
import { failoverFindings } from './failover-findings.js';
import { resolutionFindings } from './resolution-findings.js';
import { replicationFindings, unreplicatedFindings } from './replication-findings.js';

type Finding = Result['findings'][number];

/** How much of an allowance may be used before it is worth saying so. */
const THIN = 0.8;

/** What a drill taught, as far as its own figures show it. */
export function findingsOf(ended: Ended): readonly Finding[] {
  const figures = [failoverFindings, slowRecoveries, thinRto, coldCaches, retryStorms];
  const made = [...figures, lostInstances, notReplaced, resolutionFindings];
  return [...made, replicationFindings, unreplicatedFindings].flatMap((findings) => findings(ended));
}

function slowRecoveries(ended: Ended): readonly Finding[] {
  return (ended.whole?.expectations ?? [])
    .map((one) => ({ ...one, offMs: one.offMs - unmeasuredMs(one.sli, ended) }))
    .filter((one) => one.offMs > 0 && one.offMs >= one.settleMs * THIN)
    .map((one) => ({
      id: 'slow-recovery',
      evidence: `${one.sli} was not ${one.expect} for ${formatDuration(one.offMs)}, allowed are ${formatDuration(one.settleMs)}`,
      suggestion: 'find what recovers last: capacity, caches or DNS; shift in smaller steps or pre-warm the survivors',
    }));
}

/** For how long an SLI had no data: that is off, since it is no pass, and says nothing of a recovery. */
function unmeasuredMs(id: string, { plan, slis }: Ended): number {
  const periodMs = plan.experiment.slis.find((sli) => sli.id === id)?.periodMs ?? 0;
  const gaps = (slis[id]?.series ?? []).map(({ points }) => points.filter(({ value }) => value === null).length);
  return periodMs * Math.max(0, ...gaps);
}

function thinRto({ plan, rtoMs }: Ended): readonly Finding[] {
  const target = plan.experiment.objectives.rtoMs;
  if (target === undefined || rtoMs === undefined || rtoMs < target * THIN || rtoMs > target) return [];
  return [
    {
      id: 'thin-rto-margin',
      evidence: `recovered in ${formatDuration(rtoMs)} of ${formatDuration(target)}`,
      suggestion: 'the next slower day misses the objective: win back a margin, then drill again',
    },
  ];
}

/** A miss rate that doubled is the reason for slow answers where there is one to be seen. */
function coldCaches({ plan, slis }: Ended): readonly Finding[] {
  const sli = plan.experiment.slis.find((one) => one.id === 'cache-miss-rate');
  const seen = sli ? slis[sli.id] : undefined;
  if (!seen || seen.before === null || seen.peak === null || seen.peak < 2 * seen.before) return [];
  return [
    {
      id: 'cold-caches',
      evidence: `the survivors' caches missed ${quantityText(seen.peak, 'percent')} instead of ${quantityText(seen.before, 'percent')}`,
      suggestion: "warm the survivors' caches before the shift, and shift in smaller steps",
    },
  ];
}

/**
 * Percent of requests that are sent again: twice the budget that each client of Google's has for it.
 * @see https://sre.google/sre-book/handling-overload/
 */
const STORM_PERCENT = 20;

/** More work than was asked for, done because what was asked failed: it takes the survivors down in the end. */
function retryStorms({ plan, slis }: Ended): readonly Finding[] {
  const seen = plan.experiment.slis.some((one) => one.id === 'retry-rate') ? slis['retry-rate'] : undefined;
  if (!seen || seen.before === null || seen.peak === null) return [];
  if (seen.peak < STORM_PERCENT || seen.peak < 2 * seen.before) return [];
  const isolated = plan.steps.some((one) => one.step.kind === 'isolate' && one.batches.flat().some(isChange));
  const [peak, before] = [seen.peak, seen.before].map((value) => quantityText(value, 'percent'));
  return [
    {
      id: 'retry-storm',
      evidence: `sent again in the survivors: ${peak} of what members asked for, instead of ${before}`,
      suggestion: isolated
        ? 'isolation did not stop it: look whether services obey it, give retries a budget, retry in one layer only'
        : 'give retries a budget, retry in one layer only, and isolate what is dark (`isolate` in the method)',
    },
  ];
}

/** Whether it sets something to what it was not already. */
function isChange(change: AnyChange): boolean {
  return change.kind === 'reversible' && !sameJson(change.before, change.after);
}

const LOOK_AT_ACTIVITIES = 'look at the activities of its group: suspended processes, capacity, quotas, health checks';
const LOOK_AT_EVENTS = 'look at the events of the database: who was to take over, and why it did not';

const MISSED: Readonly<Record<string, ((resource: string) => string) | undefined>> = {
  missing: (resource) => `${resource} was not replaced before the drill ended`,
  unowned: (resource) => `${resource} is in no group that would replace it`,
  unknown: (resource) => `whether ${resource} was replaced can't be told`,
};

/** What was ended for good, and is missed: capacity is gone that nobody makes up for. */
function notReplaced({ rollback }: Ended): readonly Finding[] {
  return rollback.irreversible.flatMap(({ attribute, resource, aftermath }) => {
    const evidence = aftermath === undefined ? undefined : MISSED[aftermath.state]?.(resource);
    if (evidence === undefined) return [];
    const suggestion = attribute.endsWith('.failover') ? LOOK_AT_EVENTS : LOOK_AT_ACTIVITIES;
    return [{ id: 'not-replaced', evidence, suggestion }];
  });
}

function lostInstances({ rollback }: Ended): readonly Finding[] {
  const gone = rollback.conflicts.filter((note) => note.attribute === 'instance.state');
  return gone.map((note) => ({
    id: 'instance-lost',
    evidence: `${note.resource} was terminated while it was stopped`,
    suggestion: 'something other than its group ends unreachable instances: find it before the next drill',
  }));
}
