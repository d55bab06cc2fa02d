import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { Diagnostic } from './diagnostic.js';
import type { YamlDocument } from './yaml.js';

/** A file that fits its schema, or every way in which it does not. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Checks a file's data against a schema; each problem with its place and, for a name, the nearest right one. */
export function checkAgainst<T>(schema: z.ZodType<T>, document: YamlDocument): Checked<T> {
  const result = schema.safeParse(document.data);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(issue, { schema, document, base: [] })) };
}

interface Around {
  readonly schema: z.ZodType;
  readonly document: YamlDocument;
  readonly base: readonly PropertyKey[];
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, around: Around): readonly Diagnostic[] {
  const { document } = around;
  const path = [...around.base, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => document.problemAt([...path, key], {
        message: `unknown key ${key}`, what: 'key', ...suggestion(key, keysAt(around.schema, path, document)),
      }));
    case 'invalid_union':
      return bestOf(issue.errors, { ...around, base: path }) ?? [document.problemAt(path, { message: issue.message })];
    case 'invalid_value': {
      const values = issue.values.map(String);
      const given = String(valueAt(document.data, path));
      return [document.problemAt(path, { message: `${given} is not one of ${values.join(', ')}`, ...suggestion(given, values) })];
    }
    case 'invalid_type':
      return [invalidType(issue, path, document)];
    default:
      return [document.problemAt(path, fixIn(about(path, issue.message)))];
  }
}

/** `has to be …` says of what. */
function about(path: readonly PropertyKey[], message: string): string {
  const name = path.findLast((part) => typeof part === 'string');
  return name !== undefined && /^(has|is|needs|can't|holds) /.test(message) ? `${name} ${message}` : message;
}

function invalidType(issue: Extract<Issue, { code: 'invalid_type' }>, path: readonly PropertyKey[], document: YamlDocument): Diagnostic {
  const given = valueAt(document.data, path);
  const name = String(path.at(-1) ?? 'the file');
  if (given === undefined) {
    return document.problemAt(path.slice(0, -1), { message: `${name} is missing`, fix: `add ${name}: …`, what: 'key' });
  }
  if (!issue.message.startsWith('Invalid input')) return document.problemAt(path, fixIn(issue.message));
  const shown = typeof given === 'object' ? (Array.isArray(given) ? 'a list' : 'a mapping') : JSON.stringify(given);
  return document.problemAt(path, { message: `${name} has to be ${article(issue.expected)}, not ${shown}` });
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = { object: 'a mapping', array: 'a list', record: 'a mapping', string: 'a text', number: 'a number', boolean: 'true or false' };
  return words[expected] ?? expected;
}

/** A schema's own message may bring its fix: `message | fix`. */
function fixIn(message: string): { readonly message: string; readonly fix?: string } {
  const [what, fix] = message.split(' | ');
  return fix === undefined ? { message } : { message: what ?? message, fix };
}

/** The alternative that came closest: the one whose problems lie deepest, then the one with the fewest. */
function bestOf(alternatives: readonly (readonly Issue[])[], around: Around): readonly Diagnostic[] | undefined {
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));
  const best = [...alternatives].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
  return best?.flatMap((issue) => problemsOf(issue, around));
}

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) =>
    (typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined), data);
}

/** `did you mean …?` where a name is near enough to be a typing error, else the list of right ones. */
export function suggestion(given: string, right: readonly string[]): { readonly fix?: string } {
  if (right.length === 0) return {};
  const nearest = closest(given, [...right]);
  const near = distance(given, nearest) <= Math.max(2, Math.floor(given.length / 2));
  return { fix: near ? `did you mean ${nearest}?` : `known here: ${right.join(', ')}` };
}

/** Every key that the schema knows at a path, all alternatives together; keys that are there already are not suggested. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], document: YamlDocument): readonly string[] {
  let nodes: readonly unknown[] = [schema];
  for (const part of path) nodes = nodes.flatMap((node) => stepInto(node, part));
  const known = nodes.flatMap(keysOf);
  const there = valueAt(document.data, path);
  const used = typeof there === 'object' && there !== null ? Object.keys(there) : [];
  return [...new Set(known)].filter((key) => !used.includes(key));
}

/** What a schema is made of, as zod keeps it. */
function definitionOf(node: unknown): Readonly<Record<string, unknown>> {
  const zod = Reflect.get(Object(node), '_zod');
  const def: unknown = zod === undefined ? undefined : Reflect.get(Object(zod), 'def');
  return typeof def === 'object' && def !== null ? { ...def } : {};
}

function unwrap(node: unknown): readonly unknown[] {
  const def = definitionOf(node);
  if (Array.isArray(def.options)) return def.options.flatMap(unwrap);
  if (def.innerType !== undefined) return unwrap(def.innerType);
  if (def.type === 'pipe') return unwrap(def.in);
  if (def.type === 'lazy' && typeof def.getter === 'function') return unwrap(def.getter());
  return [node];
}

function stepInto(node: unknown, part: PropertyKey): readonly unknown[] {
  return unwrap(node).flatMap((one) => {
    const def = definitionOf(one);
    if (def.element !== undefined) return [def.element];
    if (def.valueType !== undefined) return [def.valueType];
    const inner: unknown = Reflect.get(Object(def.shape), part);
    return inner === undefined ? [] : [inner];
  });
}

function keysOf(node: unknown): readonly string[] {
  return unwrap(node).flatMap((one) => Object.keys(Object(definitionOf(one).shape)));
}
