import { driverOf } from '../changes/registry.js';
import { faultNamed } from '../faults/registry.js';
import type { FaultChanges, FaultRequest, ProtoChange, TargetRegion, Targets } from '../faults/fault.js';
import { isPreview } from '../experiment/fis-changes.js';
import type { HookDefinition } from '../model/hook.js';
import type { AnyChange } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Experiment, ShiftVia, Step } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { Plan, PlannedStep } from '../model/plan.js';
import type { Random } from '../model/ports.js';
import { blastOf } from './blast.js';
import { drawOf, type DrawnBefore } from './draw.js';
import type { Circumstances } from './circumstances.js';
import type { Environment } from './environment.js';
import { afterEnded, endedBy } from './ended.js';
import { engineChanges } from './fis-engine.js';
import { fingerprintOf } from './fingerprint.js';
import { forecastOf } from './forecast.js';
import { gatesOf } from './gates.js';
import { lastsSeconds } from './lasts.js';
import { assertGroupsExist, assertNamesExist, assertZoneExists } from './named-groups.js';
import { assertParamsExist } from './named-in-faults.js';
import type { ResolverAnswers } from './gates/gate.js';
import { hookChanges, hookNotes, hooksNamed, isOwnHook } from './hooks.js';
import { undoSecondsOf } from './own-time.js';
import { pinChanges, prewarmChanges, prewarmNotes } from './prewarm.js';
import { markerNotes, markerStep, withMarkers } from './marker-step.js';
import { resolutionPlan } from './resolution.js';
import { failoverBatch, movableRecords, tiersOf, weightBatch, type Movable } from './shift.js';
import type { SwitchFact } from './switch-facts.js';
import { assertOneRoleEach, isolateChanges, switchChanges, switchNotes, viaChanges, whereText } from './switching.js';
import { titleOf } from './step-title.js';
import { regionsOf, targetsIn, targetsOf } from './targets.js';

/** Everything that a plan is made from. */
export interface PlanRequest {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly seed: number;
  readonly random: Random;
  /** Whom a saved plan drew, step by step of the method: nobody is drawn instead. Undefined: all are drawn. */
  readonly drawn?: DrawnBefore;
  readonly createdAt: string;
  /** How things stand around it; undefined: gates that need to know are not asked. */
  readonly circumstances?: Circumstances;
  /** What the switches that it names say now; undefined: it names none. */
  readonly switches?: readonly SwitchFact[];
  /** The hooks of kong.yaml; undefined: it has none. */
  readonly hooks?: readonly HookDefinition[];
  /** What the resolver of kong.yaml answers now; undefined: it was not asked. */
  readonly answers?: ResolverAnswers | undefined;
}

/**
 * An experiment over an inventory, as data: every change that it would make, what stands in its way, what it costs.
 * Reads and changes nothing.
 *
 * @throws KongError BAD_EXPERIMENT where a step makes no sense here; UNKNOWN_TARGET for a named group that is not there
 */
export function compilePlan(request: PlanRequest): Plan {
  const { experiment, inventory, environment, circumstances, switches = [], answers } = request;
  assertZoneExists(experiment, inventory);
  assertGroupsExist(experiment, inventory);
  assertParamsExist(experiment, inventory);
  assertOneRoleEach(switches);
  assertNamesExist(experiment, inventory);
  const targets = targetsOf(experiment, inventory, environment);
  const movable = movableOf(request);
  const passedOver: Targets['leftAlone'][number][] = [];
  const number = numbering();
  const markersFirst: readonly MadeStep[] = markerStep(experiment);
  const ended = new Map<string, number>();
  const method = experiment.method.map((step, index): MadeStep => {
    const made = batchesOf(step, { request, targets: afterEnded(targets, ended), movable, index });
    for (const id of endedBy(made.batches.flat())) ended.set(id, markersFirst.length + index + 1);
    return { step, made };
  });
  const all: readonly MadeStep[] = [...markersFirst, ...method];
  const carriedOut = experiment.engine === 'fis' ? byEngine(all, request) : all;
  const steps = carriedOut.map(({ step, made, joins, title }): PlannedStep => {
    passedOver.push(...made.leftAlone);
    const batches = made.batches.map((batch) => batch.map(number));
    const drawn = isByChance(experiment) ? made.drawn : undefined;
    return {
      step,
      title: title ?? titleOf(step),
      batches,
      ...(drawn === undefined ? {} : { drawn }),
      ...(joins === undefined ? {} : { joins }),
    };
  });
  const blast = blastOf(steps, inventory);
  const hooks = hooksNamed(experiment, request.hooks ?? []);
  const forecast = withMarkers(forecastOf(steps, undoSecondsOf(switches, hooks)), experiment);
  const leftAlone = unique([...targets.leftAlone, ...passedOver, ...(movable?.leftAlone ?? [])]);
  const draw = drawOf({ scope: experiment.blastRadius.scope, targets, ended, inventory, steps, leftAlone });
  const markers = markerNotes(experiment, forecast);
  const resolution = resolutionPlan(request, environment);
  const own = [...switchNotes({ ...request, switches }), ...hookNotes(hooks, environment)];
  const notes = [...own, ...cappedNotes(request), ...markers];
  const plan = {
    schema: 'kong/plan/v1' as const,
    experiment,
    on: environment.on,
    where: whereText({ ...request, switches }, hooks.filter(isOwnHook)),
    endpoint: environment.endpoint ?? null,
    account: environment.account,
    regions: inventory.regions.map((one) => one.region),
    seed: request.seed,
    createdAt: request.createdAt,
    steps,
    blast,
    gates: gatesOf({ ...request, steps, blast, forecast, movable, leftAlone, switches, circumstances, answers }),
    forecast,
    leftAlone,
    ...(draw === undefined ? {} : { draw }),
    ...(notes.length > 0 ? { notes } : {}),
    ...(resolution === undefined ? {} : { resolution }),
  };
  return { ...plan, fingerprint: fingerprintOf(plan) };
}

