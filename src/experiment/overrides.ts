import type { Diagnostic } from './diagnostic.js';
import { parseYamlValue, type YamlDocument } from './yaml.js';
import { suggestion, valueAt } from './zod-problems.js';

/** A document with `--set` applied, or what was wrong with each of them that could not be. */
export type Overridden =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Sections that a file may leave out, and that setting a part of them brings back. */
const OPTIONAL_SECTIONS: ReadonlySet<string> = new Set([
  'objectives', 'rollback', 'blastRadius.select', 'blastRadius.select.tags', 'blastRadius.limits',
]);

const LONGEST_VALUE = 10_000;

/** Sets single fields of a file's data: `poll=1s`, `method.2.hold=10s`. What is set, or its parent, has to be there. */
export function applyOverrides(document: YamlDocument, overrides: readonly string[]): Overridden {
  let data: unknown = document.data;
  const set = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const override of overrides) {
    const asked = readOverride(override, data);
    if ('message' in asked) {
      problems.push(wrong(override, asked.message, asked.fix));
      continue;
    }
    data = withValue(data, asked.path, asked.value);
    set.set(asked.path.join('.'), override);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, document: { ...document, data, ...located(document, set) } };
}

interface Asked {
  readonly path: readonly string[];
  readonly value: unknown;
}

interface Refused {
  readonly message: string;
  readonly fix?: string;
}

function readOverride(override: string, data: unknown): Asked | Refused {
  const equals = override.indexOf('=');
  if (equals < 1) return { message: 'is no KEY=VALUE', fix: 'write a path, = and a value: --set poll=1s' };
  const path = override.slice(0, equals).split('.');
  const stop = whyNotPath(path, data);
  if (stop) return stop;
  const parsed = parseValue(override.slice(equals + 1));
  return 'message' in parsed ? parsed : { path, value: parsed.value };
}

/** The first part of a path that is not there; its last part need only be something that can be set. */
function whyNotPath(path: readonly string[], data: unknown): Refused | undefined {
  for (const [index, part] of path.entries()) {
    const above = path.slice(0, index);
    const parent = valueAt(data, above) ?? (OPTIONAL_SECTIONS.has(above.join('.')) ? {} : undefined);
    const canBe = canSet(part, parent, index === path.length - 1) || OPTIONAL_SECTIONS.has([...above, part].join('.'));
    if (canBe) continue;
    return { message: `there is no ${path.slice(0, index + 1).join('.')} to set`, ...whatThereIs(part, parent) };
  }
  return undefined;
}

function canSet(part: string, parent: unknown, isLast: boolean): boolean {
  if (part === '__proto__' || typeof parent !== 'object' || parent === null) return false;
  if (Array.isArray(parent)) return /^\d+$/.test(part) && Object.hasOwn(parent, part);
  return isLast || Object.hasOwn(parent, part);
}

function whatThereIs(part: string, parent: unknown): { readonly fix?: string } {
  if (Array.isArray(parent)) return { fix: `items are numbered from 0 to ${parent.length - 1}` };
  return typeof parent === 'object' && parent !== null ? suggestion(part, Object.keys(parent)) : {};
}

/** Thresholds begin with what YAML reads as a block of text: on a command line they are only texts. */
const PLAIN_TEXT = /^\s*[<>|%@`]/;

function parseValue(text: string): { readonly value: unknown } | Refused {
  if (text.length > LONGEST_VALUE) return { message: 'the value is too long' };
  if (PLAIN_TEXT.test(text)) return { value: text.trim() };
  if (text.trim() === '') return { value: null };
  return parseYamlValue(text);
}

function withValue(data: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (String(index) === first ? withValue(item, rest, value) : item));
  }
  return { ...Object(data), [first]: withValue(valueAt(data, [first]), rest, value) };
}

function wrong(override: string, message: string, fix?: string): Diagnostic {
  return { file: `--set ${override.slice(0, 200)}`, line: 0, column: 0, message, source: override, ...(fix === undefined ? {} : { fix }) };
}

/** A problem at or below what was set is the override's, not the file's. */
function located(document: YamlDocument, set: ReadonlyMap<string, string>): Pick<YamlDocument, 'problemAt'> {
  return {
    problemAt: (path, problem) => {
      const dotted = path.map(String).join('.');
      const override = [...set].findLast(([own]) => dotted === own || dotted.startsWith(`${own}.`))?.[1];
      return override === undefined ? document.problemAt(path, problem) : wrong(override, problem.message, problem.fix);
    },
  };
}
