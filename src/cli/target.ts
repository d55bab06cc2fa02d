import { builtinEscape } from '../experiment/builtin-escape.js';
import { builtinExperiment } from '../experiment/builtin.js';
import { formatDiagnostic } from '../experiment/diagnostic.js';
import { parseExperiment } from '../experiment/parse.js';
import { readGroups } from '../inventory/read-groups.js';
import { readInstanceRegion } from '../inventory/read-instance-region.js';
import { KongError } from '../model/errors.js';
import type { Experiment } from '../model/experiment.js';
import { count } from '../model/summary.js';
import { nearestOf } from '../plan/nearest.js';
import { listExperiments, type ExperimentFile } from './experiment-files.js';
import type { EscapeOptions } from './escape-options.js';
import { knownFaults } from './known-faults.js';
import type { CommonOptions } from './options.js';
import { savedPlanAt, type SavedFile } from './saved-plan.js';
import type { Setting } from './settings.js';
import { isFile, isForWorld, readUserFile, type Outside } from './wire.js';

/** An experiment, and where it came from. */
export interface ExperimentTarget {
  readonly kind: 'experiment';
  readonly experiment: Experiment;
  readonly from: string;
}

/** What TARGET turned out to be. */
export type Target = (SavedFile & { readonly kind: 'plan' }) | ExperimentTarget;

/** A region of Amazon's, and a zone: `us-gov-east-1`, `us-gov-east-1a`. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;
const ZONE = /^([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]$/;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;

/**
 * What the person meant by TARGET: a file, an experiment by its name, or a region, zone, group or instance.
 *
 * @throws KongError UNKNOWN_TARGET with the nearest name; BAD_EXPERIMENT, BAD_PLAN with every problem of the file
 */
export async function resolveTarget(
  target: string,
  options: CommonOptions,
  setting: Setting,
  outside: Outside,
): Promise<Target> {
  const saved = savedPlanAt(target);
  return saved ? { kind: 'plan', ...saved } : resolveExperiment(target, options, setting, outside);
}

/**
 * The same for a TARGET that is no saved plan.
 *
 * @throws KongError UNKNOWN_TARGET with the nearest name; BAD_EXPERIMENT with every problem of the file
 */
export async function resolveExperiment(
  target: string,
  options: EscapeOptions,
  setting: Setting,
  outside: Outside,
): Promise<ExperimentTarget> {
  const { machine } = outside;
  const asked = { options, setting };
  if (/\.ya?ml$/.test(target) || isFile(target)) return parsed(readUserFile(target), target, asked);
  const known = listExperiments([`${machine.cwd}/experiments`, `${machine.packageRoot}/experiments`], outside.files);
  if (options.escape === true && REGION.test(target)) return escapeFrom(target, known, asked);
  const own = ownExperiment(target, known);
  if (own) return parsed(own.text, own.file, asked);
  const builtin = await builtinFor(target, setting);
  if (builtin !== undefined) return parsed(builtin, `built-in experiment for ${target}`, asked);
  throw await unknown(target, known, setting);
}

interface Asked {
  readonly options: EscapeOptions;
  readonly setting: Setting;
}

/** A team's own escape, `escape-us-east-1.yaml`, or the one that kong brings. */
function escapeFrom(region: string, known: readonly ExperimentFile[], asked: Asked): ExperimentTarget {
  const { setting } = asked;
  const own = known.find(({ base, name }) => base === `escape-${region}` || name === `escape-${region}`);
  if (own) return parsed(own.text, own.file, asked);
  const survivors = setting.regions.filter((one) => one !== region);
  if (isRegion(region, setting)) {
    return parsed(builtinEscape({ region, survivors }), `built-in escape from ${region}`, asked);
  }
  throw new KongError('UNKNOWN_TARGET', `${region} is no region that kong knows`, {
    fix: `regions: ${setting.regions.join(', ') || 'none known: name them in kong.yaml'}`,
  });
}

function parsed(text: string, from: string, { options, setting }: Asked): ExperimentTarget {
  const overrides = options.set.filter((one) => !isForWorld(one));
  const { definitions: switches, hooks, environment } = setting;
  const known = { faults: knownFaults(), switches, hooks, fisRole: environment.fisRole !== undefined };
  const result = parseExperiment(text, from, { known, overrides });
  if (result.ok) return { kind: 'experiment', experiment: result.experiment, from };
  const { problems } = result;
  throw new KongError(
    'BAD_EXPERIMENT',
    `${from} has ${count(problems.length, 'problem')}`,
    { detail: problems.map(formatDiagnostic) },
  );
}