function isByChance({ blastRadius: { scope } }: Experiment): boolean {
  return scope.kind === 'instance' && scope.pick.kind !== 'ids';
}

/** The records of a drill that moves traffic; undefined for one that does not. */
function movableOf({ experiment, inventory }: PlanRequest): Movable | undefined {
  const shift = experiment.method.find((step) => step.kind === 'shift');
  if (!shift || shift.via) return undefined;
  const { scope, survivors, select } = experiment.blastRadius;
  if (scope.kind !== 'region') {
    throw new KongError('BAD_EXPERIMENT', `a shift moves traffic out of a region, and the scope is ${scope.kind}`, {
      fix: 'take the shift out of the method, or use scope: region',
    });
  }
  return movableRecords(scope.region, shift.to === 'survivors' ? survivors : shift.to, inventory, select);
}

interface Making {
  readonly index: number;
  readonly request: PlanRequest;
  readonly targets: Targets;
  readonly movable: Movable | undefined;
}

interface Made {
  readonly batches: readonly (readonly ProtoChange[])[];
  readonly leftAlone: Targets['leftAlone'];
  readonly drawn?: readonly string[] | undefined;
}

interface MadeStep {
  readonly step: Step;
  readonly made: Made;
  readonly joins?: string;
  /** In the place of the step's own. */
  readonly title?: string;
}

/** What AWS FIS carries out is one experiment, which begins with the first fault. */
function byEngine(all: readonly MadeStep[], { experiment, environment, inventory }: PlanRequest): readonly MadeStep[] {
  const faults = all.filter(({ step }) => step.kind === 'fault');
  const changes = faults.flatMap(({ made }) => made.batches.flat());
  const batches = batched(engineChanges({ experiment, environment, account: inventory.account, changes }));
  const [first] = faults;
  return all.map((one) => {
    if (one === first) return { ...one, made: { ...one.made, batches } };
    if (one.step.kind !== 'fault' || first?.step.kind !== 'fault' || one.made.batches.flat().length === 0) return one;
    return { ...one, made: { ...one.made, batches: [] }, joins: first.step.fault };
  });
}

const NOTHING: Made = { batches: [], leftAlone: [] };

function batchesOf(step: Step, making: Making): Made {
  const { switches = [], ...request } = making.request;
  switch (step.kind) {
    case 'observe':
    case 'stay':
    case 'hold':
    case 'restore':
      return NOTHING;
    case 'fault': {
      const made = faultChanges(step, making);
      return { ...made, batches: batched(creationsFirst(made.changes)) };
    }
    case 'shift': {
      const isPinned = making.request.experiment.method.some((one) => one.kind === 'prewarm');
      const pins = isPinned ? [] : survivorsOf(making.request).flatMap(pinChanges);
      const [first = [], ...later] = step.steps.flatMap((gone) => moved(step, making, 1 - gone));
      return { batches: [[...pins, ...first], ...later], leftAlone: [] };
    }
    case 'return':
      return { batches: step.steps.flatMap((back) => moved(step, making, back)), leftAlone: [] };
    case 'switch':
      return { batches: [switchChanges(step.name, step.to, switches)], leftAlone: [] };
    case 'isolate': {
      const made = isolateChanges(step, { ...request, switches });
      return { batches: [made.changes], leftAlone: made.leftAlone };
    }
    case 'prewarm': {
      const survivors = survivorsOf(making.request);
      const grown = survivors.flatMap((target) => prewarmChanges(target, step.capacity));
      const called = survivors.flatMap(({ region }) => hookChanges(step.caches, region, request.hooks ?? []));
      return { batches: called.length > 0 ? [grown, called] : [grown], leftAlone: [] };
    }
  }
}

