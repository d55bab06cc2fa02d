import type { Step } from '../model/experiment.js';
import type { FaultSpec, Known } from './known.js';
import type { Problems } from './problems.js';
import type { StepFile } from './schema-method.js';
import { suggestion } from './zod-problems.js';

/** What the steps are checked against. */
export interface MethodContext {
  readonly scope: string;
  readonly survivors: readonly string[];
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

interface Around {
  readonly index: number;
  readonly before: readonly Step[];
  readonly context: MethodContext;
}

function buildStep(file: StepFile, around: Around): Step | undefined {
  const { problems } = around.context;
  const at = (key: string): readonly PropertyKey[] => ['method', around.index, key];
  if (file.fault !== undefined) return faultStep(file.fault, around);
  if (file.hold !== undefined) return { kind: 'hold', forMs: file.hold };
  if (file.restore !== undefined) return restoreStep(file.restore, around);
  if (file.return) {
    if (!around.before.some((step) => step.kind === 'shift')) problems.add(at('return'), 'nothing was shifted before it', 'add a shift, or take the return away');
    return { kind: 'return', steps: file.return.steps, everyMs: file.return.every };
  }
  const needsSurvivors = file.prewarm !== undefined || file.shift?.to === 'survivors';
  if (needsSurvivors && around.context.survivors.length === 0) {
    problems.add(at(file.prewarm ? 'prewarm' : 'shift'), 'there are no survivors', 'name them in blastRadius.survivors');
  }
  if (file.prewarm) return { kind: 'prewarm', capacity: file.prewarm.capacity };
  return file.shift ? { kind: 'shift', to: file.shift.to, steps: file.shift.steps, everyMs: file.shift.every } : undefined;
}

function faultStep(file: NonNullable<StepFile['fault']>, { index, context }: Around): Step | undefined {
  const { known, problems, scope } = context;
  const { name, ...params } = typeof file === 'string' ? { name: file } : file;
  const path = typeof file === 'string' ? ['method', index, 'fault'] : ['method', index, 'fault', 'name'];
  const spec = known.faults.find((fault) => fault.name === name);
  if (!spec) {
    problems.add(path, `unknown fault ${name}`, suggestion(name, known.faults.map((fault) => fault.name)).fix);
    return undefined;
  }
  if (!spec.scopes.includes(scope)) {
    const fitting = known.faults.filter((fault) => fault.scopes.includes(scope)).map((fault) => fault.name);
    problems.add(path, `${name} does not go with scope: ${scope}`, `for ${scope} there ${fitting.length === 1 ? 'is' : 'are'} ${fitting.join(', ') || 'no faults yet'}`);
  }
  checkParams(params, spec, { index, problems });
  return { kind: 'fault', fault: name, params: scalars(params) };
}

function checkParams(params: object, spec: FaultSpec, { index, problems }: { readonly index: number; readonly problems: Problems }): void {
  for (const param of Object.keys(params)) {
    if (spec.params.includes(param)) continue;
    problems.add(['method', index, 'fault', param], `${spec.name} has no parameter ${param}`, spec.params.length > 0 ? suggestion(param, spec.params).fix : 'it takes none');
  }
}

function scalars(params: Readonly<Record<string, unknown>>): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(Object.entries(params).flatMap(([key, value]) =>
    (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[key, value] as const] : [])));
}

function restoreStep(what: string, { index, before, context }: Around): Step {
  const broken = before.flatMap((step) => (step.kind === 'fault' ? [step.fault] : []));
  if (!broken.includes(what)) {
    context.problems.add(['method', index, 'restore'], `${what} was not injected before`, suggestion(what, broken).fix ?? 'add the fault, or take the restore away');
  }
  return { kind: 'restore', what };
}
