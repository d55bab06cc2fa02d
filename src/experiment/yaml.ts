import { Composer, isMap, LineCounter, type Document, type Node, type YAMLError } from 'yaml';
import type { Json } from '../model/json.js';
import type { Diagnostic } from './diagnostic.js';
import { tokensWithin, type YamlFlaw } from './yaml-limits.js';
import { offsetOf } from './yaml-places.js';
import { toPlain } from './yaml-plain.js';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong at a path. */
export interface PathProblem {
  readonly message: string;
  readonly fix?: string;
  readonly what?: 'key' | 'value';
  /** Characters into the text that stands there. */
  readonly within?: number;
}

/** A YAML file as data, with a place for every part of it. */
export interface YamlDocument {
  readonly file: string;
  readonly data: unknown;
  /** The place of the value at a path; of the nearest part above it where there is none. `key`: of its key instead. */
  positionOf(path: readonly PropertyKey[], what?: 'key' | 'value'): Position;
  /** A problem at a path. */
  problemAt(path: readonly PropertyKey[], problem: PathProblem): Diagnostic;
}

/** A file that is plain data, or every way in which it is not. */
export type ParsedYaml =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** After so many, the rest follows from the first. */
const MOST_PROBLEMS = 50;

/**
 * Reads YAML as data and nothing else: no tags, no aliases, no directives, no second document, no key twice, at most
 * 1 MiB, 100,000 tokens and 64 levels. `<<` is a key like any other. Never throws.
 */
export function parseYaml(text: string, file: string): ParsedYaml {
  const source = sourceOf(text, file);
  const read = compose(source.text, source.counter);
  if (!read.ok) return { ok: false, problems: read.flaws.slice(0, MOST_PROBLEMS).map(source.problem) };
  if (!isMap(read.root)) {
    const offset = read.root.range?.[0] ?? 0;
    return { ok: false, problems: [source.problem({ offset, message: 'a mapping is expected: `key: value` lines' })] };
  }
  const { root, value } = read;
  const place = (path: readonly PropertyKey[], what: 'key' | 'value' = 'value', within = 0): number =>
    offsetOf(source.text, root, path, { what, within });
  return {
    ok: true,
    document: {
      file,
      data: value,
      positionOf: (path, what) => source.positionOf(place(path, what)),
      problemAt: (path, { message, fix, what, within }) => {
        const flaw = { offset: place(path, what, within), message };
        return source.problem(fix === undefined ? flaw : { ...flaw, fix });
      },
    },
  };
}

/** One value by itself, as `--set` gives it, under the same limits: the value, or why it is none. Never throws. */
export function parseYamlValue(text: string): { readonly value: Json } | { readonly message: string } {
  const read = compose(text, new LineCounter());
  return read.ok ? { value: read.value } : { message: read.flaws[0]?.message ?? 'is no value' };
}

type Read =
  | { readonly ok: true; readonly root: Node; readonly value: Json }
  | { readonly ok: false; readonly flaws: readonly YamlFlaw[] };

function compose(text: string, counter: LineCounter): Read {
  const tokens = tokensWithin(text, counter);
  if ('message' in tokens) return { ok: false, flaws: [tokens] };
  const composer = new Composer({
    version: '1.2', schema: 'core', merge: false, uniqueKeys: false, logLevel: 'silent', prettyErrors: false,
  });
  const [document] = [...composer.compose(tokens, true, text.length)];
  const root = document?.contents;
  if (!document || !root) return { ok: false, flaws: [{ offset: 0, message: 'the file is empty' }] };
  const plain = document.errors.length > 0 ? undefined : toPlain(root);
  const flaws = plain?.flaws ?? syntaxFlaws(document);
  return plain && flaws.length === 0 ? { ok: true, root, value: plain.value } : { ok: false, flaws };
}

function syntaxFlaws({ errors }: Document): readonly YamlFlaw[] {
  return errors.slice(0, MOST_PROBLEMS).map((error) => {
    const fix = fixFor(error);
    const [line = error.message] = error.message.split('\n');
    const flaw = { offset: error.pos[0], message: line.charAt(0).toLowerCase() + line.slice(1) };
    return fix === undefined ? flaw : { ...flaw, fix };
  });
}

function fixFor({ code, message }: YAMLError): string | undefined {
  if (/block scalar (header|indicator)/i.test(message)) return 'a text that begins with < > | % or @ needs quotes: ">= 99%"';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  return code === 'BLOCK_AS_IMPLICIT_KEY' ? 'check the indentation; a text that holds ": " needs quotes' : undefined;
}

interface Source {
  readonly text: string;
  readonly counter: LineCounter;
  readonly positionOf: (offset: number) => Position;
  readonly problem: (flaw: YamlFlaw) => Diagnostic;
}

function sourceOf(given: string, file: string): Source {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  const counter = new LineCounter();
  const lines = text.split('\n');
  const positionOf = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = ({ offset, message, fix }: YamlFlaw): Diagnostic => {
    const at = positionOf(offset);
    return { file, ...at, message, source: lines[at.line - 1]?.replace(/\r$/, '') ?? '', ...(fix === undefined ? {} : { fix }) };
  };
  return { text, counter, positionOf, problem };
}
