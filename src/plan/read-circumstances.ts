import type { Cloud } from '../aws/cloud.js';
import { alarmRef, readAlarms } from '../inventory/read-alarms.js';
import { readCredentialsLife } from '../inventory/read-credentials.js';
import { readFisExperiments } from '../inventory/read-fis.js';
import { readRefreshes } from '../inventory/read-refreshes.js';
import { USUAL_CAPACITY, type CapacityRule, type Conditions, type ErrorBudget } from '../model/conditions.js';
import { KongError } from '../model/errors.js';
import type { Experiment, Sli } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { BaselineVerdict } from '../sli/baseline.js';
import { readSlis } from '../sli/cloudwatch-source.js';
import { readBudget } from '../sli/read-budget.js';
import { readLoads, type GroupLoad } from '../sli/read-load.js';
import { watchedRegions } from '../sli/regions.js';
import { Watch } from '../sli/watch.js';
import type { Circumstances, Fact } from './circumstances.js';
import { concernedGroups } from './concerned.js';
import type { Environment } from './environment.js';

/** What is read, and for whom. */
export interface CircumstancesRequest extends Pick<Circumstances, 'site' | 'wallMs' | 'state' | 'runner'> {
  readonly experiment: Experiment;
  readonly environment: Environment;
  /** Every region that the plan touches or reads. */
  readonly regions: readonly string[];
  /** On its way: only what depends on it waits for it. */
  readonly inventory: Promise<Inventory>;
  readonly cloud: Cloud;
  /** The drill's time, milliseconds since the epoch: virtual in the simulator. */
  readonly nowMs: number;
}

/**
 * Reads everything that gates are held against and that no plan holds, side by side: the SLIs, how busy the groups are
 * and the error budget (GetMetricData, a call or two a region), instance refreshes (a call a group: AWS has no other
 * way), alarms, experiments of AWS FIS, and the end of the credentials. Sends no mutating call.
 *
 * A zonal shift that is under way is not looked for: AWS has no client for it among those that kong uses. It shows in
 * the SLIs and in what the groups have in service, not by its name.
 *
 * @throws what the inventory throws; whatever else could not be read is a fact that is not known
 */
export async function readCircumstances(request: CircumstancesRequest): Promise<Circumstances> {
  const { site, wallMs, state, runner, cloud } = request;
  const [refreshes, alarms, fis, slis, budget, loads, credentials] = await Promise.all([
    factOf(refreshesFor(request)),
    alarmsFor(request),
    fisFor(request),
    factOf(slisFor(request)),
    budgetFor(request),
    loadsFor(request),
    factOf(readCredentialsLife(cloud)),
    request.inventory,
  ]);
  return { site, wallMs, state, runner, refreshes, alarms, fis, slis, budget, loads, credentials };
}

/** The experiment's own error budget, or kong.yaml's. */
export function budgetOf({ conditions }: Experiment, site: Conditions): ErrorBudget | undefined {
  return conditions?.errorBudget ?? site.errorBudget;
}

/** How groups are measured: by the experiment, by kong.yaml, or as EC2 does it. */
export function capacityRuleOf({ conditions }: Experiment, site: Conditions): CapacityRule {
  return conditions?.capacity ?? site.capacity ?? USUAL_CAPACITY;
}

/** Every alarm that has to be OK. */
export function blockingAlarmsOf({ conditions }: Experiment, site: Conditions): readonly string[] {
  return [...new Set([...site.blockingAlarms, ...(conditions?.blockingAlarms ?? [])])];
}

async function factOf<T>(reading: Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await reading };
  } catch (error) {
    if (error instanceof KongError) return { known: false, why: error.message };
    // the SDK's credential chain is asked without kong's middleware around it
    if (error instanceof Error && error.name === 'CredentialsProviderError')
      return { known: false, why: error.message };
    throw error;
  }
}

/** An emulator that does not know an operation has none of what the operation lists; Amazon knows them all. */
async function noneWhereUnknown<T>(reading: Promise<readonly T[]>, { amazon }: Environment): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    if (!amazon && error instanceof KongError && UNKNOWN_THERE.includes(error.code)) return [];
    throw error;
  }
}

/** LocalStack calls an operation that is not in its edition an internal failure. */
const UNKNOWN_THERE: readonly string[] = ['NOT_IMPLEMENTED', 'AWS_SERVICE'];

async function refreshesFor(request: CircumstancesRequest): Promise<Awaited<ReturnType<typeof readRefreshes>>> {
  const { experiment, environment, cloud } = request;
  const groups = concernedGroups(experiment, await request.inventory, environment);
  return noneWhereUnknown(readRefreshes(groups, cloud), environment);
}

async function alarmsFor(request: CircumstancesRequest): Promise<Circumstances['alarms']> {
  const { experiment, environment, site, regions, cloud } = request;
  const names = blockingAlarmsOf(experiment, site);
  if (names.length === 0 || environment.on === 'sim') return undefined;
  return factOf(readAlarms(names.map(alarmRef), regions, cloud));
}

async function fisFor({ environment, regions, cloud }: CircumstancesRequest): Promise<Circumstances['fis']> {
  // its client is not even loaded there: it costs more than all of a plan
  if (environment.on === 'sim') return undefined;
  return factOf(noneWhereUnknown(readFisExperiments(regions, cloud), environment));
}

async function slisFor({ experiment, regions, nowMs, cloud }: CircumstancesRequest): Promise<BaselineVerdict> {
  const watch = new Watch(experiment, (sli) => watchedRegions(sli, experiment, regions));
  const window = watch.baselineWindow(nowMs);
  const reading = await readSlis({ slis: experiment.slis, regionsOf: watch.regionsOf, ...window, cloud });
  return watch.baselineFrom(reading, nowMs);
}

async function budgetFor(request: CircumstancesRequest): Promise<Circumstances['budget']> {
  const { experiment, site, regions, nowMs, cloud } = request;
  const budget = budgetOf(experiment, site);
  const sli = experiment.slis.find(({ id }) => id === budget?.sli);
  if (budget === undefined || sli === undefined) return undefined;
  const regionsOf = (one: Sli): readonly string[] => watchedRegions(one, experiment, regions);
  return factOf(readBudget({ sli, regionsOf, windowMs: budget.windowMs, nowMs, cloud }));
}

async function loadsFor(request: CircumstancesRequest): Promise<Circumstances['loads']> {
  if (request.experiment.blastRadius.scope.kind === 'link') return undefined;
  return factOf(readGroupLoads(request));
}

async function readGroupLoads(request: CircumstancesRequest): Promise<readonly GroupLoad[]> {
  const { experiment, site, nowMs, cloud } = request;
  const { regions } = await request.inventory;
  const groups = regions.flatMap(({ region, groups: there }) =>
    there.filter(({ members }) => members.length > 0).map(({ name }) => ({ region, name })),
  );
  const own = experiment.slis.flatMap(({ metrics }) => metrics.map(({ namespace }) => namespace));
  const namespaces = [...new Set(['AWS/EC2', ...own])];
  return readLoads({ groups, rule: capacityRuleOf(experiment, site), namespaces, nowMs, cloud });
}
