import type { Driver } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { attributeKey, type AnyChange, type AttributeKind, type Change } from '../model/change.js';
import type { Step } from '../model/experiment.js';
import type { Forecast, PlannedStep } from '../model/plan.js';

/**
 * Calls a second that Amazon lets through for long, per kind of attribute, rounded down: what a worst case may count
 * on.
 */
const CALLS_A_SECOND: Readonly<Record<AttributeKind, number>> = {
  'networkAcl.exists': 5,
  'subnet.networkAcl': 10,
  'asg.suspendedProcesses': 5,
  'asg.minSize': 5,
  'asg.desiredCapacity': 5,
  'instance.state': 2,
  'record.weight': 2,
};

/** What an attribute takes to arrive after its last call: a stopping instance must have stopped before it starts. */
const ARRIVES_SECONDS: Readonly<Partial<Record<AttributeKind, number>>> = { 'instance.state': 30 };

/** Reading, verifying and one round of retries, whatever the number of calls. */
const ROUND_TRIPS_SECONDS = 3;

/** What a plan costs in calls and seconds, and the worst case of taking it all back. */
export function forecastOf(steps: readonly PlannedStep[]): Forecast {
  const batches = steps.flatMap((step) => step.batches);
  const reversible = uniqueAttributes(batches.flat());
  return {
    writeCalls: batches.reduce((total, batch) => total + callsFor(batch), 0),
    undoCalls: sum(undoCalls(reversible)),
    methodSeconds: steps.reduce((total, { step }) => total + waitMs(step), 0) / 1_000,
    rollbackSeconds: rollbackSeconds(reversible),
  };
}

function uniqueAttributes(changes: readonly AnyChange[]): readonly Change[] {
  return [
    ...new Map(
      changes.flatMap((change) => (change.kind === 'reversible' ? [[attributeKey(change), change] as const] : [])),
    ).values(),
  ];
}

/** How many calls a list of changes takes. */
function callsFor(changes: readonly AnyChange[]): number {
  const reversible = changes.filter((change) => change.kind === 'reversible');
  const calls = byAttribute(reversible, (driver, batch) => driver.callsFor(batch.length));
  return changes.length - reversible.length + sum(calls);
}

/** How many calls it takes to put changes back, by attribute. */
function undoCalls(changes: readonly Change[]): ReadonlyMap<AttributeKind, number> {
  return byAttribute(changes, (driver, batch) => driver.undoCallsFor?.(batch) ?? driver.callsFor(batch.length));
}

function byAttribute(
  changes: readonly Change[],
  callsOf: (driver: Driver, batch: readonly Change[]) => number,
): ReadonlyMap<AttributeKind, number> {
  const batches = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${change.attribute} ${driverOf(change.attribute).batchKey(change.resource)}`;
    batches.set(key, [...(batches.get(key) ?? []), change]);
  }
  const calls = new Map<AttributeKind, number>();
  for (const batch of batches.values()) {
    const [first] = batch;
    if (!first) continue;
    const { attribute } = first;
    calls.set(attribute, (calls.get(attribute) ?? 0) + callsOf(driverOf(attribute), batch));
  }
  return calls;
}

function sum(calls: ReadonlyMap<AttributeKind, number>): number {
  return [...calls.values()].reduce((total, count) => total + count, 0);
}

function rollbackSeconds(changes: readonly Change[]): number {
  const calls = [...undoCalls(changes)];
  const sending = calls.reduce((total, [attribute, count]) => total + count / CALLS_A_SECOND[attribute], 0);
  const arriving = Math.max(0, ...calls.map(([attribute]) => ARRIVES_SECONDS[attribute] ?? 0));
  return changes.length === 0 ? 0 : Math.ceil(sending + arriving + ROUND_TRIPS_SECONDS);
}

/** How long a step waits by itself. */
export function waitMs(step: Step): number {
  switch (step.kind) {
    case 'hold':
      return step.forMs;
    case 'shift':
    case 'return':
      return Math.max(0, step.steps.length - 1) * step.everyMs;
    case 'prewarm':
    case 'fault':
    case 'restore':
      return 0;
  }
}
