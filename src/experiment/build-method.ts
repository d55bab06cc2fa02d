import { ISOLATE, restoreNameOf, type Step } from '../model/experiment.js';
import { checkLifted, checkReturn, isolateStep, shiftVia, switchStep, type Around } from './build-switching.js';
import { prewarmStep } from './build-prewarm.js';
import { checkOnce, checkWhole } from './check-standing.js';
import { buildTiers } from './build-tiers.js';
import { readParams } from './fault-params.js';
import type { FaultSpec, Known } from './known.js';
import type { Problems } from './problems.js';
import type { StepFile } from './schema-method.js';
import { suggestion } from './zod-problems.js';

/** What the steps are checked against. */
export interface MethodContext {
  /** Undefined where the file does not say one that there is. */
  readonly scope: string | undefined;
  /** The region that goes dark; undefined: none does. */
  readonly dark: string | undefined;
  /** Whether every step could be read; otherwise what an unread step did can't be told. */
  readonly whole: boolean;
  readonly survivors: readonly string[];
  /** The names that a shift may move; empty: any. */
  readonly domains: readonly string[];
  /** Whether AWS FIS carries the faults out as one experiment, which any restore ends. */
  readonly byFis: boolean;
  readonly known: Known;
  readonly problems: Problems;
}

/** The method, step by step: faults exist and fit the scope, what is restored was broken, what returns was shifted. */
export function buildMethod(steps: readonly StepFile[], context: MethodContext): readonly Step[] {
  const built: Step[] = [];
  for (const [index, file] of steps.entries()) {
    const step = buildStep(file, { index, before: built, context });
    if (step) built.push(step);
  }
  return built;
}

function buildStep(file: StepFile, around: Around): Step | undefined {
  if (file.fault !== undefined) return faultStep(file.fault, around);
  if (file.switch) return switchStep(file.switch, around);
  if (file.isolate) return isolateStep(file.isolate, around);
  if (file.hold !== undefined) return { kind: 'hold', forMs: file.hold };
  if (file.observe !== undefined) return observeStep(file.observe, around);
  if (file.stay !== undefined) return { kind: 'stay', until: file.stay };
  if (file.restore !== undefined) return restoreStep(file.restore, around);
  return trafficStep(file, around);
}

/** The steps that move traffic, or make ready for it. */
function trafficStep(file: StepFile, around: Around): Step | undefined {
  const { index, before, context } = around;
  const { problems, survivors, whole } = context;
  const at = (key: string): readonly PropertyKey[] => ['method', index, key];
  if (file.return) {
    if (whole && !before.some((step) => step.kind === 'shift')) {
      problems.add(at('return'), 'nothing was shifted before it', 'add a shift, or take the return away');
    }
    checkReturn(file.return, around);
    checkWhole(around);
    return returnStep(file.return, before);
  }
  checkShift(file, at('shift'), context);
  const needsSurvivors = file.prewarm !== undefined || file.shift?.to === 'survivors';
  if (needsSurvivors && survivors.length === 0) {
    const path = at(file.prewarm ? 'prewarm' : 'shift');
    problems.add(path, 'there are no survivors', 'name them in blastRadius.survivors');
  }
  if (file.prewarm) return prewarmStep(file.prewarm, around);
  return file.shift && shiftStep(file.shift, around);
}

function observeStep(
  { within: withinMs, traffic }: NonNullable<StepFile['observe']>,
  { index, before, context: { problems, whole } }: Around,
): Step {
  if (before.some((step) => step.kind === 'shift')) {
    const message = 'traffic was shifted before it: nothing is left to fail over';
    problems.add(['method', index, 'observe'], message, 'take the shift away');
  } else if (whole && !before.some((step) => step.kind === 'fault')) {
    problems.add(['method', index, 'observe'], 'nothing was broken before it', 'add a fault, such as region-dark');
  }
  return { kind: 'observe', withinMs, ...(traffic === undefined ? {} : { traffic }) };
}

function returnStep({ steps, every }: NonNullable<StepFile['return']>, before: readonly Step[]): Step {
  const { tiers } = before.findLast((step) => step.kind === 'shift') ?? {};
  return { kind: 'return', steps, everyMs: every, ...(tiers === undefined ? {} : { tiers: tiers.toReversed() }) };
}

