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
    writeCalls: batches.reduce((sum, batch) => sum + callsFor(batch), 0),
    undoCalls: callsFor(reversible),
    methodSeconds: steps.reduce((sum, { step }) => sum + waitMs(step), 0) / 1_000,
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

/** How many calls a list of changes takes, batch by batch. */
function callsFor(changes: readonly AnyChange[]): number {
  const irreversible = changes.filter((change) => change.kind === 'irreversible').length;
  return irreversible + [...callsByAttribute(changes)].reduce((sum, [, calls]) => sum + calls, 0);
}

function callsByAttribute(changes: readonly AnyChange[]): ReadonlyMap<AttributeKind, number> {
  const sizes = new Map<string, { readonly attribute: AttributeKind; readonly count: number }>();
  for (const change of changes) {
    if (change.kind !== 'reversible') continue;
    const key = `${change.attribute} ${driverOf(change.attribute).batchKey(change.resource)}`;
    sizes.set(key, { attribute: change.attribute, count: (sizes.get(key)?.count ?? 0) + 1 });
  }
  const calls = new Map<AttributeKind, number>();
  for (const { attribute, count } of sizes.values()) {
    calls.set(attribute, (calls.get(attribute) ?? 0) + driverOf(attribute).callsFor(count));
  }
  return calls;
}

function rollbackSeconds(changes: readonly Change[]): number {
  const calls = [...callsByAttribute(changes)];
  const sending = calls.reduce((sum, [attribute, count]) => sum + count / CALLS_A_SECOND[attribute], 0);
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
