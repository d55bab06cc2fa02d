import { lookUp } from '../inventory/look-up-names.js';
import { readInventory } from '../inventory/read-inventory.js';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { Plan } from '../model/plan.js';
import { compilePlan } from '../plan/compile.js';
import type { DrawnBefore } from '../plan/draw.js';
import { bucketsNamed, inventoryParts } from '../plan/inventory-parts.js';
import type { ResolverAnswers } from '../plan/gates/gate.js';
import { resolutionPlan } from '../plan/resolution.js';
import { readCircumstances } from '../plan/read-circumstances.js';
import { movesRecords } from '../plan/shift.js';
import { readSwitches } from '../plan/switch-facts.js';
import { regionsOf, whyNotTags } from '../plan/targets.js';
import type { Setting } from './settings.js';

/**
 * Reads what is there, and how things stand around it, and makes the plan of an experiment. Sends no mutating call: it
 * has no permit for one.
 *
 * @param drawn - whom a saved plan drew, step by step: nobody is drawn instead
 */
export async function makePlan(
  experiment: Experiment,
  seed: number,
  setting: Setting,
  drawn?: DrawnBefore,
): Promise<Plan> {
  const { environment, cloud, clock, random, surroundings, definitions, hooks, switches } = setting;
  const regions = regionsRead(experiment);
  assertRegionsKnown(regions, setting);
  // before anything is read: from then on somebody else may change it
  const createdAt = new Date(clock.now()).toISOString();
  const reading = readInventory({
    account: environment.account,
    regions,
    records: movesRecords(experiment),
    parts: inventoryParts(experiment),
    fisTemplates: templatesOf(experiment),
    whyNotZone: ({ tags }) => whyNotTags(tags, environment),
    buckets: bucketsNamed(experiment),
    cloud,
  });
  const [inventory, answers, facts, circumstances] = await Promise.all([
    reading,
    reading.then((inventory) => answersFor({ experiment, inventory }, setting)),
    readSwitches(experiment, definitions, { cloud, switches }),
    readCircumstances({
      experiment,
      environment,
      regions,
      inventory: reading,
      cloud,
      nowMs: clock.now(),
      site: surroundings.site,
      runner: surroundings.runner,
      wallMs: surroundings.wallMs(),
      state: surroundings.state(regions),
    }),
  ]);
  return compilePlan({
    experiment,
    inventory,
    switches: facts,
    hooks,
    circumstances,
    answers,
    environment,
    seed,
    random,
    ...(drawn === undefined ? {} : { drawn }),
    createdAt,
  });
}

/** What the resolver of kong.yaml says now of the names that are to move, asked once for each. */
async function answersFor(
  planned: { readonly experiment: Experiment; readonly inventory: Inventory },
  { environment, openResolver, clock }: Setting,
): Promise<ResolverAnswers | undefined> {
  const resolution = resolutionPlan(planned, environment);
  if (resolution?.checked !== true) return undefined;
  const { resolver, region, names } = resolution;
  const look = { names, region, samples: 1, ask: openResolver(resolver), addresses: new Map() };
  return { resolver, names: await lookUp({ ...look, now: () => clock.now() }) };
}

/** Templates of AWS FIS that the method names. */
export function templatesOf({ method }: Experiment): readonly string[] {
  const named = method.flatMap((step) => (step.kind === 'fault' && step.fault === 'fis' ? [step.params.template] : []));
  return [...new Set(named.filter((one) => typeof one === 'string'))];
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
