import { parseDuration } from '../model/duration.js';
import {
  conditionText,
  numberText,
  valuesText,
  type NumberParam,
  type Param,
  type ParamValues,
  type TextParam,
} from '../model/param.js';
import type { FaultSpec } from './known.js';
import type { Problems } from './problems.js';
import { nearestName, suggestion } from './zod-problems.js';

type Read = { readonly value: string | number } | { readonly problem: string; readonly fix: string };

/** Where a fault is written, and who is told what is wrong. */
export interface FaultAt {
  readonly index: number;
  readonly problems: Problems;
}

/** What a step gives a fault's parameters, each checked, those left out by their defaults. */
export function readParams(
  given: Readonly<Record<string, unknown>>,
  spec: FaultSpec,
  { index, problems }: FaultAt,
): ParamValues {
  const { name: fault, params } = spec;
  const path = ['method', index, 'fault'];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(params, name)) continue;
    const right = Object.keys(params);
    const fix = right.length > 0 ? suggestion(name, right) : { fix: 'it takes none' };
    problems.addAt([...path, name], { message: `${fault} has no parameter ${name}`, what: 'key', ...fix });
  }
  const values = Object.entries(params).flatMap(([name, param]): (readonly [string, string | number])[] => {
    if (!Object.hasOwn(given, name)) {
      if (param.default !== undefined) return [[name, param.default]];
      if (param.optional === undefined) {
        problems.add(
          path,
          `${fault} needs ${name}: ${param.means}`,
          `{ name: ${fault}, ${name}: ${exampleOf(param)} }`,
        );
      }
      return [];
    }
    const read = readParam(param, given[name]);
    if ('value' in read) return [[name, read.value]];
    problems.add([...path, name], `${name} of ${fault} ${read.problem}`, read.fix);
    return [];
  });
  const read = Object.fromEntries(values);
  checkDifferent(read, spec, { index, problems });
  checkApplying(given, read, spec, { index, problems });
  return read;
}

function checkDifferent(
  values: ParamValues,
  { name: fault, different = [] }: FaultSpec,
  { index, problems }: FaultAt,
): void {
  const [first, ...others] = different.filter((name) => Object.hasOwn(values, name));
  const same = others.find((name) => first !== undefined && values[name] === values[first]);
  if (first === undefined || same === undefined) return;
  const message = `${first} and ${same} of ${fault} can't both be ${shown(values[first])}`;
  problems.add(['method', index, 'fault', first], message, `name another one by ${first} or by ${same}`);
}

/** What has no effect where it is written is a mistake about what the drill will do. */
function checkApplying(
  given: Readonly<Record<string, unknown>>,
  values: ParamValues,
  { name: fault, params }: FaultSpec,
  { index, problems }: FaultAt,
): void {
  for (const [name, { appliesWhen = {} }] of Object.entries(params)) {
    if (!Object.hasOwn(given, name)) continue;
    for (const [other, wanted] of Object.entries(appliesWhen)) {
      // one that could not be read is a problem of its own
      if (!Object.hasOwn(values, other) && Object.hasOwn(given, other)) continue;
      const value = values[other];
      if (wanted === true ? value !== undefined : value === wanted) continue;
      const right = conditionText([other, wanted]);
      const now = value === undefined ? `${other} is not given` : `this is ${conditionText([other, shown(value)])}`;
      const fix = `take ${name} away, or write ${right}`;
      const message = `${name} of ${fault} goes with ${right}, and ${now}`;
      problems.addAt(['method', index, 'fault', name], { message, what: 'key', fix });
    }
  }
}

/** Why what is written is no value of a parameter; undefined: it is one. */
export function whyNot(param: Param, written: unknown): string | undefined {
  const read = readParam(param, written);
  return 'problem' in read ? read.problem : undefined;
}

function exampleOf(param: Param): string {
  switch (param.kind) {
    case 'whole':
    case 'percent':
    case 'duration':
      return numberText(param.kind, param.min);
    case 'choice':
      return param.of[0] ?? '';
    case 'text':
      return param.example;
  }
}

function readParam(param: Param, written: unknown): Read {
  switch (param.kind) {
    case 'whole':
    case 'percent':
    case 'duration':
      return readNumber(param, written);
    case 'choice': {
      if (typeof written === 'string' && param.of.includes(written)) return { value: written };
      const fix = suggestion(String(written), param.of).fix ?? valuesText(param);
      return { problem: `can't be ${shown(written)}`, fix };
    }
    case 'text':
      return readText(param, written);
  }
}

function readText(param: TextParam & Param, written: unknown): Read {
  if (typeof written !== 'string' || !new RegExp(`^(?:${param.pattern})$`).test(written))
    return { problem: `can't be ${shown(written)}`, fix: `write one ${valuesText(param)}` };
  const { names, otherwise } = param.known ?? {};
  if (names === undefined || names.includes(written)) return { value: written };
  const near = nearestName(written, names);
  const fix = near === undefined ? `${otherwise ?? ''}; kong knows ${names.join(', ')}` : `did you mean ${near}?`;
  return { problem: `is none that kong knows: ${shown(written)}`, fix };
}

function readNumber(param: NumberParam & Param, written: unknown): Read {
  const value = numberIn(param.kind, written);
  const fix = `write ${valuesText(param)}`;
  if (value === undefined) return { problem: `is no ${NOUNS[param.kind]}: ${shown(written)}`, fix };
  return value < param.min || value > param.max ? { problem: `can't be ${shown(written)}`, fix } : { value };
}

const NOUNS: Readonly<Record<NumberParam['kind'], string>> = {
  whole: 'whole number',
  percent: 'whole number of per cent',
  duration: 'duration',
};

function numberIn(kind: NumberParam['kind'], written: unknown): number | undefined {
  switch (kind) {
    case 'whole':
      return typeof written === 'number' && Number.isInteger(written) ? written : undefined;
    case 'percent': {
      const [, digits] = (typeof written === 'string' && /^(\d{1,4})\s*%$/.exec(written.trim())) || [];
      return digits === undefined ? undefined : Number(digits);
    }
    case 'duration':
      return typeof written === 'string' ? parseDuration(written) : undefined;
  }
}

function shown(written: unknown): string {
  return String(written).slice(0, 60);
}
