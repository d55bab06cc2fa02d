import { readAttributes, type ReadContext } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { attributeKey, type Change } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { Gate, Plan } from '../model/plan.js';
import { resourceKey } from '../model/resource.js';
import { differencesOf, driftGate, missingToday, type ReadNow } from '../plan/drift.js';
import { drawnBefore } from '../plan/draw.js';
import { digestOf } from '../plan/fingerprint.js';
import { lifeGates } from '../plan/plan-life.js';
import { parseSavedPlan, type SavedPlan } from '../plan/saved-plan.js';
import { makePlan } from './make-plan.js';
import type { CommonOptions } from './options.js';
import type { Setting } from './settings.js';
import { isFile, isForWorld, readUserFile, type Outside } from './wire.js';

/** A saved plan with the file that it was in. */
export interface SavedFile {
  readonly plan: SavedPlan;
  readonly file: string;
}

/**
 * The saved plan that TARGET names; undefined where it names anything else.
 *
 * @throws KongError BAD_PLAN
 */
export function savedPlanAt(target: string): SavedFile | undefined {
  if (!target.endsWith('.json') || !isFile(target)) return undefined;
  return { plan: parseSavedPlan(readUserFile(target), target), file: target };
}

/**
 * The options with which a saved plan was made, so that it meets the same world and the same chance. Options that say
 * otherwise are refused: a plan is applied as it was reviewed.
 *
 * @param seedGiven - whether `--seed` was typed
 * @throws KongError BAD_ARGUMENT, BAD_PLAN
 */
export function optionsOfPlan<T extends CommonOptions & { readonly seedGiven?: boolean }>(
  { plan, file }: SavedFile,
  options: T,
): T {
  const { saved, seed, on, where } = plan;
  const anew = 'leave it out, or make the plan anew with it';
  if (options.set.length > 0 && options.set.join('\n') !== saved.set.join('\n')) {
    const own = saved.set.length === 0 ? 'without any --set' : `with --set ${saved.set.join(' --set ')}`;
    throw new KongError('BAD_ARGUMENT', `--set ${options.set.join(' --set ')}: ${file} was made ${own}`, { fix: anew });
  }
  if (options.seedGiven === true && options.seed !== seed) {
    throw new KongError('BAD_ARGUMENT', `--seed ${options.seed}: ${file} was made with --seed ${seed}`, { fix: anew });
  }
  if (options.on !== on) {
    throw new KongError('BAD_PLAN', `${file} was made for ${where}, and this is --on ${options.on}`, {
      fix: `--on ${on}, or make the plan anew, here`,
    });
  }
  if (options.state !== saved.state) {
    throw new KongError(
      'BAD_PLAN',
      `${file} was made with --state ${saved.state}, and this is --state ${options.state}`,
      { fix: `--state ${saved.state}: there it is written whether the plan was used` },
    );
  }
  const world = options.world ?? saved.world?.file ?? undefined;
  return { ...options, seed, set: saved.set, ...(world === undefined ? {} : { world }) };
}

/**
 * A saved plan with its gates as they stand now: those of its experiment from fresh facts, and those of its own life.
 * Its changes stay as they were saved. Reads only.
 *
 * @throws KongError BAD_PLAN where it was made for another place
 */
export async function planAgain({ plan }: SavedFile, setting: Setting, outside: Outside): Promise<SavedPlan> {
  assertSamePlace(plan, setting);
  const { files, wallClock } = outside;
  const life = lifeGates(plan, { state: plan.saved.state, files, nowMs: wallClock.now() });
  const world = worldGate(plan, setting);
  if (world?.passed === false) return { ...plan, gates: [...life, world] };
  return { ...plan, gates: [...(await gatesToday(plan, setting)), ...life, ...(world === undefined ? [] : [world])] };
}

/** The gates of a plan that was made a while ago, from fresh facts, and whether its changes still fit. Reads only. */
export async function gatesToday(plan: Plan, setting: Setting): Promise<readonly Gate[]> {
  try {
    const today = await makePlan(plan.experiment, plan.seed, setting, drawnBefore(plan));
    const now = await readNow(plan, today, setting);
    return [...today.gates, driftGate(differencesOf(plan, today, now))];
  } catch (error) {
    // what the experiment names is gone: that is drift, and no misspelt target
    if (!(error instanceof KongError) || error.code !== 'UNKNOWN_TARGET') throw error;
    const message = `what the plan touches has changed since it was made: ${error.message}`;
    return [{ ...driftGate([]), passed: false, message, fix: 'make the plan anew' }];
  }
}

/** What distinguishes a simulated world from another; undefined on AWS. */
export function worldHash({ world }: Setting): string | undefined {
  return world === undefined ? undefined : digestOf(world);
}

/** How a plan that is made now would have to be made again. */
export function savedWorld(options: CommonOptions, setting: Setting): SavedPlan['saved']['world'] {
  const hash = worldHash(setting);
  return hash === undefined ? null : { file: options.world ?? null, hash };
}

function assertSamePlace({ on, where, account, endpoint }: Plan, { environment }: Setting): void {
  // a simulated world is told by its hash
  if (on === 'sim') return;
  if (account === environment.account && endpoint === (environment.endpoint ?? null)) return;
  throw new KongError('BAD_PLAN', `the plan was made for ${where}, and this is ${environment.where}`, {
    fix: endpoint === null ? 'make the plan anew, here' : `--endpoint-url ${endpoint}, or make the plan anew, here`,
  });
}

function worldGate({ saved }: SavedPlan, setting: Setting): Gate | undefined {
  const hash = worldHash(setting);
  if (hash === undefined || saved.world === null) return undefined;
  const name = 'plan.world';
  if (hash === saved.world.hash)
    return { name, code: 'REFUSED', passed: true, message: 'the world is the one that the plan was made in' };
  const { file } = saved.world;
  const made = [file ?? 'the world that kong brings', ...saved.set.filter(isForWorld)].join(', ');
  return {
    name,
    code: 'REFUSED',
    passed: false,
    message: `the plan was made in another world, or its file was changed since: it was ${made}`,
    fix: `${file === null ? 'leave --world out' : `--world ${file}`}, or make the plan anew in this world`,
  };
}

async function readNow(saved: Plan, today: Plan, { cloud, switches }: Setting): Promise<ReadNow> {
  const gone = missingToday(saved, today)
    .filter((change) => change.kind === 'reversible')
    // one that kong.yaml has otherwise now, or not at all, is not asked
    .filter(({ resource: { type } }) => type !== 'switch' && type !== 'hook');
  const kinds = [...new Set(gone.map((change) => change.attribute))];
  const read = await Promise.all(
    kinds.map((kind) =>
      readKind(
        gone.filter((one) => one.attribute === kind),
        { cloud, switches },
      ),
    ),
  );
  return new Map(read.flat());
}

async function readKind(
  changes: readonly Change[],
  reach: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<readonly (readonly [string, Json])[]> {
  const [first] = changes;
  if (first === undefined) return [];
  const resources = changes.map((change) => change.resource);
  const values = await readAttributes(driverOf(first.attribute), resources, { ...reach, run: '', created: new Map() });
  return changes.flatMap((change) => {
    const value = values.get(resourceKey(change.resource));
    return value === undefined ? [] : [[attributeKey(change), value] as const];
  });
}
