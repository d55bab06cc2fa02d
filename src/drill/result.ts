import { exitCodeOf } from '../model/outcome.js';
import { formatDuration } from '../model/duration.js';
import type { Experiment } from '../model/experiment.js';
import { overridesOf } from '../model/plan.js';
import type { Outcome, Result, StopReason } from '../model/run.js';
import { summaryLine } from '../model/summary.js';
import type { Ended } from './ended.js';
import { findingsOf } from './findings.js';
import { stillResolved } from './resolution-findings.js';
import { rpoFindings } from './replication-findings.js';
import { rtoFindings } from './rto-findings.js';
import { lagSliOf } from './replication.js';

/** result.json, made from what a drill knows at its end. Pure. */
export function resultOf(ended: Ended): Result {
  const { plan, run, rollback } = ended;
  const { experiment } = plan;
  const outcome = outcomeOf(ended);
  const remaining = rollback.remaining.length;
  const objectives = objectivesOf(ended);
  const stop = ended.stop ?? { kind: 'completed' as const };
  return {
    schema: 'kong/result/v1',
    run,
    experiment: experiment.name,
    hypothesis: experiment.hypothesis,
    on: plan.on,
    where: plan.where,
    seed: plan.seed,
    outcome,
    summary: summaryLine({
      outcome,
      experiment: experiment.name,
      run,
      stop,
      remaining,
      conflicts: rollback.conflicts.length,
      refusal: ended.refusal?.message ?? null,
      rto: objectives.rto,
      off: offExpectations(ended),
      isEmpty: ended.isEmpty,
      details: experiment,
    }),
    exitCode: exitCodeOf(outcome, remaining),
    startedAt: ended.startedAt,
    endedAt: ended.endedAt,
    phases: ended.phases,
    blastRadius: {
      instances: plan.blast.instances,
      autoScalingGroups: plan.blast.autoScalingGroups,
      subnets: plan.blast.subnets,
      records: plan.blast.records,
      share: Math.round(plan.blast.share * 1e4) / 1e4,
    },
    slis: ended.slis,
    steadyState: steadyStateOf(ended),
    objectives,
    ...(ended.replication ? { replication: ended.replication } : {}),
    ...(ended.resolution ? { resolution: ended.resolution } : {}),
    ...(ended.failover ? { failover: ended.failover } : {}),
    abort:
      stop.kind === 'breach'
        ? { sli: stop.sli, series: stop.series, value: stop.value, breach: stop.breach, at: stop.at }
        : null,
    error: errorOf(ended, stop),
    overrides: overridesOf(plan),
    rollback: { reason: stop.kind, ...rollback },
    findings: [
      ...findingsOf(ended),
      ...rtoFindings(ended, objectives.rto),
      ...(ended.refusal ? [] : rpoFindings(objectives.rpo)),
    ],
    ...(ended.watchdog ? { watchdog: ended.watchdog } : {}),
    awsCalls: ended.calls,
  };
}

function outcomeOf(ended: Ended): Outcome {
  if (ended.refusal) return 'refused';
  switch (ended.stop?.kind) {
    case 'breach':
      return 'aborted';
    case 'unmeasurable':
    case 'ended-early':
      return 'inconclusive';
    case 'interrupted':
      return 'interrupted';
    case 'left':
      return ended.stop.because === 'asked' ? leftVerdict(ended) : LEFT[ended.stop.because];
    case 'error':
      return 'failed';
    case 'completed':
    case undefined:
      return verdictOf(ended);
  }
}

/** An escape that left the traffic out, by why it did. */
const LEFT = { interrupted: 'interrupted', error: 'failed' } as const;

/** It was to take its traffic out. */
function leftVerdict(ended: Ended): Outcome {
  return stillResolved(ended).length > 0 ? 'deviated' : 'held';
}

/** What is to be said of the hypothesis, once nothing stopped the drill. */
function verdictOf(ended: Ended): Outcome {
  const { plan, rollback } = ended;
  if (rollback.remaining.length > 0) return 'failed';
  if (stillResolved(ended).length > 0) return 'deviated';
  // nobody asked what would happen: the traffic was out, and is back
  if (plan.experiment.escape === true) return 'held';
  return hypothesisVerdict(ended);
}

function hypothesisVerdict({ whole, isEmpty, steadyAtEnd, failover }: Ended): Outcome {
  if (isEmpty || steadyAtEnd === 'unknown' || whole === undefined) return 'inconclusive';
  if (failover?.engaged === null) return 'inconclusive';
  if (failover?.engaged === false) return 'deviated';
  return steadyAtEnd === 'steady' && whole.expectations.every((one) => one.held) ? 'held' : 'deviated';
}

function steadyStateOf({ whole }: Ended): Result['steadyState'] {
  return (whole?.expectations ?? []).map(({ sli, expect, held, offMs, settleMs }) => ({
    sli,
    expect,
    held,
    offSeconds: offMs / 1_000,
    settleSeconds: settleMs / 1_000,
  }));
}

function offExpectations(ended: Ended): readonly string[] {
  const { whole, failover } = ended;
  const still = stillResolved(ended).map(({ name }) => `resolution of ${name} away from the region`);
  if (still.length > 0) return still;
  if (failover?.engaged === false) return [`failover within ${formatDuration(failover.withinSeconds * 1_000)}`];
  return (whole?.expectations ?? []).filter((one) => !one.held).map(({ sli, expect }) => `${sli} ${expect}`);
}

function objectivesOf(ended: Ended): Result['objectives'] {
  const { plan, rtoMs, stillOffMs = 0 } = ended;
  const { objectives } = plan.experiment;
  const rto = objective(objectives.rtoMs, rtoMs === undefined ? null : rtoMs / 1_000);
  // how long it takes is not known, but that it takes longer than it may
  const isMissed = rtoMs === undefined && stillOffMs > (objectives.rtoMs ?? Infinity);
  return {
    rto: isMissed ? { ...rto, met: false } : rto,
    rpo: objective(objectives.rpoMs, notArrived(ended)),
  };
}

function objective(targetMs: number | undefined, achieved: number | null): Result['objectives']['rto'] {
  const targetSeconds = targetMs === undefined ? null : targetMs / 1_000;
  return {
    targetSeconds,
    achievedSeconds: achieved,
    met: targetSeconds === null || achieved === null ? null : achieved <= targetSeconds,
  };
}

/** What had not been replicated when the fault came is what would be lost: by the markers, where there are any. */
function notArrived({ plan, slis, replication }: Ended): number | null {
  if (plan.experiment.marker === undefined) return replicationLag(plan.experiment, slis);
  return replication?.atFaultSeconds ?? null;
}

/** By the SLI named `replication-lag`: its mean before. */
function replicationLag(experiment: Experiment, slis: Result['slis']): number | null {
  const id = lagSliOf(experiment);
  return id === undefined ? null : (slis[id]?.before ?? null);
}

const LONGER = 'give what AWS FIS runs a longer duration, or hold it for a shorter time';

function errorOf({ refusal }: Ended, stop: StopReason): Result['error'] {
  if (refusal) {
    const { code, message, fix, gates } = refusal;
    return { code, message, fix: fix ?? null, ...(gates === undefined ? {} : { gates }) };
  }
  if (stop.kind === 'error') return { code: stop.code, message: stop.message, fix: stop.fix ?? null };
  if (stop.kind === 'ended-early') return { code: 'ENDED_EARLY', message: stop.message, fix: LONGER };
  return stop.kind === 'unmeasurable' ? { code: 'UNMEASURABLE', message: stop.message, fix: null } : null;
}
