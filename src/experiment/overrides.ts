import { parse } from 'yaml';
import { messageOf } from '../model/errors.js';
import type { Diagnostic } from './diagnostic.js';
import type { YamlDocument } from './yaml.js';
import { suggestion, valueAt } from './zod-problems.js';

/** A document with `--set` applied, or what was wrong with one of them. */
export type Overridden =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Sets single fields of a file's data: `poll=1s`, `method.2.hold=10s`. What is set has to be there, or its parent has to be. */
export function applyOverrides(document: YamlDocument, overrides: readonly string[]): Overridden {
  let data: unknown = document.data;
  const set = new Map<string, string>();
  for (const override of overrides) {
    const [path, value] = split(override);
    const parent = valueAt(data, path.slice(0, -1));
    const last = path.at(-1);
    if (last === undefined || typeof parent !== 'object' || parent === null) {
      return { ok: false, problems: [wrong(override, `there is no ${path.slice(0, -1).join('.')} to set it in`, suggestion(path[0] ?? '', Object.keys(Object(data))).fix)] };
    }
    const parsed = parseValue(value);
    if ('message' in parsed) return { ok: false, problems: [wrong(override, parsed.message)] };
    data = withValue(data, path, parsed.value);
    set.set(path.join('.'), override);
  }
  return { ok: true, document: { ...document, data, ...located(document, set) } };
}

function split(override: string): readonly [readonly string[], string] {
  const equals = override.indexOf('=');
  return equals < 0 ? [[], override] : [override.slice(0, equals).split('.'), override.slice(equals + 1)];
}

function parseValue(text: string): { readonly value: unknown } | { readonly message: string } {
  if (text.length > 10_000) return { message: 'the value is too long' };
  try {
    return { value: parse(text, { maxAliasCount: 0, schema: 'core' }) };
  } catch (error) {
    return { message: messageOf(error).split('\n')[0] ?? '' };
  }
}

function withValue(data: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(data)) return data.map((item, index) => (String(index) === first ? withValue(item, rest, value) : item));
  return { ...Object(data), [first]: withValue(valueAt(data, [first]), rest, value) };
}

function wrong(override: string, message: string, fix?: string): Diagnostic {
  return { file: '--set', line: 1, column: 1, message, source: override, ...(fix === undefined ? {} : { fix }) };
}

/** A problem below what was set is the override's, not the file's. */
function located(document: YamlDocument, set: ReadonlyMap<string, string>): Pick<YamlDocument, 'problemAt'> {
  return {
    problemAt: (path, problem) => {
      const dotted = path.map(String).join('.');
      const override = [...set].find(([own]) => dotted === own || dotted.startsWith(`${own}.`))?.[1];
      return override === undefined ? document.problemAt(path, problem) : wrong(override, problem.message, problem.fix);
    },
  };
}
