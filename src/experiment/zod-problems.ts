import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { Diagnostic } from './diagnostic.js';
import { keysAt } from './schema-keys.js';
import type { YamlDocument } from './yaml.js';

/** A file that fits its schema, or every way in which it does not. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Problems that are worked out; a file with more has one mistake that makes the rest. */
const MOST_PROBLEMS = 200;

/**
 * Checks a file's data against a schema; each problem, in the order of lines, with its place and, for a name, the
 * nearest right one.
 */
export function checkAgainst<T>(schema: z.ZodType<T>, document: YamlDocument): Checked<T> {
  const result = schema.safeParse(document.data);
  if (result.success) return { ok: true, value: result.data };
  const issues = withoutEchoes(result.error.issues).slice(0, MOST_PROBLEMS);
  return { ok: false, problems: inOrder(issues.flatMap((issue) => problemsOf(issue, { schema, document, base: [] }))) };
}

/** Problems by their lines, each once; those of overrides first. */
export function inOrder(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map(problems.map((one) => [`${one.file}:${one.line}:${one.column}:${one.message}`, one]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MOST_PROBLEMS);
}

/** What a mapping's own rule says of it follows from the key that is misspelt in it. */
function withoutEchoes(issues: readonly Issue[]): readonly Issue[] {
  const placeOf = (issue: Issue): string => issue.path.map(String).join('.');
  const misspelt = new Set(issues.filter((issue) => issue.code === 'unrecognized_keys').map(placeOf));
  return issues.filter((issue) => issue.code !== 'custom' || !misspelt.has(placeOf(issue)));
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
      return unknownKeys(issue.keys, path, around);
    case 'invalid_union':
      return bestOf(issue.errors, issue.message, { ...around, base: path });
    case 'invalid_value':
      return [invalidValue(issue.values.map(String), path, document)];
    case 'invalid_type':
      return [invalidType(issue, path, document)];
    case 'invalid_key':
      return [invalidKey(issue, path, document)];
    case 'invalid_element':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
    case 'custom':
      return [document.problemAt(path, fixIn(about(path, issue.message, document)))];
  }
}

function invalidValue(values: readonly string[], path: readonly PropertyKey[], document: YamlDocument): Diagnostic {
  const given = valueAt(document.data, path);
  if (given === undefined) return missing(path, document, `add ${String(path.at(-1))}: ${values.join(' | ')}`);
  const text = quoted(given);
  const message = `${text} is not ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  const fix = values.length > 1 ? suggestion(text, values) : { fix: `write ${values.join()}` };
  return document.problemAt(path, { message, ...fix });
}

function invalidKey(
  issue: Extract<Issue, { code: 'invalid_key' }>,
  path: readonly PropertyKey[],
  document: YamlDocument,
): Diagnostic {
  const said = fixIn(issue.issues[0]?.message ?? issue.message);
  return document.problemAt(path, { ...said, message: `${quoted(path.at(-1))}: ${said.message}`, what: 'key' });
}

function unknownKeys(
  keys: readonly string[],
  path: readonly PropertyKey[],
  { schema, document }: Around,
): readonly Diagnostic[] {
  const all = keysAt(schema, path);
  const there = valueAt(document.data, path);
  const used = typeof there === 'object' && there !== null ? Object.keys(there) : [];
  const unused = all.filter((key) => !used.includes(key));
  return keys.slice(0, MOST_PROBLEMS).map((key) => {
    // it is a key of another alternative than the one that the others make it
    if (all.includes(key)) {
      const others = used.filter((one) => one !== key && all.includes(one));
      const message = `${key} does not go with ${others.join(' and ') || 'the rest'}`;
      return document.problemAt([...path, key], { message, fix: 'take one of the two away', what: 'key' });
    }
    const problem = { message: `unknown key ${quoted(key)}`, what: 'key' as const };
    return document.problemAt([...path, key], { ...problem, ...suggestion(key, unused, all) });
  });
}

/** A value as a message quotes it: short. */
function quoted(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'a mapping';
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function missing(path: readonly PropertyKey[], document: YamlDocument, fix: string): Diagnostic {
  return document.problemAt(path.slice(0, -1), { message: `${String(path.at(-1))} is missing`, fix, what: 'key' });
}

/** `has to be …` says of what; `is no …` says what it is. */
function about(path: readonly PropertyKey[], message: string, document: YamlDocument): string {
  if (message.startsWith('is no ')) return `${quoted(valueAt(document.data, path))} ${message}`;
  const name = path.findLast((part) => typeof part === 'string');
  return name !== undefined && /^(has|is|needs|can't|holds) /.test(message) ? `${name} ${message}` : message;
}

function invalidType(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  path: readonly PropertyKey[],
  document: YamlDocument,
): Diagnostic {
  const given = valueAt(document.data, path);
  const name = String(path.at(-1) ?? 'the file');
  if (given === undefined) {
    const own = issue.message.startsWith('Invalid input') ? undefined : fixIn(issue.message).fix;
    return missing(path, document, own ?? `add ${name}: …`);
  }
  if (!issue.message.startsWith('Invalid input')) return document.problemAt(path, fixIn(issue.message));
  const quotable = issue.expected === 'string' && (typeof given === 'number' || typeof given === 'boolean');
  const fix = quotable ? { fix: `put it in quotes: "${given}"` } : {};
  return document.problemAt(path, { message: `${name} has to be ${article(issue.expected)}, not ${quoted(given)}`, ...fix });
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    object: 'a mapping', record: 'a mapping', array: 'a list', tuple: 'a list',
    string: 'a text', number: 'a number', boolean: 'true or false',
  };
  return words[expected] ?? expected;
}

/** A schema's own message may bring its fix: `message | fix`. */
function fixIn(message: string): { readonly message: string; readonly fix?: string } {
  const bar = message.lastIndexOf(' | ');
  return bar < 0 ? { message } : { message: message.slice(0, bar), fix: message.slice(bar + 3) };
}

/** The alternative that came closest: the one whose problems lie deepest, then the one with the fewest. */
function bestOf(alternatives: readonly (readonly Issue[])[], message: string, around: Around): readonly Diagnostic[] {
  const depthOf = (issue: Issue): number => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0);
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(depthOf));
  const best = [...alternatives].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
  if (!best) return [around.document.problemAt(around.base, { message })];
  return best.flatMap((issue) => problemsOf(issue, around));
}

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
    return isThere ? Reflect.get(value, part) : undefined;
  }, data);
}

/** The distance of two names costs the product of their lengths. */
const LONGEST_COMPARED = 64;

/** `did you mean …?` where a name is near enough to be a typing error, else the list of right ones. */
export function suggestion(
  given: string,
  right: readonly string[],
  also: readonly string[] = [],
): { readonly fix?: string } {
  const near = nearestName(given, right) ?? nearestName(given, also);
  if (near !== undefined) return { fix: `did you mean ${near}?` };
  return right.length > 0 ? { fix: `known here: ${right.join(', ')}` } : {};
}

/** The right name that was meant; undefined: none is near. */
export function nearestName(given: string, right: readonly string[]): string | undefined {
  if (right.length === 0 || given.length > LONGEST_COMPARED) return undefined;
  const wanted = given.toLowerCase();
  const lower = right.map((name) => name.toLowerCase());
  const found = closest(wanted, lower);
  const far = distance(wanted, found);
  const near = far <= Math.max(2, Math.floor(wanted.length / 3)) && far < wanted.length;
  return near ? right[lower.indexOf(found)] : undefined;
}
