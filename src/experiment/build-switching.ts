import { ISOLATE, type IsolateBy, type Step } from '../model/experiment.js';
import { isOpen, openFaults } from './check-standing.js';
import type { MethodContext } from './build-method.js';
import type { SwitchSpec } from './known.js';
import type { StepFile } from './schema-method.js';
import { suggestion } from './zod-problems.js';

/** Where a step stands, and what is before it. */
export interface Around {
  readonly index: number;
  readonly before: readonly Step[];
  readonly context: MethodContext;
}

/** Sets a switch that kong.yaml has, to a value that it may have. */
export function switchStep({ name, to }: NonNullable<StepFile['switch']>, around: Around): Step {
  checkSwitch({ name, to, role: undefined }, { key: 'switch', named: 'name' }, around);
  return { kind: 'switch', name, to };
}

/** Isolates by a way that is there. */
export function isolateStep(file: NonNullable<StepFile['isolate']>, around: Around): Step {
  const { scope, survivors, problems } = around.context;
  const at = ['method', around.index, 'isolate'];
  if (scope !== undefined && scope !== 'region') {
    problems.add(at, `isolation is of a region, and the scope is ${scope}`, 'take it away, or use scope: region');
  } else if (needsSurvivors(file) && survivors.length === 0) {
    problems.add(at, 'there are no survivors', 'name them in blastRadius.survivors');
  }
  return { kind: 'isolate', by: byOf(file, around) };
}

function needsSurvivors(file: NonNullable<StepFile['isolate']>): boolean {
  return file === 'routes' || ('parameter' in file && file.region === undefined);
}

function byOf(file: NonNullable<StepFile['isolate']>, around: Around): IsolateBy {
  if (file === 'routes') return { kind: 'routes' };
  if ('parameter' in file) {
    return { kind: 'parameter', parameter: file.parameter, region: file.region, to: file.to };
  }
  checkSwitch({ name: file.via, to: file.to, role: 'isolation' }, { key: 'isolate', named: 'via' }, around);
  return { kind: 'switch', name: file.via, to: file.to };
}

/** A shift by a switch of kong.yaml; undefined: by DNS records. */
export function shiftVia(
  file: NonNullable<StepFile['shift']>,
  around: Around,
): Extract<Step, { kind: 'shift' }>['via'] {
  const { problems } = around.context;
  const at = ['method', around.index, 'shift'];
  const other = around.before.find((step) => step.kind === 'shift' && step.via?.name !== file.via);
  if (other) problems.add(at, 'another shift before it moves the traffic in another way', 'let all go the same way');
  if (file.via === undefined) {
    if (file.values) problems.add([...at, 'values'], 'it goes via no switch', 'add via, or take the values away');
    return undefined;
  }
  checkSwitch({ name: file.via, to: undefined, role: 'traffic' }, { key: 'shift', named: 'via' }, around);
  const missing = file.steps.filter((gone) => file.values && !valueFor(gone, file.values));
  if (missing.length > 0)
    problems.add(
      [...at, 'values'],
      `nothing is said for ${missing.map(percentText).join(', ')}`,
      'add what is written then',
    );
  return { name: file.via, values: file.values };
}

/** A return goes back the way that the shift went: its values have to say how. */
export function checkReturn({ steps }: NonNullable<StepFile['return']>, { index, before, context }: Around): void {
  const shift = before.find((step) => step.kind === 'shift');
  const values = shift?.via?.values;
  const missing = values ? steps.filter((back) => back < 1 && !valueFor(1 - back, values)) : [];
  if (missing.length > 0) {
    const gone = missing.map((back) => percentText(1 - back)).join(', ');
    context.problems.add(
      ['method', index, 'return', 'steps'],
      `the shift's values say nothing for ${gone}`,
      `add it to the values of the shift`,
    );
  }
  if (context.whole && steps.at(-1) === 1 && isOpen(ISOLATE, before)) {
    context.problems.add(
      ['method', index, 'return'],
      'traffic comes back in full while it is isolated',
      `add - restore: ${ISOLATE} before it`,
    );
  }
}

/** Isolation is lifted when what was broken is whole: until then its callers would try again and again. */
export function checkLifted({ index, before, context }: Around): void {
  const open = openFaults(before);
  if (!context.whole || open.length === 0) return;
  context.problems.add(
    ['method', index, 'restore'],
    `${ISOLATE} is lifted while ${open.join(', ')} still holds`,
    `add - restore: ${open[0] ?? ''} before it`,
  );
}

interface Wanted {
  readonly name: string;
  readonly to: string | undefined;
  /** Undefined: whatever its role. */
  readonly role: SwitchSpec['role'] | undefined;
}

function checkSwitch(
  { name, to, role }: Wanted,
  { key, named }: { readonly key: string; readonly named: string },
  { index, context }: Around,
): void {
  const { known, problems } = context;
  const all = known.switches ?? [];
  const path = ['method', index, key];
  const spec = all.find((one) => one.name === name);
  if (!spec) {
    const there =
      all.length === 0
        ? 'kong.yaml has no switches: define it there'
        : suggestion(
            name,
            all.map((one) => one.name),
          ).fix;
    problems.add([...path, named], `kong.yaml has no switch ${name}`, there);
    return;
  }
  if (role !== undefined && spec.role !== role) {
    problems.add(
      [...path, named],
      `the role of ${name} is ${spec.role}, and here it has to be ${role}`,
      `name a switch whose role is ${role}`,
    );
  }
  if (to !== undefined && spec.values?.includes(to) === false) {
    problems.add(
      [...path, 'to'],
      `${name} can't be ${JSON.stringify(to.slice(0, 80))}`,
      suggestion(to, spec.values).fix,
    );
  }
}

function valueFor(gone: number, values: readonly { readonly gone: number }[]): boolean {
  return values.some((one) => Math.abs(one.gone - gone) < 1e-9);
}

function percentText(ratio: number): string {
  return `${Math.round(ratio * 1_000) / 10}%`;
}
