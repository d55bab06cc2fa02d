import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type Document, type Node } from 'yaml';
import type { Diagnostic } from './diagnostic.js';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as data, with a place for every part of it. */
export interface YamlDocument {
  readonly file: string;
  readonly data: unknown;
  /** The place of the value at a path; of the nearest part above it where there is none. `key`: of its key instead. */
  positionOf(path: readonly PropertyKey[], what?: 'key' | 'value'): Position;
  /** A problem at a path. */
  problemAt(path: readonly PropertyKey[], problem: { readonly message: string; readonly fix?: string; readonly what?: 'key' | 'value' }): Diagnostic;
}

export type ParsedYaml =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

const MOST_BYTES = 1_048_576;
const MOST_DEPTH = 64;
const MOST_PROBLEMS = 50;

/**
 * Reads YAML as data and nothing else: no tags, no aliases, no second document, no key twice, at most 1 MiB and 64 levels. Never throws.
 */
export function parseYaml(text: string, file: string): ParsedYaml {
  const lines = text.slice(0, MOST_BYTES).split('\n');
  const problem = (position: Position, message: string, fix?: string): Diagnostic =>
    ({ file, ...position, message, source: lines[position.line - 1] ?? '', ...(fix === undefined ? {} : { fix }) });
  const start = { line: 1, column: 1 };
  if (Buffer.byteLength(text) > MOST_BYTES) return { ok: false, problems: [problem(start, 'the file is larger than 1 MiB')] };
  const tooDeep = deepestLine(lines);
  if (tooDeep !== undefined) return { ok: false, problems: [problem(tooDeep, `nested deeper than ${MOST_DEPTH} levels`)] };
  const counter = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: true, version: '1.2', merge: false, prettyErrors: false });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (!document) return { ok: false, problems: [problem(start, 'the file is empty')] };
  const problems = [
    ...document.errors.map((error) => problem(at(error.pos[0]), firstLine(error.message))),
    ...document.warnings.map((warning) => problem(at(warning.pos[0]), firstLine(warning.message))),
    ...(second ? [problem(at(second.range[0]), 'a second document begins here', 'keep one experiment a file')] : []),
    ...forbidden(document).map(({ node, message, fix }) => problem(at(node.range?.[0] ?? 0), message, fix)),
  ].slice(0, MOST_PROBLEMS);
  if (problems.length > 0) return { ok: false, problems };
  if (!isMap(document.contents)) return { ok: false, problems: [problem(start, 'a mapping is expected: `key: value` lines')] };
  return { ok: true, document: wrap(document, file, { at, problem }) };
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** Deep nesting is found before it is parsed: the parser is recursive. */
function deepestLine(lines: readonly string[]): Position | undefined {
  let open = 0;
  for (const [index, line] of lines.entries()) {
    const indents = (/^[\s-]*/.exec(line)?.[0] ?? '').replace(/[^ -]/g, '').length;
    const dashes = (/^(?:\s*-\s)*/.exec(line)?.[0].match(/-/g) ?? []).length;
    for (const [column, character] of [...line].entries()) {
      if (character === '[' || character === '{') open++;
      if (character === ']' || character === '}') open = Math.max(0, open - 1);
      if (open > MOST_DEPTH) return { line: index + 1, column: column + 1 };
    }
    if (dashes > MOST_DEPTH || indents > MOST_DEPTH * 8) return { line: index + 1, column: 1 };
  }
  return undefined;
}

interface Forbidden {
  readonly node: Node;
  readonly message: string;
  readonly fix: string;
}

/** Everything by which a file could be more than data. */
function forbidden(document: Document): readonly Forbidden[] {
  const found: Forbidden[] = [];
  visit(document, {
    Alias: (_key, node) => void found.push({ node, message: `alias *${node.source} is not allowed`, fix: 'write the value out: a file without aliases can\'t grow' }),
    Node: (_key, node) => {
      if (isAlias(node) || node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:')) return;
      found.push({ node, message: `tag ${node.tag} is not allowed`, fix: 'a file is plain data: take the tag away' });
    },
  });
  return found;
}

interface Places {
  readonly at: (offset: number) => Position;
  readonly problem: (position: Position, message: string, fix?: string) => Diagnostic;
}

function wrap(document: Document, file: string, { at, problem }: Places): YamlDocument {
  const positionOf: YamlDocument['positionOf'] = (path, what = 'value') => at(offsetOf(document, path, what));
  return {
    file,
    data: document.toJS({ mapAsMap: false, maxAliasCount: 0 }),
    positionOf,
    problemAt: (path, { message, fix, what }) => problem(positionOf(path, what), message, fix),
  };
}

function offsetOf(document: Document, path: readonly PropertyKey[], what: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [index, part] of path.entries()) {
    const found = childOf(node, part);
    if (!found) return offset;
    const useKey = found.key !== undefined && (what === 'key' || found.value === undefined) && index === path.length - 1;
    offset = useKey ? found.key ?? offset : found.value ?? offset;
    node = found.node;
  }
  return offset;
}

interface Child {
  readonly node: unknown;
  readonly key: number | undefined;
  readonly value: number | undefined;
}

function childOf(node: unknown, part: PropertyKey): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { node: item, key: undefined, value: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((one) => isPair(one) && isScalar(one.key) && String(one.key.value) === String(part));
  return pair ? { node: pair.value, key: startOf(pair.key), value: startOf(pair.value) ?? startOf(pair.key) } : undefined;
}

function startOf(node: unknown): number | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
  return node.range?.[0];
}