/**
 * An experiment's name, or the file that is named for a region or zone: `kong-us-east-1.yaml`,
 * `gorilla-us-east-1a.yaml`.
 */
function ownExperiment(target: string, known: readonly ExperimentFile[]): ExperimentFile | undefined {
  // not monkey-GROUP: a group's name alone must never turn into the end of an instance
  const scoped = REGION.test(target) || ZONE.test(target);
  const names = scoped ? [`kong-${target}`, `gorilla-${target}`] : [target];
  return known.find((file) => file.name === target) ?? known.find((file) => names.includes(file.base));
}

/** The experiment that kong itself brings for a scope; undefined where the target is no such thing. */
async function builtinFor(target: string, setting: Setting): Promise<string | undefined> {
  if (REGION.test(target) && isRegion(target, setting)) {
    return builtinExperiment({
      kind: 'region',
      region: target,
      survivors: setting.regions.filter((region) => region !== target),
    });
  }
  const zone = ZONE.exec(target);
  if (zone?.[1] !== undefined && isRegion(zone[1], setting)) return builtinExperiment({ kind: 'az', zone: target });
  if (INSTANCE.test(target)) {
    const region = await readInstanceRegion(target, setting.regions, setting.cloud);
    return region === undefined ? undefined : builtinExperiment({ kind: 'instance', region, id: target });
  }
  return groupExperiment(target, setting);
}

function isRegion(name: string, { regions, environment }: Setting): boolean {
  return regions.includes(name) || (environment.on === 'aws' && regions.length === 0);
}

async function groupExperiment(target: string, setting: Setting): Promise<string | undefined> {
  const [region, name] = target.includes('/')
    ? [target.split('/')[0], target.split('/').slice(1).join('/')]
    : [undefined, target];
  const there = await groupNames(setting, region);
  const found = there.filter((group) => group.name === name);
  const [only] = found;
  if (found.length > 1) {
    throw new KongError('UNKNOWN_TARGET', `${found.length} regions have a group ${name}`, {
      fix: `say which: ${found.map((group) => `${group.region}/${group.name}`).join(', ')}`,
    });
  }
  return only ? builtinExperiment({ kind: 'group', region: only.region, group: only.name }) : undefined;
}

async function groupNames(
  { regions, cloud }: Setting,
  only: string | undefined,
): Promise<readonly { readonly region: string; readonly name: string }[]> {
  const wanted = only === undefined ? regions : regions.filter((region) => region === only);
  const found = await Promise.all(
    wanted.map(async (region) => (await readGroups(region, cloud)).map((group) => ({ region, name: group.name }))),
  );
  return found.flat();
}

/** Typing errors are looked for among all that a target may be, the groups of every region included. */
async function unknown(target: string, known: readonly ExperimentFile[], setting: Setting): Promise<KongError> {
  const { regions, world } = setting;
  const experiments = known.map((file) => file.name);
  const zones = world?.regions.flatMap((region) => region.zones) ?? [];
  const groups = await groupNames(setting, undefined);
  const nearest = nearestOf(target, [
    ...experiments,
    ...known.map((file) => file.base),
    ...regions,
    ...zones,
    ...groups.flatMap(({ region, name }) => [name, `${region}/${name}`]),
  ]);
  const there = `experiments here: ${experiments.join(', ') || 'none'}; regions: ${regions.join(', ') || 'none known: name them in kong.yaml'}`;
  return new KongError(
    'UNKNOWN_TARGET',
    `${target} is no file, experiment, region, zone, Auto Scaling group or instance that kong can find`,
    { fix: nearest === undefined ? there : `did you mean ${fullName(nearest, groups)}? ${there}` },
  );
}

/** A name that groups of two regions share needs its region. */
function fullName(name: string, groups: readonly { readonly region: string; readonly name: string }[]): string {
  const [first, ...others] = groups.filter((group) => group.name === name);
  return first !== undefined && others.length > 0 ? `${first.region}/${name}` : name;
}
