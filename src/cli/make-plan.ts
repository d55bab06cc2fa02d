import { readAttributes } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { faultNamed } from '../faults/registry.js';
import { readInventory } from '../inventory/read-inventory.js';
import { attributeKey, type Change } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { InventoryPart } from '../model/inventory.js';
import { sameJson } from '../model/json.js';
import type { Plan } from '../model/plan.js';
import { resourceKey } from '../model/resource.js';
import { compilePlan } from '../plan/compile.js';
import { regionsOf } from '../plan/targets.js';
import type { Setting } from './settings.js';

/** Reads what is there and makes the plan of an experiment. Sends no mutating call: it has no permit for one. */
export async function makePlan(experiment: Experiment, seed: number, setting: Setting): Promise<Plan> {
  const { environment, cloud, clock, random } = setting;
  const regions = regionsRead(experiment);
  assertRegionsKnown(regions, setting);
  const { optIn } = environment;
  const inventory = await readInventory({
    account: environment.account,
    regions,
    records: experiment.method.some((step) => step.kind === 'shift'),
    parts: partsOf(experiment),
    zoneAllowed: (zone) => optIn === undefined || zone.tags[optIn.key] === optIn.value,
    cloud,
  });
  return compilePlan({
    experiment,
    inventory,
    environment,
    seed,
    random,
    createdAt: new Date(clock.now()).toISOString(),
  });
}

function partsOf({ method }: Experiment): readonly InventoryPart[] {
  const faults = method.flatMap((step) => (step.kind === 'fault' ? [faultNamed(step.fault)] : []));
  return [...new Set(faults.flatMap((fault) => fault?.needs ?? []))];
}

/** Where the experiment breaks something, and where it looks. */
function regionsRead({ blastRadius, slis }: Experiment): readonly string[] {
  const named = slis.flatMap((sli) => (sli.region === undefined ? [] : [sli.region]));
  return [...new Set([...regionsOf(blastRadius.scope), ...blastRadius.survivors, ...named])];
}

function assertRegionsKnown(regions: readonly string[], { world, regions: known }: Setting): void {
  const missing = world ? regions.find((region) => !known.includes(region)) : undefined;
  if (missing === undefined) return;
  throw new KongError('UNKNOWN_TARGET', `the simulated world has no region ${missing}`, {
    fix: `its regions are ${known.join(', ')}`,
  });
}

/**
 * A saved plan is applied exactly as saved, or not at all: every attribute must still be what it was when the plan
 * was made.
 *
 * @throws KongError REFUSED with each difference
 */
export async function assertNotDrifted(plan: Plan, setting: Setting): Promise<void> {
  const { environment, cloud } = setting;
  const here = environment.endpoint ?? null;
  if (plan.on !== environment.on || plan.account !== environment.account || plan.endpoint !== here) {
    throw new KongError('BAD_PLAN', `the plan was made for ${plan.where}, and this is ${environment.where}`, {
      fix: 'make the plan anew, here',
    });
  }
  const changes = firstOfEach(
    plan.steps.flatMap((step) => step.batches.flat()).filter((change) => change.kind === 'reversible'),
  );
  const kinds = [...new Set(changes.map((change) => change.attribute))];
  const drifted = await Promise.all(
    kinds.map(async (kind) => {
      const own = changes.filter((change) => change.attribute === kind);
      const current = await readAttributes(
        driverOf(kind),
        own.map((change) => change.resource),
        { cloud, run: '', created: new Map() },
      );
      return own
        .filter((change) => !sameJson(current.get(resourceKey(change.resource)) ?? null, change.before))
        .map(
          (change) =>
            `${change.attribute} of ${resourceKey(change.resource)} was ${JSON.stringify(change.before)}, is ${JSON.stringify(current.get(resourceKey(change.resource)) ?? null)}`,
        );
    }),
  );
  const differences = drifted.flat();
  if (differences.length === 0) return;
  throw new KongError(
    'REFUSED',
    `what the plan touches has changed since it was made: ${differences.length} differences`,
    { detail: differences.slice(0, 20), fix: 'make the plan anew and have it reviewed' },
  );
}

function firstOfEach(changes: readonly Change[]): readonly Change[] {
  const first = new Map<string, Change>();
  for (const change of changes) if (!first.has(attributeKey(change))) first.set(attributeKey(change), change);
  return [...first.values()];
}