/** The switch by which traffic moves; undefined: by records. */
function viaOf({ experiment }: PlanRequest): ShiftVia | undefined {
  return experiment.method.find((step) => step.kind === 'shift')?.via;
}

/** One step of a ramp, tier by tier: every record left with a share of what it had. */
function moved({ kind, tiers }: Ramp, { movable, request }: Making, left: number): readonly (readonly ProtoChange[])[] {
  const via = viaOf(request);
  if (via) return [viaChanges(via, 1 - left, request.switches ?? [])];
  const isWhole = left === (kind === 'shift' ? 0 : 1);
  return tiersOf(movable ?? { records: [], primaries: [] }, tiers).map(({ records, primaries }) => [
    ...weightBatch(records, left),
    ...(isWhole ? failoverBatch(primaries, left === 0) : []),
  ]);
}

type Ramp = Extract<Step, { kind: 'shift' | 'return' }>;

/** What may be touched in the regions that have to carry the traffic. */
function survivorsOf(request: PlanRequest): readonly TargetRegion[] {
  const { scope, survivors } = request.experiment.blastRadius;
  const dark = regionsOf(scope);
  return survivors.filter((region) => !dark.includes(region)).map((region) => targetsIn(region, request).target);
}

function cappedNotes(request: PlanRequest): readonly string[] {
  const asked = request.experiment.method.flatMap((step) => (step.kind === 'prewarm' ? [step.capacity] : []));
  return asked.flatMap((capacity) => survivorsOf(request).flatMap((target) => prewarmNotes(target, capacity)));
}

function faultChanges(step: Extract<Step, { kind: 'fault' }>, { request, targets, index }: Making): FaultChanges {
  const fault = faultNamed(step.fault);
  if (!fault) throw new KongError('BAD_EXPERIMENT', `unknown fault ${step.fault}`, { fix: '`kong faults` lists them' });
  const { method, blastRadius, rollbackWithinMs } = request.experiment;
  const { scope, select } = blastRadius;
  const drawn = request.drawn?.[index];
  return fault.changes({
    scope,
    targets,
    inventory: request.inventory,
    select,
    params: step.params,
    step: index,
    lastsSeconds: lastsSeconds(method, index, rollbackWithinMs),
    random: request.random,
    ...(drawn === undefined ? {} : { drawn }),
    ...fisSettingsOf(request),
  });
}

function fisSettingsOf({ experiment, environment }: PlanRequest): Pick<FaultRequest, 'fisRole' | 'stopAlarms'> {
  const fisRole = experiment.fis?.role ?? environment.fisRole;
  const stopAlarms = experiment.fis?.stopAlarms ?? [];
  return { stopAlarms, ...(fisRole === undefined ? {} : { fisRole }) };
}

/** What is created carries tags that say how the rest is undone: they are there before anything else is changed. */
function creationsFirst(changes: readonly ProtoChange[]): readonly ProtoChange[] {
  const isMade = (change: ProtoChange): boolean =>
    change.kind === 'reversible' && driverOf(change.attribute).role === 'made';
  return [...changes.filter(isMade), ...changes.filter((change) => !isMade(change))];
}

/** What is only rehearsed has come to a good end before anything else is begun. */
function batched(changes: readonly ProtoChange[]): Made['batches'] {
  const last = changes.findLastIndex((change) => change.kind === 'reversible' && isPreview(change.memo ?? null));
  return [changes.slice(0, last + 1), changes.slice(last + 1)].filter(({ length }, index) => length > 0 || index === 1);
}

/** Gives each change its id, in order. */
function numbering(): (proto: ProtoChange) => AnyChange {
  let last = 0;
  return (proto) => ({ ...proto, id: `c${++last}` });
}

function unique(notes: Targets['leftAlone']): Targets['leftAlone'] {
  return [...new Map(notes.map((note) => [note.what, note])).values()];
}
