import type { Driver } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { stagesOf } from '../changes/stages.js';
import { attributeKey, type AnyChange, type AttributeKind, type Change } from '../model/change.js';
import type { Step } from '../model/experiment.js';
import type { Forecast, PlannedStep } from '../model/plan.js';

/** Reading, verifying and one round of retries, whatever the number of calls. */
const ROUND_TRIPS_SECONDS = 3;

/** How long an undo of the user's own takes at worst, seconds; undefined: AWS is called, at a rate that is known. */
export type OwnSeconds = (change: Change) => number | undefined;

/** What a plan costs in calls and seconds, and the worst case of taking it all back. */
export function forecastOf(steps: readonly PlannedStep[], ownSeconds: OwnSeconds = () => undefined): Forecast {
  const batches = steps.flatMap((step) => step.batches);
  const reversible = uniqueAttributes(batches.flat());
  return {
    writeCalls: batches.reduce((total, batch) => total + callsFor(batch), 0),
    undoCalls: sum(undoCalls(reversible)),
    methodSeconds: steps.reduce((total, { step }) => total + waitMs(step), 0) / 1_000,
    rollbackSeconds: rollbackSeconds(reversible, ownSeconds),
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

function rollbackSeconds(changes: readonly Change[], ownSeconds: OwnSeconds): number {
  const calls = [...undoCalls(changes.filter((change) => ownSeconds(change) === undefined))];
  const sending = calls.reduce((total, [attribute, count]) => total + count / driverOf(attribute).callsPerSecond, 0);
  const arriving = Math.max(0, ...calls.map(([attribute]) => arrivesSeconds(attribute, changes)));
  return changes.length === 0 ? 0 : Math.ceil(sending + arriving + ownTime(changes, ownSeconds) + ROUND_TRIPS_SECONDS);
}

/** What stands together is undone side by side, and takes as long as its slowest; the rest waits for it. */
function ownTime(changes: readonly Change[], ownSeconds: OwnSeconds): number {
  const own = changes.map((change) => ({ ...change, seconds: ownSeconds(change) ?? 0 }));
  const roles = new Set(own.map(({ attribute }) => driverOf(attribute).role));
  const stages = [...roles].flatMap((role) => stagesOf(own.filter((one) => driverOf(one.attribute).role === role)));
  return stages.reduce((total, stage) => total + Math.max(...stage.map(({ seconds }) => seconds)), 0);
}

function arrivesSeconds(attribute: AttributeKind, changes: readonly Change[]): number {
  const driver = driverOf(attribute);
  const own = changes.filter((change) => change.attribute === attribute);
  return driver.undoArrivesSeconds?.(own) ?? driver.arrivesSeconds ?? driver.lateSeconds ?? 0;
}

/** How long a step waits by itself. */
export function waitMs(step: Step): number {
  switch (step.kind) {
    case 'hold':
      return step.forMs;
    case 'shift':
    case 'return':
      return Math.max(0, step.steps.length - 1) * step.everyMs;
    case 'observe':
      return step.withinMs;
    case 'stay':
      return typeof step.until === 'number' ? step.until : 0;
    case 'prewarm':
    case 'fault':
    case 'switch':
    case 'isolate':
    case 'restore':
      return 0;
  }
}