function shiftStep(file: NonNullable<StepFile['shift']>, around: Around): Step {
  const { domains, problems } = around.context;
  const path = ['method', around.index, 'shift', 'tiers'];
  const tiers = file.tiers && buildTiers(file.tiers, { path, domains, problems });
  const via = shiftVia(file, around);
  if (tiers && via) problems.add(path, `tiers are of DNS names, and ${via.name} moves all at once`, 'take one of the two away');
  return {
    kind: 'shift',
    to: file.to,
    steps: file.steps,
    everyMs: file.every,
    ...(via && { via }),
    ...(tiers && { tiers }),
  };
}

function checkShift({ shift }: StepFile, path: readonly PropertyKey[], { scope, dark, problems }: MethodContext): void {
  if (!shift || scope === undefined) return;
  if (scope !== 'region') problems.add(path, `a shift moves traffic out of a region, and the scope is ${scope}`, 'take the shift away, or use scope: region');
  else if (dark !== undefined && shift.to.includes(dark)) problems.add([...path, 'to'], `${dark} goes dark: no traffic can go there`, 'name the survivors');
}

function faultStep(file: NonNullable<StepFile['fault']>, around: Around): Step {
  const { index, before, context } = around;
  const { known, problems, scope } = context;
  const { name, ...params } = typeof file === 'string' ? { name: file } : file;
  const path = typeof file === 'string' ? ['method', index, 'fault'] : ['method', index, 'fault', 'name'];
  const spec = known.faults.find((fault) => fault.name === name);
  if (!spec) {
    problems.add(path, `unknown fault ${name}`, suggestion(name, known.faults.map((fault) => fault.name)).fix);
    return { kind: 'fault', fault: name, params: {} };
  }
  if (scope !== undefined && !spec.scopes.includes(scope)) {
    const fitting = known.faults.filter((fault) => fault.scopes.includes(scope)).map((fault) => fault.name);
    problems.add(path, `${name} does not go with scope: ${scope}`, `for ${scope} there ${fitting.length === 1 ? 'is' : 'are'} ${fitting.join(', ') || 'no faults yet'}`);
  }
  if (spec.afterShift === true && context.whole && !before.some(shiftsAll)) {
    problems.add(path, `nothing shifts all traffic away before ${name}`, 'add a shift that ends at 100% before it, or use region-dark');
  }
  checkExactlyOne(params, spec, { path, problems });
  const step = { kind: 'fault', fault: name, params: readParams(params, spec, { index, problems }) } as const;
  checkOnce(step, path, around);
  return step;
}

function checkExactlyOne(
  params: object,
  { name, exactlyOne = [] }: FaultSpec,
  { path, problems }: { readonly path: readonly PropertyKey[]; readonly problems: Problems },
): void {
  const given = exactlyOne.filter((one) => Object.hasOwn(params, one));
  if (exactlyOne.length === 0 || given.length === 1) return;
  if (given.length > 1) {
    problems.add(path, `${name} takes either ${exactlyOne.join(' or ')}, not both`, `take ${given.join(' or ')} away`);
    return;
  }
  problems.add(path, `${name} takes either ${exactlyOne.join(' or ')}`, `write { name: ${name}, ${exactlyOne[0] ?? ''}: … }`);
}

function shiftsAll(step: Step): boolean {
  return step.kind === 'shift' && step.steps.at(-1) === 1;
}

function restoreStep(what: string, around: Around): Step {
  const { index, before, context } = around;
  const broken = before.flatMap((step) => restoreNameOf(step) ?? []);
  if (context.whole && !broken.some((name) => name === what || !isKnown(name, context))) {
    context.problems.add(['method', index, 'restore'], `${what} was not injected before`, suggestion(what, broken).fix ?? 'add the fault, or take the restore away');
  }
  checkRestorable(what, around);
  if (what === ISOLATE) checkLifted(around);
  return { kind: 'restore', what };
}

function checkRestorable(what: string, { index, context: { byFis, known, problems } }: Around): void {
  if (byFis || known.faults.find(({ name }) => name === what)?.lasting !== false) return;
  const message = `${what} can't be undone: there is nothing to restore`;
  const fix = 'take the restore away; a hold shows what the system does about it';
  problems.add(['method', index, 'restore'], message, fix);
}

/** A restore of what was misspelt where it was injected is one mistake, not two. */
function isKnown(name: string, { known }: MethodContext): boolean {
  return [...known.faults, ...(known.switches ?? []), { name: ISOLATE }].some((one) => one.name === name);
}
